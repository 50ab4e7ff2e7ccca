"""A mail of ours as bytes, the same at every try: a function of the act and of who we are.

Headers are written by hand, since the standard library folds long ids into encoded words, which breaks threads.
https://www.rfc-editor.org/rfc/rfc5322, https://www.rfc-editor.org/rfc/rfc2047, https://www.rfc-editor.org/rfc/rfc2231
"""

from __future__ import annotations

import binascii
import re
from base64 import encodebytes
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from email.charset import QP, Charset
from email.header import Header
from email.utils import format_datetime
from urllib.parse import quote

from inbox_app.contract.acts import Act, OutgoingFile, Target
from inbox_app.contract.errors import Rejected
from inbox_app.contract.remote import RemoteRecipient
from inbox_app.contract.texts import _
from inbox_app.domain.words import ActKind

MISSING_ID = "sha256:"
"""How the remote id of a mail without a Message-ID begins."""

_REFERENCES = 50
_RE = re.compile(r"^\s*(re|r|aw|sv|antw|odp|rif|ref)(\[\d+\])?\s*:\s*", re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_ADDRESS = re.compile(r"[^\s\x00-\x1f\x7f-\x9f<>,;:\"()\[\]\\@]+@[^\s\x00-\x1f\x7f-\x9f<>,;:\"()\\@]+")
_UTF8 = Charset("utf-8")
_UTF8.header_encoding = QP
_LINE = "\r\n"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who we are in the From line."""

    address: str
    name: str
    domain: str
    own: frozenset[str]
    """Every address that means us, lower-case."""


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom a mail goes to; `hidden` are told to the server alone."""

    to: tuple[RemoteRecipient, ...]
    cc: tuple[RemoteRecipient, ...] = ()
    hidden: tuple[RemoteRecipient, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Each address once, as the server is told."""
        everybody = (*self.to, *self.cc, *self.hidden)
        return tuple({one.handle.lower(): _wire_address(one.handle) for one in everybody}.values())


def make_message_id(act: Act, domain: str) -> str:
    """The Message-ID of an act of ours, without angle brackets."""
    return f"{act.key}@{_wire_domain(domain)}"


def choose_recipients(act: Act, own: frozenset[str]) -> Recipients:
    """Those the person chose; for a reply otherwise its Reply-To, or its author. Raises `Rejected` for nobody."""
    chosen = act.recipients or (_answer_to(act.target, own) if act.target else ())
    for one in chosen:
        if not _ADDRESS.fullmatch(one.handle):
            raise Rejected(_("“{address}” is not an e-mail address; the mail was not sent.").format(address=one.handle))
    recipients = Recipients(
        to=tuple(one for one in chosen if one.role not in ("cc", "bcc")),
        cc=tuple(one for one in chosen if one.role == "cc"),
        hidden=tuple(one for one in chosen if one.role == "bcc"),
    )
    if not recipients.addresses:
        raise Rejected(_("The mail has no recipient. Add an address."))
    return recipients


def compose(act: Act, sender: Sender) -> bytes:
    """The whole mail; equal for equal arguments."""
    recipients = choose_recipients(act, sender.own)
    lines = [
        ("From", _mailbox(sender.name, sender.address)),
        ("To", _mailboxes(recipients.to) or "undisclosed-recipients:;"),
        ("Cc", _mailboxes(recipients.cc)),
        ("Subject", _encode_text(_subject(act), "Subject")),
        ("Date", format_datetime(act.decided_at.astimezone(UTC))),
        ("Message-ID", f"<{make_message_id(act, sender.domain)}>"),
        *_thread_lines(act),
        ("MIME-Version", "1.0"),
    ]
    head = _LINE.join(f"{name}: {value}" for name, value in lines if value) + _LINE
    body = _text_part(act.text)
    if act.html:
        pictures = [one for one in act.files if one.content_id]
        html = _text_part(act.html, "html")
        if pictures:
            html = _multipart("related", [html, *map(_file_part, pictures)], f"=_rel_{act.key}")
        body = _multipart("alternative", [body, html], f"=_alt_{act.key}")
    others = [one for one in act.files if not (act.html and one.content_id)]
    if others:
        body = _multipart("mixed", [body, *map(_file_part, others)], f"=_{act.key}")
    return head.encode() + body


def as_filed(frozen: bytes, act: Act, own: frozenset[str]) -> bytes:
    """The copy that lies among the sent mail: unlike what was sent it names the hidden recipients."""
    hidden = _mailboxes(choose_recipients(act, own).hidden)
    head, date, rest = frozen.partition(f"{_LINE}Date: ".encode())
    return head + f"{_LINE}Bcc: {hidden}".encode() + date + rest if hidden and date else frozen


def _answer_to(target: Target, own: frozenset[str]) -> tuple[RemoteRecipient, ...]:
    if target.author_handle.lower() in own:  # our own mail, taken up again: to whom it went
        return tuple(one for one in target.recipients if one.role in ("to", "cc"))
    wanted = (target.extra or {}).get("reply_to")
    addresses = [one for one in wanted if isinstance(one, str)] if isinstance(wanted, list) else []
    if addresses:
        return tuple(RemoteRecipient("to", address) for address in addresses)
    return (RemoteRecipient("to", target.author_handle, target.author_name),)


def _subject(act: Act) -> str:
    title = act.title or (act.target.title if act.target else "")
    if act.kind is not ActKind.REPLY:
        return title
    while match := _RE.match(title):
        title = title[match.end() :]
    return f"Re: {title}".rstrip()


def _thread_lines(act: Act) -> Iterator[tuple[str, str]]:
    """In-Reply-To and References as RFC 5322, 3.6.4 has them: the parent's references, then the parent."""
    target = act.target
    if target is None or act.kind is not ActKind.REPLY:
        return
    extra = target.extra or {}
    # A mail that is named by its bytes may still bear a Message-ID, by which its writer's program knows it.
    named = extra.get("message_id") if target.remote_id.startswith(MISSING_ID) else target.remote_id
    parent = named if isinstance(named, str) else None
    known = extra.get("references")
    earlier = known if isinstance(known, list) else target.keys
    ids = [one for one in earlier if isinstance(one, str) and one != parent and not one.startswith(MISSING_ID)]
    references = [*dict.fromkeys(map(_clean_id, ids)), *([_clean_id(parent)] if parent else [])]
    if len(references) > _REFERENCES:
        references = [references[0], *references[-(_REFERENCES - 1) :]]
    if parent:
        yield "In-Reply-To", f"<{_clean_id(parent)}>"
    if references:
        yield "References", f"{_LINE} ".join(f"<{one}>" for one in references)


def _clean_id(message_id: str) -> str:
    """Nothing that could end the header or the brackets; ids come from strangers."""
    return "".join(sign for sign in message_id if sign.isprintable() and sign not in " <>")


def _mailboxes(recipients: Iterable[RemoteRecipient]) -> str:
    return f",{_LINE} ".join(_mailbox(one.name, one.handle) for one in recipients)


def _mailbox(name: str, address: str) -> str:
    plain, address = _one_line(name), _wire_address(address)
    if not plain:
        return address
    if _ATOMS.fullmatch(plain):
        return f"{plain} <{address}>"
    if plain.isascii():
        escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{address}>'
    return f"{_encode_text(plain, 'From')}{_LINE} <{address}>"


def _wire_address(address: str) -> str:
    local, _at, domain = address.strip().rpartition("@")
    return f"{local}@{_wire_domain(domain)}"


def _wire_domain(domain: str) -> str:
    """International domains in the form every server understands."""
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def _encode_text(text: str, header: str) -> str:
    """Unstructured text on lines that every server passes on."""
    line = _one_line(text)
    if line.isascii() and len(line) <= 200 and "=?" not in line:
        return line
    return Header(line, _UTF8, maxlinelen=75, header_name=header).encode(linesep=_LINE)


def _one_line(text: str) -> str:
    """Without line ends and other control characters, which would begin a header of their own."""
    clean = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in clean).split())


