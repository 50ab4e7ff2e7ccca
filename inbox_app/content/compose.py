"""Outgoing mail as bytes (https://www.rfc-editor.org/rfc/rfc5322): the same values give the same bytes, always."""

import hashlib
import re
from binascii import b2a_base64, b2a_qp
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from inbox_app.content import headers
from inbox_app.content.parsed import Mailbox

_LINE_END = re.compile("\r\n|\r|\n")
_UNSENDABLE = re.compile("[\x00\ud800-\udfff]")
_BASE64_LINE = 57


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """An attachment to send."""

    name: str
    media: str
    data: bytes


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """Everything that makes up one mail. Message ids are without angle brackets, `date` is aware.

    There is no Bcc: those addresses belong to the envelope only.
    """

    message_id: str
    date: datetime
    sender: Mailbox
    to: tuple[Mailbox, ...]
    subject: str
    text: str
    cc: tuple[Mailbox, ...] = ()
    reply_to: tuple[Mailbox, ...] = ()
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    files: tuple[OutgoingFile, ...] = ()


def compose(mail: OutgoingMail) -> bytes:
    """The mail with CRLF line ends, ASCII throughout. Raises `headers.UnsafeHeader`."""
    head = "".join(f"{name}: {value}\r\n" for name, value in _fields(mail) if value)
    body = _text_part(mail.text)
    if mail.files:
        body = _mixed(_boundary(mail.message_id), [body, *map(_file_part, mail.files)])
    return head.encode("ascii") + body


def _fields(mail: OutgoingMail) -> Iterator[tuple[str, str]]:
    yield "Message-ID", headers.id_value(mail.message_id)
    yield "Date", headers.date_value(mail.date)
    yield "From", headers.address_value(mail.sender)
    yield "Reply-To", headers.addresses_value(mail.reply_to)
    yield "To", headers.addresses_value(mail.to)
    yield "Cc", headers.addresses_value(mail.cc)
    yield "Subject", headers.subject_value(mail.subject)
    if mail.in_reply_to is not None:
        yield "In-Reply-To", headers.references_value([mail.in_reply_to])
        yield "References", headers.references_value([*mail.references, mail.in_reply_to])
    yield "MIME-Version", "1.0"


def _boundary(message_id: str) -> str:
    """`=_` occurs neither in base64 nor in quoted-printable, so no content can hold a boundary."""
    return f"=_{hashlib.sha256(message_id.encode()).hexdigest()[:32]}"


def _mixed(boundary: str, parts: list[bytes]) -> bytes:
    line = f"--{boundary}".encode("ascii")
    head = f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'.encode("ascii")
    return head + b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"


def _text_part(text: str) -> bytes:
    data = _UNSENDABLE.sub("\ufffd", _LINE_END.sub("\r\n", text)).encode()
    if not data.endswith(b"\n"):
        data += b"\r\n"
    quoted = b2a_qp(data, istext=True)
    if len(quoted) > len(data) * 5 // 3 + 100:  # scripts other than Latin: base64 is shorter
        return _part("text/plain; charset=utf-8", "base64", _base64(data))
    return _part("text/plain; charset=utf-8", "quoted-printable", quoted)


def _file_part(file: OutgoingFile) -> bytes:
    disposition = f"Content-Disposition: attachment;\r\n {headers.file_name_parameter(file.name)}"
    return _part(headers.media_value(file.media), "base64", _base64(file.data), disposition)


def _part(media: str, encoding: str, body: bytes, *others: str) -> bytes:
    lines = [f"Content-Type: {media}", f"Content-Transfer-Encoding: {encoding}", *others, "", ""]
    return "\r\n".join(lines).encode("ascii") + body


def _base64(data: bytes) -> bytes:
    places = range(0, len(data), _BASE64_LINE)
    return b"".join(b2a_base64(data[at : at + _BASE64_LINE], newline=False) + b"\r\n" for at in places)
