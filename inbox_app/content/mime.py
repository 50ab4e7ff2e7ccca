"""Raw bytes of a mail to a `ParsedMail`: pure, linear and meant for the worker process.

The structure is read by our own splitter, since the standard library's parser is recursive and its header classes take
seconds for hostile values (see docs/reliability.md).
"""

from collections.abc import Iterable
from datetime import datetime

from inbox_app.content import caps
from inbox_app.content.addresses import parse_addresses
from inbox_app.content.appointments import read_meetings
from inbox_app.content.charset import decode
from inbox_app.content.dates import parse_date
from inbox_app.content.html import clean
from inbox_app.content.ids import parse_id, parse_ids
from inbox_app.content.names import safe_name
from inbox_app.content.parsed import (
    Attachment,
    CleanHtml,
    Defect,
    Extracted,
    Mailbox,
    Marks,
    ParsedMail,
    Unparsable,
    Why,
)
from inbox_app.content.plain import safe_line, safe_text, unflow
from inbox_app.content.reports import RETURNED_MEDIA, STATUS_MEDIA, read_deliveries, read_returned_id
from inbox_app.content.seals import encrypted_with, signed_with
from inbox_app.content.sniff import sniff
from inbox_app.content.structure import Fields, Part, read_fields, read_structure
from inbox_app.content.transfer import decode_body
from inbox_app.content.words import decode_words
from inbox_app.domain.marks import Delivery, Meeting

_EXTENSIONS = {
    "text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "text/vcard": ".vcf", "message/rfc822": ".eml",
    "message/delivery-status": ".txt", "text/rfc822-headers": ".txt",
    "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "application/pdf": ".pdf",
}  # fmt: skip
_LIST_CHARS = 300


def parse_mail(raw: bytes) -> ParsedMail | Unparsable:
    """Read one mail. Only one that is too large is refused; whatever else is wrong is noted as a defect."""
    if len(raw) > caps.MAIL_BYTES:
        return Unparsable(Why.TOO_LARGE)
    size, raw = len(raw), _with_line_feeds(raw)
    root, defects = read_structure(raw)
    reader = _Reader(raw, defects)
    bodies = find_bodies(root)
    html_raw, html = reader.html(bodies.html)
    text = reader.text(bodies.text)
    fields = root.fields
    return ParsedMail(
        message_id=parse_id(fields.first("message-id")),
        in_reply_to=parse_ids(fields.all("in-reply-to")),
        references=parse_ids(fields.all("references")),
        subject=safe_line(decode_words(fields.first("subject")), caps.SUBJECT_CHARS),
        date=reader.date(fields),
        sender=reader.people(fields, "from") or reader.people(fields, "sender"),
        to=reader.people(fields, "to"),
        cc=reader.people(fields, "cc"),
        bcc=reader.people(fields, "bcc"),
        reply_to=reader.people(fields, "reply-to"),
        text=text if text.strip() or html is None else html.text,
        html=html,
        html_raw=html_raw,
        attachments=tuple(reader.attachment(part) for part in bodies.others),
        marks=_read_marks(root, text),
        meetings=reader.meetings(root),
        deliveries=reader.deliveries(root),
        reported=reader.reported(root),
        language=safe_line(fields.first("content-language").split(",")[0], 35) or None,
        size=size,
        defects=tuple(sorted(reader.defects)),
    )


def extract(raw: bytes, number: int) -> Extracted | Unparsable:
    """The decoded bytes of the part that an `Attachment` names by its number."""
    if len(raw) > caps.MAIL_BYTES:
        return Unparsable(Why.TOO_LARGE)
    raw = _with_line_feeds(raw)
    root, defects = read_structure(raw)
    for part in root.leaves():
        if part.number == number:
            reader = _Reader(raw, defects)
            return Extracted(reader.attachment(part), reader.decoded(part))
    return Unparsable(Why.NO_SUCH_PART)


def _with_line_feeds(raw: bytes) -> bytes:
    """Line ends of old Macintoshes made readable."""
    return raw if b"\n" in raw else raw.replace(b"\r", b"\n")


class Bodies:
    """The parts that make up the text, those that make up the HTML, and all others."""

    def __init__(self) -> None:
        self.text: list[Part] = []
        self.html: list[Part] = []
        self.others: list[Part] = []


def find_bodies(root: Part) -> Bodies:
    """Sort the leaves as mail programs do: of alternatives the last of each kind, otherwise all texts in order."""
    bodies = Bodies()
    waiting = [root]
    while waiting:
        part = waiting.pop()
        if part.media == "multipart/alternative" and part.children:
            waiting.extend(reversed(_choose(part.children)))
        elif part.children:
            waiting.extend(reversed(part.children))
        else:
            _sort_leaf(part, bodies)
    bodies.others.sort(key=lambda part: part.number)
    return bodies


def _choose(children: list[Part]) -> list[Part]:
    """The last alternative of each kind: plain, rich (HTML, alone or with its pictures), calendars and the like."""
    chosen: dict[str, Part] = {}
    for child in children:
        kind = "rich" if child.media == "text/html" or child.children else child.media
        chosen[kind] = child
    return [child for child in children if child in chosen.values()]


def _sort_leaf(part: Part, bodies: Bodies) -> None:
    if _is_attached(part) or part.media not in ("text/plain", "text/html"):
        empty = part.media.startswith("multipart/")
        (bodies.text if empty else bodies.others).append(part)
    else:
        (bodies.html if part.media == "text/html" else bodies.text).append(part)