def _text_part(text: str, kind: str = "plain") -> bytes:
    lines = text.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    coded = binascii.b2a_qp(lines.encode("utf-8"), istext=True).replace(b"\n", b"\r\n")
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode() + coded + (b"" if coded.endswith(b"\r\n") else b"\r\n")


def _file_part(file: OutgoingFile) -> bytes:
    given = file.media_type.lower().strip()
    ordinary = _MEDIA_TYPE.fullmatch(given) and not given.startswith(("multipart/", "message/"))
    name = _one_line(file.name).replace("/", "_").replace("\\", "_") or "file"
    lines = [
        f"Content-Type: {given if ordinary else 'application/octet-stream'};{_LINE} {_name_parameter('name', name)}",
        "Content-Transfer-Encoding: base64",
        (
            f"Content-Disposition: {'inline' if file.content_id else 'attachment'};{_LINE} "
            f"{_name_parameter('filename', name)}"
        ),
    ]
    if file.content_id:
        lines.append(f"Content-ID: <{_clean_id(file.content_id)}>")
    if file.description:
        lines.append(f"Content-Description: {_encode_text(file.description, 'Content-Description')}")
    return (_LINE.join(lines) + _LINE * 2).encode() + encodebytes(file.data).replace(b"\n", b"\r\n")


def _name_parameter(parameter: str, name: str) -> str:
    if _ATOMS.fullmatch(name.replace(".", "-")) and len(name) <= 60:
        return f'{parameter}="{name}"'
    pieces = re.findall(r"(?:%..|[^%]){1,60}", quote(name, safe=""))
    if len(pieces) == 1:
        return f"{parameter}*=utf-8''{pieces[0]}"
    first = f"{parameter}*0*=utf-8''{pieces[0]}"
    return f";{_LINE} ".join([first, *(f"{parameter}*{n}*={piece}" for n, piece in enumerate(pieces[1:], 1))])


def _multipart(kind: str, parts: Sequence[bytes], boundary: str) -> bytes:
    """Neither base64 nor quoted-printable can hold `=_`, so the boundary occurs in no part."""
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"{_LINE * 2}'.encode()
    between = f"--{boundary}{_LINE}".encode()
    return head + b"".join(between + part for part in parts) + f"--{boundary}--{_LINE}".encode()
