"""What is known of a member: frozen values for the card, the timeline, lists, and who may be the same person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from inbox_app.domain.ids import AccountId, ConversationId, FieldId, HandleId, MemberId, MessageId
from inbox_app.domain.inbox import NoteRow, Tag
from inbox_app.domain.loyalty import Label
from inbox_app.domain.member_deeds import DeedLine
from inbox_app.domain.reminders import ReminderRow
from inbox_app.domain.words import Kind

NO_LABEL = Label(None)
LONGEST_NOTE = 20_000
"""Characters of one note."""


class AddressForm(StrEnum):
    """How somebody is spoken to."""

    TU = "tu"
    LEI = "lei"


class Consent(StrEnum):
    """Whether somebody agreed that we keep in touch and quote them."""

    GIVEN = "given"
    REFUSED = "refused"


class Fact(StrEnum):
    """What every member's card holds; the names are those of the columns."""

    PREFERRED_NAME = "preferred_name"
    ADDRESS_FORM = "address_form"
    PRONOUNS = "pronouns"
    LANGUAGE = "language"
    CONSENT = "consent"


CHOICES: Mapping[Fact, tuple[str, ...]] = {Fact.ADDRESS_FORM: tuple(AddressForm), Fact.CONSENT: tuple(Consent)}
"""The facts that are one of a few words."""


class FieldType(StrEnum):
    """What a field that the workspace defined may hold."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Field:
    """Something that this workspace wants to know of its members; `key` ones are shown first."""

    id: FieldId
    name: str
    type: FieldType
    key: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """One thing that is known; `also` is what linked records say otherwise: a link loses nothing."""

    value: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HandleLine:
    """One name of a member on one channel; `linked` says that a person put it there, so that it can be taken off.

    `account` and `kind` are where it was met last, None where nothing of it is here.
    """

    id: HandleId
    channel: str
    handle: str
    name: str
    profile_url: str
    is_bot: bool
    linked: bool
    account: AccountId | None
    kind: Kind | None
    messages: int


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One thing that was said, by a member or by us, and where it is to be read."""

    message: MessageId
    conversation: ConversationId
    account: AccountId
    channel: str
    kind: Kind
    handle: HandleId
    said_at: datetime
    title: str
    """The conversation's subject, or the post below which it was said."""
    text: str
    deleted: bool
    who: str
    """The member or the colleague who wrote it; where nobody is known, the name on the channel."""
    picture: str
    ours: bool = False
    """Whether we wrote it."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A stretch of what a member said, newest first; `older_than` leads on, None at the end."""

    lines: tuple[TimelineLine, ...]
    older_than: MessageId | None


class Activity(StrEnum):
    """What a member's timeline can be narrowed to."""

    SAID = "said"
    PUBLIC = "public"
    PRIVATE = "private"
    REVIEWS = "reviews"
    ANSWERED = "answered"
    NOTED = "noted"
    REMINDED = "reminded"
    DECIDED = "decided"
    ACTED = "acted"
    """Reactions and moderation on the service."""


KINDS_OF: Mapping[Activity, tuple[Kind, ...]] = {
    Activity.PUBLIC: (Kind.COMMENTS, Kind.MENTION, Kind.ROOM, Kind.FORUM, Kind.FEED),
    Activity.PRIVATE: (Kind.DIRECT, Kind.MAIL),
    Activity.REVIEWS: (Kind.REVIEW,),
}
"""The kinds of conversation in which what they said is of an activity; all, where none are named."""


Leading = TimelineLine | DeedLine
"""A line that leads to a message or a conversation."""
AnyLine = TimelineLine | NoteRow | DeedLine
"""One thing that happened with a member."""


@dataclass(frozen=True, slots=True)
class Activities:
    """A stretch of all that is known to have happened with a member, newest first: what was said, noted and done.

    `older_than` leads on, None at the end; it is a place in time, no message need be there.
    """

    lines: tuple[AnyLine, ...]
    older_than: MessageId | None


@dataclass(frozen=True, slots=True)
class Card:
    """All that is known of one member, on every channel."""

    id: MemberId
    name: str
    given_name: str
    """The name by itself, where `name` is the one they prefer."""
    facts: dict[Fact, Known]
    fields: tuple[tuple[Field, Known], ...]
    tags: tuple[Tag, ...]
    handles: tuple[HandleLine, ...]
    notes: tuple[NoteRow, ...]
    reminders: tuple[ReminderRow, ...]
    messages: int
    conversations: int
    first_seen: datetime | None
    last_seen: datetime | None
    recent: Timeline
    label: Label = NO_LABEL
    """Where they stand with the community, and what that follows from."""
    picture: str = ""
    """Where the picture of one of their handles is to be had."""
    is_ours: bool = False
    """Whether they are one of us, so that no list and no figure of members counts them."""


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member in a list."""

    id: MemberId
    name: str
    handles: tuple[str, ...]
    channels: tuple[str, ...]
    tags: tuple[str, ...]
    messages: int
    first_seen: datetime | None
    last_seen: datetime | None
    notes: int
    picture: str = ""
    """Where the picture of one of their handles is to be had."""


@dataclass(frozen=True, slots=True)
class MemberPage:
    """Some members, the last to speak first, and where to go on."""

    lines: tuple[MemberLine, ...]
    next: str | None


class Reason(StrEnum):
    """Why two members may be, or may not be, the same person."""

    WROTE_ADDRESS = "wrote_address"
    SAME_PICTURE = "same_picture"
    EQUAL_HANDLE = "equal_handle"
    SAME_HANDLE = "same_handle"
    SAME_NAME = "same_name"
    SAME_ACCOUNT = "same_account"
    SPOKE_TOGETHER = "spoke_together"
    OTHER_LANGUAGE = "other_language"
    COMMON_NAME = "common_name"


WEIGHTS = {
    Reason.WROTE_ADDRESS: 6,
    Reason.SAME_PICTURE: 4,
    Reason.EQUAL_HANDLE: 3,
    Reason.SAME_HANDLE: 3,
    Reason.SAME_NAME: 3,
    Reason.SAME_ACCOUNT: -2,
    Reason.SPOKE_TOGETHER: -3,
    Reason.OTHER_LANGUAGE: -2,
    Reason.COMMON_NAME: -2,
}


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason with what it is about, and the message that shows it where there is one."""

    reason: Reason
    about: str = ""
    message: MessageId | None = None

    @property
    def speaks_for(self) -> bool:
        """Whether it speaks for one person."""
        return WEIGHTS[self.reason] > 0


def weight(grounds: Iterable[Ground]) -> int:
    """How much these speak for one person, what speaks against it taken off."""
    return sum(WEIGHTS[one.reason] for one in grounds)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A member who may be the same person, and all that speaks for and against it."""

    member: MemberLine
    grounds: tuple[Ground, ...]

    @property
    def weight(self) -> int:
        """How much speaks for it, what speaks against it taken off."""
        return weight(self.grounds)
