"""Header values for outgoing mail: whatever goes in, no line end gets out.

After https://www.rfc-editor.org/rfc/rfc5322, 2047 (encoded words) and 2231 (file names). Values come folded, with CRLF
and a space inside, and never with a line longer than 998.
"""

import re
from binascii import b2a_base64
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote

from inbox_app.content import caps
from inbox_app.content.names import safe_name
from inbox_app.content.parsed import Mailbox
from inbox_app.content.plain import safe_line

_FOLD = "\r\n "
_LINE_CHARS = 76
_WORD_CHARS = 60
_WORD_BYTES = 45
_REFERENCES = 20
_ADDRESS_BYTES = 254
_PLAIN = re.compile(r"[ -~]*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_LOCAL = re.compile(r"[!-~]{1,64}")
_LOCAL_SPECIALS = re.compile(r"[\"(),:;<>@\[\\\]]")
_DOMAIN = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE
)
_ID = re.compile(r"[!-;=?-~]{1,900}")
_TOKEN = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,60}")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class UnsafeHeader(ValueError):
    """The value cannot stand in a header; its text names the kind of value, never the value."""


def subject_value(text: str) -> str:
    """A subject as one line; what is not plain ASCII becomes encoded words."""
    return _text_value(safe_line(text, caps.SUBJECT_CHARS))


def address_value(mailbox: Mailbox) -> str:
    """`Name <address>`. Raises `UnsafeHeader` for what is no address that every server takes."""
    address = check_address(mailbox.address)
    name = safe_line(mailbox.name, caps.NAME_CHARS)
    if not name:
        return address
    return f"{_phrase(name)} <{address}>"


def addresses_value(mailboxes: Iterable[Mailbox]) -> str:
    """A To or Cc list, one address a line."""
    return f",{_FOLD}".join(map(address_value, mailboxes))


def check_address(address: str) -> str:
    """The address, its domain in ASCII. Raises `UnsafeHeader`."""
    local, _, domain = address.rpartition("@")
    try:
        ascii_domain = domain if domain.isascii() or len(domain) > 253 else domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise UnsafeHeader("domain of an address") from error
    usable = _LOCAL.fullmatch(local) and not _LOCAL_SPECIALS.search(local) and _DOMAIN.fullmatch(ascii_domain)
    if not usable or len(local) + len(ascii_domain) >= _ADDRESS_BYTES:
        raise UnsafeHeader("address")
    return f"{local}@{ascii_domain}"


def id_value(message_id: str) -> str:
    """A message id with its angle brackets. Raises `UnsafeHeader`."""
    if not _ID.fullmatch(message_id):
        raise UnsafeHeader("message id")
    return f"<{message_id}>"


def references_value(message_ids: Iterable[str]) -> str:
    """Ids of a conversation, one a line: the first and the newest; ids that cannot stand in a header are left out."""
    ids = [each for each in dict.fromkeys(message_ids) if _ID.fullmatch(each)]
    if len(ids) > _REFERENCES + 1:
        ids = [ids[0], *ids[-_REFERENCES:]]
    return _FOLD.join(map(id_value, ids))


def date_value(moment: datetime) -> str:
    """An aware moment in its own zone, in English whatever the locale."""
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day}, {moment.day:02} {month} {moment.year:04} {moment:%H:%M:%S} {moment:%z}"[:31]


def media_value(media: str) -> str:
    """A media type to declare; what is malformed, or may not be encoded in base64, is plain bytes."""
    kind, _, subtype = media.lower().partition("/")
    if not (_TOKEN.fullmatch(kind) and _TOKEN.fullmatch(subtype)) or kind in ("multipart", "message"):
        return "application/octet-stream"
    return f"{kind}/{subtype}"


def file_name_parameter(name: str) -> str:
    """`filename=…` or, beyond ASCII, `filename*=…`, for Content-Disposition."""
    name = safe_name(name)
    if _ATOMS.fullmatch(name.replace(".", "-")):
        return f'filename="{name}"'
    return f"filename*=utf-8''{quote(name, safe='')}"


def _text_value(text: str) -> str:
    words = text.split(" ")
    if not _PLAIN.fullmatch(text) or "=?" in text or max(map(len, words)) > _WORD_CHARS:
        return _encoded_words(text)
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + len(word) + 1 > _WORD_CHARS:
            lines.append(word)
        else:
            lines[-1] += f" {word}"
    return _FOLD.join(lines)


def _phrase(name: str) -> str:
    if not _PLAIN.fullmatch(name) or "=?" in name:
        return _encoded_words(name)
    if _ATOMS.fullmatch(name):
        return name
    escaped = re.sub(r'(["\\])', r"\\\1", name)
    return f'"{escaped}"'


def _encoded_words(text: str) -> str:
    """UTF-8 in base64, cut between characters."""
    chunks, size = [""], 0
    for char in text:
        width = len(char.encode())
        if size + width > _WORD_BYTES:
            chunks.append("")
            size = 0
        chunks[-1] += char
        size += width
    words = (b2a_base64(chunk.encode(), newline=False).decode("ascii") for chunk in chunks)
    return _FOLD.join(f"=?utf-8?b?{word}?=" for word in words)
