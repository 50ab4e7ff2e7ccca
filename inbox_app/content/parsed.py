"""What comes out of hostile content: frozen values that hold nothing a window may not show."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from inbox_app.domain.marks import Delivery, Meeting, Seal


class Defect(StrEnum):
    """Something wrong or left out in a mail that could be read all the same."""

    HEADERS_TOO_LARGE = "headers_too_large"
    HEADERS_BROKEN = "headers_broken"
    TOO_MANY_PARTS = "too_many_parts"
    TOO_DEEP = "too_deep"
    TOO_MANY_ADDRESSES = "too_many_addresses"
    NO_BOUNDARY = "no_boundary"
    BAD_ENCODING = "bad_encoding"
    CHARSET_GUESSED = "charset_guessed"
    BAD_DATE = "bad_date"
    TEXT_CUT = "text_cut"


class Why(StrEnum):
    """Why content could not be made safe."""

    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    TOO_MUCH_MEMORY = "too_much_memory"
    BROKEN = "broken"
    NO_SUCH_PART = "no_such_part"


@dataclass(frozen=True, slots=True)
class Unparsable:
    """The content is not shown; the raw bytes stay with the caller."""

    reason: Why


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an address as a header gave them; either may be empty, and neither is proven."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class CleanHtml:
    """HTML without scripts, styles and remote content, and its text.

    With `too_large` the HTML is empty and the text is all there is to show.
    """

    html: str
    text: str
    too_large: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the body. `part` is its number for extracting it; `size` is in bytes, decoded."""

    part: int
    name: str
    declared: str
    sniffed: str
    size: int
    content_id: str | None
    inline: bool


@dataclass(frozen=True, slots=True)
class Extracted:
    """The bytes of one attachment, with what it says it is and what it looks like."""

    attachment: Attachment
    data: bytes


@dataclass(frozen=True, slots=True)
class Marks:
    """What the headers say about the kind of mail: written by a machine, sent to a list, sealed."""

    auto_submitted: str = ""
    precedence: str = ""
    list_id: str = ""
    list_name: str = ""
    """What the list calls itself, else its identifier."""
    report: bool = False
    encrypted: Seal | None = None
    signed: Seal | None = None


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """One mail, read. Message ids come without angle brackets, the date in UTC.

    `text` is always there (taken from the HTML where there is no plain part), `html_raw` is as the sender wrote it and
    must never be shown.
    """

    message_id: str | None
    subject: str
    date: datetime | None
    sender: tuple[Mailbox, ...]
    text: str
    size: int
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    bcc: tuple[Mailbox, ...] = ()
    reply_to: tuple[Mailbox, ...] = ()
    html: CleanHtml | None = None
    html_raw: str | None = None
    attachments: tuple[Attachment, ...] = ()
    marks: Marks = field(default_factory=Marks)
    meetings: tuple[Meeting, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    """What a delivery report says, address by address; `reported` is the Message-ID of the mail it is about."""
    reported: str | None = None
    language: str | None = None
    defects: tuple[Defect, ...] = ()