def _is_attached(part: Part) -> bool:
    disposition = part.fields.typed("content-disposition")
    if disposition.value == "attachment":
        return True
    named = "filename" in disposition.parameters or "name" in part.type.parameters
    return named and part.number > 0


class _Reader:
    """Reads parts of one mail and gathers what was wrong."""

    def __init__(self, raw: bytes, defects: set[Defect]) -> None:
        self._raw = raw
        self.defects = defects

    def decoded(self, part: Part) -> bytes:
        encoding = part.fields.first("content-transfer-encoding")
        data, sound = decode_body(self._raw[part.start : part.end], encoding)
        if not sound:
            self.defects.add(Defect.BAD_ENCODING)
        return data

    def text(self, parts: Iterable[Part]) -> str:
        """The plain texts one after the other."""
        pieces: list[str] = []
        room = caps.TEXT_CHARS
        for part in parts:
            text = self._plain(part)
            pieces.append(text[:room])
            room -= len(text)
            if room < 0:
                self.defects.add(Defect.TEXT_CUT)
                break
        return "\n\n".join(piece.strip("\n") for piece in pieces if piece.strip())

    def _plain(self, part: Part) -> str:
        text = safe_text(self._characters(part, 2 * caps.TEXT_CHARS))
        if part.type.parameters.get("format", "").lower() == "flowed":
            return unflow(text, part.type.parameters.get("delsp", "").lower() == "yes")
        return text

    def _characters(self, part: Part, limit: int) -> str:
        data = self.decoded(part)
        text, guessed = decode(data[: 4 * limit], part.type.parameters.get("charset"))
        if guessed:
            self.defects.add(Defect.CHARSET_GUESSED)
        if len(text) > limit:
            self.defects.add(Defect.TEXT_CUT)
        return text[:limit]

    def html(self, parts: list[Part]) -> tuple[str | None, CleanHtml | None]:
        if not parts:
            return None, None
        source = "\n".join(self._characters(part, 2 * caps.HTML_CHARS) for part in parts)
        cleaned = clean(source)
        return (None if cleaned.too_large else safe_text(source)), cleaned

    def people(self, fields: Fields, name: str) -> tuple[Mailbox, ...]:
        found = parse_addresses(fields.all(name))
        if len(found) >= caps.ADDRESSES:
            self.defects.add(Defect.TOO_MANY_ADDRESSES)
        return found

    def date(self, fields: Fields) -> datetime | None:
        text = fields.first("date")
        date = parse_date(text)
        if text and date is None:
            self.defects.add(Defect.BAD_DATE)
        return date

    def meetings(self, root: Part) -> tuple[Meeting, ...]:
        """Appointments, of the first calendar part that has any."""
        for part in _all_parts(root):
            if part.media == "text/calendar" and (found := read_meetings(self._characters(part, caps.TEXT_CHARS))):
                return found
        return ()

    def deliveries(self, root: Part) -> tuple[Delivery, ...]:
        return tuple(
            one
            for part in _all_parts(root)
            if part.media in STATUS_MEDIA
            for one in read_deliveries(self.decoded(part))
        )[: caps.ADDRESSES]

    def reported(self, root: Part) -> str | None:
        """The Message-ID of the mail that a delivery report is about."""
        parts = _all_parts(root)
        if not any(part.media in STATUS_MEDIA for part in parts):
            return None
        returned = (read_returned_id(self.decoded(part)) for part in parts if part.media in RETURNED_MEDIA)
        return next(filter(None, returned), None)

    def attachment(self, part: Part) -> Attachment:
        data = self.decoded(part)
        disposition = part.fields.typed("content-disposition")
        content_id = parse_id(part.fields.first("content-id")) or safe_line(part.fields.first("content-id"), 900)
        return Attachment(
            part=part.number,
            name=self._name(part, disposition.parameters.get("filename", "")),
            declared=safe_line(part.media, 100),
            sniffed=sniff(data),
            size=len(data),
            content_id=content_id or None,
            inline=disposition.value != "attachment" and bool(content_id),
        )

    def _name(self, part: Part, given: str) -> str:
        extension = _EXTENSIONS.get(part.media, "")
        name = given or part.type.parameters.get("name", "")
        if not name and part.media == "message/rfc822":
            inner, _ = read_fields(self._raw, part.start, part.end, set())
            subject = safe_line(decode_words(inner.first("subject")), caps.SUBJECT_CHARS).replace("/", "_")
            name = subject.replace("\\", "_") + extension if subject else ""
        return safe_name(name, f"attachment-{part.number}{extension}")


def _read_marks(root: Part, text: str) -> Marks:
    fields, medias = root.fields, {part.media for part in _all_parts(root)}
    list_id = safe_line(decode_words(fields.first("list-id")), _LIST_CHARS)
    return Marks(
        auto_submitted=safe_line(fields.first("auto-submitted").split(";")[0].lower(), 60),
        precedence=safe_line(fields.first("precedence").lower(), 60),
        list_id=list_id,
        list_name=_list_name(list_id),
        report=root.media == "multipart/report" or bool(STATUS_MEDIA & medias),
        encrypted=encrypted_with(_all_parts(root), text),
        signed=signed_with(_all_parts(root), text),
    )


def _list_name(list_id: str) -> str:
    """`Friends of tea <tea.example.org>` as people call it."""
    name, _, identifier = list_id.partition("<")
    return name.strip().strip('"') or identifier.rstrip("> ")


def _all_parts(root: Part) -> list[Part]:
    found = [root]
    for part in found:
        found.extend(part.children)
    return found
