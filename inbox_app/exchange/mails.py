"""A message as a mail: byte for byte as it came where we have it so, made from what we know otherwise.

Every mail that is made names its conversation among its references, so that mail programs thread as we do. Addresses of
people on other channels end in `.invalid`: nobody can be written to by accident. https://www.rfc-editor.org/rfc/rfc5322
https://www.rfc-editor.org/rfc/rfc2606
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr
from typing import NamedTuple

from inbox_app.content.elsewhere import settled
from inbox_app.content.names import safe_name
from inbox_app.domain.ids import MessageId
from inbox_app.domain.words import Kind
from inbox_app.storage.exporting.reading import History
from inbox_app.storage.exporting.threads import Conversation, Said

_HOST = "portavoce.invalid"
_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,400}@[!-;=?-~]{1,400}")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")
_UNSAFE = re.compile(r"[^A-Za-z0-9.-]+")
_LONGEST_LINE = 900
_MOST_REFERENCES = 20


class Mail(NamedTuple):
    """One mail as bytes, with what an mbox says of it before it."""

    sender: str
    sent_at: datetime
    raw: bytes


def mails(history: History, told: Conversation) -> Iterator[Mail]:
    """All messages of a conversation as mails, in thread order."""
    root = f"<conversation.{_safe(told.row.id)}@{_HOST}>"
    chains: dict[MessageId, tuple[str, ...]] = {}
    for said in told.messages():
        above = chains.get(said.row.parent) if said.row.parent is not None else None
        references = above or (root,)
        # The first is kept however long the chain grows: by it all of the conversation hangs together.
        chains[said.row.id] = (*references[:1], *references[1:][-_MOST_REFERENCES:], _message_id(said))
        sender = _address(said.row.author.handle, told)
        raw = _as_it_came(history, said)
        yield Mail(sender, said.row.sent_at, raw if raw is not None else _make(history, told, said, sender, references))


def _as_it_came(history: History, said: Said) -> bytes | None:
    source = history.open(said.raw) if said.raw is not None and history.chosen.attachments else None
    if source is None:
        return None
    with source:
        return source.read()


def _make(history: History, told: Conversation, said: Said, sender: str, references: tuple[str, ...]) -> bytes:
    head = "".join(f"{name}: {value}\n" for name, value in _headers(told, said, sender, references) if value)
    files = list(_files(history, said))
    if not files and not said.row.html and _fits(said.row.text):
        kind = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
        return f"{head}MIME-Version: 1.0\n{kind}\n{said.row.text}\n".encode()
    return head.encode() + _body(said, files).as_bytes()


def _body(said: Said, files: list[MIMEBase]) -> MIMEBase:
    text: MIMEBase = MIMEText(said.row.text, "plain", "utf-8")
    if said.row.html:
        text = MIMEMultipart("alternative", None, [text, MIMEText(settled(said.row.html), "html", "utf-8")])
    return MIMEMultipart("mixed", None, [text, *files]) if files else text


def _headers(told: Conversation, said: Said, sender: str, references: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    row = said.row
    yield "From", formataddr((_one_line(row.author.name), sender))
    for role, field in (("to", "To"), ("cc", "Cc")):
        named = [formataddr((_one_line(name), _address(one, told))) for r, one, name in row.recipients if r == role]
        yield field, ",\n ".join(named)
    yield "Date", format_datetime(row.sent_at.astimezone(UTC))
    yield "Subject", _encoded(row.title or told.row.title or (told.post.title if told.post else ""))
    yield "Message-ID", _message_id(said)
    yield "In-Reply-To", references[-1] if row.parent is not None else ""
    yield "References", "\n ".join(references)
    yield "X-Portavoce-Message", str(row.id)
    yield "X-Portavoce-Conversation", _safe(told.row.id)
    yield "X-Portavoce-Channel", f"{_safe(told.row.channel)}; kind={told.row.kind.value}"
    yield "X-Portavoce-Author", _encoded(row.author.handle)
    yield "X-Portavoce-URL", _encoded(row.url)
    yield "X-Portavoce-Deleted", format_datetime(row.deleted_at.astimezone(UTC)) if row.deleted_at else ""


def _files(history: History, said: Said) -> Iterator[MIMEBase]:
    for file in said.row.attachments if history.chosen.attachments else ():
        digest = said.files.get(file.id)
        source = history.open(digest) if digest is not None else None
        if source is None:
            continue
        main, _slash, sub = file.media_type.partition("/")
        part = MIMEBase(_safe(main) or "application", _safe(sub) or "octet-stream")
        with source:
            part.set_payload(source.read())
        encode_base64(part)
        part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", safe_name(file.name)))
        yield part


def _message_id(said: Said) -> str:
    remote = (said.row.remote_id or "").strip("<>")
    return f"<{remote}>" if _MESSAGE_ID.fullmatch(remote) else f"<{said.row.id}@{_HOST}>"


def _address(handle: str, told: Conversation) -> str:
    if told.row.kind is Kind.MAIL and _ADDRESS.fullmatch(handle):
        return handle
    return f"{_safe(handle).strip('.-')[:60] or 'nobody'}@{_safe(told.row.channel)}.{_HOST}"


def _safe(words: str) -> str:
    return _UNSAFE.sub("-", words)


def _one_line(words: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in words).split())


def _encoded(words: str) -> str:
    line = _one_line(words)
    return line if line.isascii() and len(line) < 200 else Header(line, "utf-8").encode()


def _fits(text: str) -> bool:
    """Whether every line may stand in a mail as it is."""
    return all(len(line) < _LONGEST_LINE // 4 or len(line.encode()) < _LONGEST_LINE for line in text.splitlines())
