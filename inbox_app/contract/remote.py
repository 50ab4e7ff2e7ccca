"""What a connector tells us: events, oldest first, in the words of the domain."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from inbox_app.domain.abilities import Abilities
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.marks import NO_MARKS, Marks
from inbox_app.domain.poll import Poll
from inbox_app.domain.words import Direction, Kind


@dataclass(frozen=True, slots=True)
class RemoteAuthor:
    """One person's name on the channel.

    `remote_id` never changes (an account id, or the lower-cased address for mail); `handle` is what people type
    (`@maya@example.social`, `maya@example.org`); `name` is what they call themselves. `avatar_url` is https, or
    `bundled:` and a picture of `resources/pictures`, as any address of a picture is.
    """

    remote_id: str
    handle: str
    name: str = ""
    avatar_url: str = ""
    profile_url: str = ""
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class RemoteAttachment:
    """A file of a message. `size` is in bytes, 0 when the service does not say.

    `part` is its place in the raw mail, from which we extract it ourselves; otherwise `FetchesAttachments` fetches it
    by `remote_id`, unless `data` brings it along.
    """

    remote_id: str
    name: str
    media_type: str
    size: int = 0
    description: str = ""
    url: str = ""
    content_id: str = ""
    inline: bool = False
    part: int | None = None
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """Where a mail lies: the same mail may lie in several folders, and leaving one is not a deletion."""

    folder: str
    validity: int
    uid: int


@dataclass(frozen=True, slots=True)
class RemoteMessage:
    """One comment, direct message, mail or review.

    `keys` decide the conversation (see the package's docstring); the first is the message's own or its thread's.
    `parent` and `post` are remote ids. `text` is what is shown and searched; `html` is already clean, or None.
    `key` is the client-made key of an act of ours that the service gave back, so that the copy settles the outbox row.
    `needs_work` is False where a message asks nothing of us (a room's chatter without a mention); `context` marks other
    people's earlier messages: shown, never unread, never counted. `history` marks what was there before we connected
    (a back-fill): never unread. `copy_key` is equal for copies of one mail in several accounts.
    """

    remote_id: str
    kind: Kind
    keys: tuple[str, ...]
    author: RemoteAuthor
    direction: Direction
    sent_at: datetime
    text: str
    parent: str | None = None
    post: str | None = None
    title: str = ""
    html: str | None = None
    edited_at: datetime | None = None
    attachments: tuple[RemoteAttachment, ...] = ()
    recipients: tuple[RemoteRecipient, ...] = ()
    location: Location | None = None
    raw: bytes | None = None
    key: str | None = None
    url: str = ""
    needs_work: bool = True
    context: bool = False
    history: bool = False
    hidden: bool = False
    copy_key: str | None = None
    abilities: Abilities | None = None
    extra: JsonObject | None = None
    """What only this connector understands and needs again to answer (a visibility, a record's hash)."""
    marks: Marks = NO_MARKS
    """What is to be known besides the text. Failures of a delivery are shown at the message that is the parent."""
    claims_us: bool = False
    """It bears our name, and nothing shows that we wrote it: an incoming message, marked as such where it is shown."""


@dataclass(frozen=True, slots=True)
class RemoteRecipient:
    """Whom a message was addressed to; `role` is `to`, `cc`, `bcc` or `mention`."""

    role: str
    handle: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class RemotePost:
    """What our account published, or the container we moderate, under which comments hang."""

    remote_id: str
    title: str
    text: str
    published_at: datetime
    author: RemoteAuthor | None = None
    url: str = ""
    picture_url: str = ""
    comment_count: int | None = None
    reaction_count: int | None = None
    deleted: bool = False
    poll: Poll | None = None


@dataclass(frozen=True, slots=True)
class MessageSeen:
    """A message exists, new or again; a different text is an edit and the old text is kept in the history."""

    message: RemoteMessage


@dataclass(frozen=True, slots=True)
class MessageGone:
    """Deleted on the service: leaves a tombstone."""

    remote_id: str
    at: datetime | None = None
    by_author: bool = True


@dataclass(frozen=True, slots=True)
class MessageHidden:
    """Hidden or shown again on the service."""

    remote_id: str
    hidden: bool
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LocationGone:
    """A mail left a folder (moved or expunged). It keeps its other locations and is never a tombstone."""

    location: Location


@dataclass(frozen=True, slots=True)
class FolderRenumbered:
    """UIDVALIDITY changed: every location of this folder with another validity is void. Not a deletion."""

    folder: str
    validity: int


@dataclass(frozen=True, slots=True)
class ReactionsSeen:
    """All reactions to a message as they stand now: name or emoji to count, and which of them are ours."""

    remote_id: str
    counts: tuple[tuple[str, int], ...]
    ours: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PostSeen:
    """A post exists or looks different now."""

    post: RemotePost


@dataclass(frozen=True, slots=True)
class ConversationSeen:
    """Facts about a conversation as a whole; it is found by any of its keys."""

    kind: Kind
    keys: tuple[str, ...]
    title: str = ""
    abilities: Abilities | None = None
    reply_until: datetime | None = None
    """When the service's reply window closes; None where there is none."""


@dataclass(frozen=True, slots=True)
class ReadElsewhere:
    """Read in another program: messages up to and with this one are no longer unread; or this one is unread again."""

    remote_id: str
    read: bool = True


@dataclass(frozen=True, slots=True)
class StarredElsewhere:
    """A mail bears a star that another program set, or no longer does."""

    remote_id: str
    starred: bool


@dataclass(frozen=True, slots=True)
class GapFound:
    """Between these two points something is missing and not yet loaded; shown until `GapClosed`."""

    gap: str
    since: datetime | None = None
    until: datetime | None = None
    can_close: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class GapClosed:
    """The gap of this name has been loaded."""

    gap: str


@dataclass(frozen=True, slots=True)
class FolderListed:
    """Of a folder's UIDs from `first` to `last` exactly `uids` are there: whatever else was known there left it."""

    folder: str
    validity: int
    first: int
    last: int
    uids: tuple[int, ...]


Event = (
    MessageSeen
    | MessageGone
    | MessageHidden
    | LocationGone
    | FolderRenumbered
    | FolderListed
    | ReactionsSeen
    | PostSeen
    | ConversationSeen
    | ReadElsewhere
    | StarredElsewhere
    | GapFound
    | GapClosed
)


@dataclass(frozen=True, slots=True)
class Batch:
    """One pull's worth: events oldest first, the cursor after them, and whether the service has more at once."""

    events: tuple[Event, ...]
    cursor: JsonObject
    more: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are on the service, as `connect` learned it. `handles` are all names that mean us."""

    remote_id: str
    handle: str
    name: str = ""
    handles: frozenset[str] = frozenset()
    avatar_url: str = ""
    abilities: Abilities = field(default_factory=Abilities)


@dataclass(frozen=True, slots=True)
class RemoteCount:
    """For the ledger: how many messages the service holds in one of its places (a folder, a post)."""

    place: str
    messages: int
