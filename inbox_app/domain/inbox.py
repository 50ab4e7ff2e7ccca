"""What the inbox shows: frozen rows of lists, threads and the sidebar, ready to print or paint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from inbox_app.domain.abilities import Abilities
from inbox_app.domain.encounters import Met
from inbox_app.domain.ids import (
    AccountId,
    ColleagueId,
    ConversationId,
    HandleId,
    MemberId,
    MessageId,
    NoteId,
    OutboxId,
    PostId,
    TagId,
)
from inbox_app.domain.marks import NO_MARKS, Delivery, Marks
from inbox_app.domain.poll import Poll
from inbox_app.domain.words import (
    AccountState,
    Action,
    Direction,
    Formatting,
    Hat,
    Kind,
    MessageState,
    OutboxState,
    Quoting,
    State,
)
from inbox_app.i18n import _


@dataclass(frozen=True, slots=True)
class Tag:
    """A coloured word on a conversation or a member."""

    id: TagId
    name: str
    colour: str = ""
    on_members_alone: bool = False
    """Whether people have it and no conversation has."""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A connected account as the sidebar and `account list` show it."""

    id: AccountId
    channel: str
    handle: str
    name: str
    state: AccountState
    error: str
    hat: Hat
    last_success: datetime | None
    settings: Mapping[str, str]
    signature: str = ""
    quoting: Quoting = Quoting.BELOW
    formatting: Formatting = Formatting.AUTO
    tells_read: bool = True
    """Whether the service is told what is read here."""
    handles: frozenset[str] = frozenset()
    """Every name that means us there."""
    writes: bool = False
    """Whether a conversation can be begun by address."""
    takes_posts: bool = True
    """Whether something can be published there, if the channel has posts at all."""
    is_away: bool = False
    """Whether its service could not be reached at all when it was asked last."""


@dataclass(frozen=True, slots=True)
class RemovedRow:
    """An account that was removed, with how many of its messages are here still."""

    account: AccountRow
    messages: int
    is_going: bool
    """Whether they are being deleted."""


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """One line of the conversation list. `members` are names, the latest speaker from outside first."""

    id: ConversationId
    account: AccountId
    channel: str
    kind: Kind
    title: str
    post_title: str
    members: tuple[str, ...]
    snippet: str
    snippet_is_ours: bool
    state: State
    unread: int
    messages: int
    needs_reply: int
    last_at: datetime
    last_message: MessageId
    tags: tuple[Tag, ...] = ()
    hat: Hat = Hat.COMMUNITY
    reminder: datetime | None = None
    snoozed_until: datetime | None = None
    assignee: ColleagueId | None = None
    has_attachments: bool = False
    has_draft: bool = False
    """Whether the colleague who looks has begun an answer."""
    has_notes: bool = False
    """Whether something is noted on it or on somebody who speaks in it."""
    is_due: bool = False
    """Whether a reminder of the colleague who looks has fired and was not dealt with."""
    is_late: bool = False
    is_important: bool = False
    """Whether one of those fired late."""
    avatar_url: str = ""
    """The picture of the latest speaker from outside."""
    also: tuple[AccountId, ...] = ()
    """Further accounts of ours that got these mails."""
    mailboxes: tuple[str, ...] = ()
    """What all of those accounts are called, the conversation's own first; nothing where it is one account's alone."""
    reply_until: datetime | None = None
    """When the service takes no answer any more; None where it sets no end."""

    @property
    def accounts(self) -> tuple[AccountId, ...]:
        """Every account whose conversation it is, its own first."""
        return (self.account, *self.also)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the conversation list ended; the next one starts after it."""

    last_message: MessageId
    id: ConversationId


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """Some rows, newest first, and where to go on (None at the end)."""

    rows: tuple[ConversationRow, ...]
    next: Place | None


@dataclass(frozen=True, slots=True)
class PostRow:
    """The post above its comments."""

    id: PostId
    account: AccountId
    title: str
    text: str
    author: str
    url: str
    picture_url: str
    published_at: datetime
    comment_count: int | None
    reaction_count: int | None
    deleted: bool
    author_avatar: str = ""
    poll: Poll | None = None


@dataclass(frozen=True, slots=True)
class AuthorRow:
    """Who wrote a message; `member` is None where it was one of us."""

    handle_id: HandleId
    handle: str
    name: str
    member: MemberId | None
    avatar_url: str = ""


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """A file on a message; `stored` says that its bytes are here already."""

    id: str
    name: str
    media_type: str
    size: int
    description: str
    content_id: str
    inline: bool
    stored: bool


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file that goes with a draft, by its content's digest."""

    id: str
    name: str
    media_type: str
    size: int
    description: str
    digest: str


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An outgoing act as `outbox list` and the thread show it."""

    id: OutboxId
    account: AccountId
    conversation: ConversationId | None
    message: MessageId | None
    kind: str
    state: OutboxState
    text: str
    attempts: int
    decided_at: datetime
    not_before: datetime
    retry_at: datetime | None
    error: str
    remote_id: str | None
    action: Action | None = None
    """What is done to a message, where it is no text that leaves; or that a text goes to its author alone."""
    answered_in: ConversationId | None = None
    """Where the message stands that this is about."""
    sender: str = ""
    """The name of ours that it leaves from."""
    to: str = ""
    """Whom it goes to or is about; nobody where it goes to all who read along, as a post does."""
    account_state: AccountState = AccountState.ACTIVE
    """What is not connected and at work sends nothing."""

    @property
    def held_up(self) -> str:
        """Why it stays here for now, in a sentence; empty where nothing keeps it."""
        if self.state is not OutboxState.QUEUED:
            return ""
        match self.account_state:
            case AccountState.PAUSED:
                return _("This waits: {account} is paused.").format(account=self.sender)
            case AccountState.SIGN_IN_NEEDED:
                return _("This waits until you have signed in to {account} again.").format(account=self.sender)
            case AccountState.REMOVED:
                return _("This was not sent: {account} is no longer connected.").format(account=self.sender)
            case _:
                return ""

    @property
    def is_private_answer(self) -> bool:
        """Whether it answers in private what was said in public."""
        return self.action is Action.REPLY_PRIVATELY

    @property
    def written_in(self) -> ConversationId | None:
        """The conversation whose composer it was written in."""
        return self.answered_in if self.is_private_answer else self.conversation


@dataclass(frozen=True, slots=True)
class Aside:
    """The private answer to what was said in public, or what was said in public and is answered so; and how it begins.

    It stands in a conversation of its own.
    """

    message: MessageId
    conversation: ConversationId
    state: MessageState
    text: str


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message of a thread. `depth` is how deep it nests, 0 for the top."""

    id: MessageId
    conversation: ConversationId
    parent: MessageId | None
    depth: int
    remote_id: str | None
    author: AuthorRow
    direction: Direction
    state: MessageState
    sent_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    hidden: bool
    context: bool
    needs_reply: bool
    unread: bool
    title: str
    text: str
    html: str | None
    url: str
    recipients: tuple[tuple[str, str, str], ...]
    """(role, handle, name)"""
    attachments: tuple[AttachmentRow, ...]
    reactions: tuple[tuple[str, int], ...]
    abilities: Abilities
    outbox: OutboxRow | None
    marks: Marks = NO_MARKS
    undelivered: tuple[Delivery, ...] = ()
    """The addresses that this message of ours did not reach, as delivery reports of the thread say."""
    accounts: tuple[AccountId, ...] = ()
    """Every account of ours that has it."""
    reacted: frozenset[str] = frozenset()
    """Which of the reactions are ours."""
    aside: Aside | None = None
    """Our answer to its author alone; of one that is such an answer, what it answers."""

    @property
    def unasked(self) -> str:
        """What is shown of it where nobody asked to read it."""
        return self.marks.unasked(self.title, self.text)


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note: internal text that cannot reach a connector."""

    id: NoteId
    author: str
    text: str
    pinned: bool
    made_at: datetime
    member: MemberId | None
    conversation: ConversationId | None
    changed_at: datetime | None = None
    met: Met | None = None
    """How and when the member was met, where the note tells of that."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation opened: its row, its post, a stretch of its messages in thread order, its notes.

    `earlier` says that older messages exist before the stretch; `to_answer` is what a reply answers that names nothing.
    """

    row: ConversationRow
    account: AccountRow
    post: PostRow | None
    messages: tuple[MessageRow, ...]
    notes: tuple[NoteRow, ...]
    abilities: Abilities
    reply_until: datetime | None
    earlier: bool
    to_answer: MessageRow | None = None
    ours: tuple[AccountRow, ...] = ()
    """Every account whose conversation it is, `account` first."""


@dataclass(frozen=True, slots=True)
class SidebarCounts:
    """Live counts for the sidebar. All but those of the outbox count conversations.

    `open_by_…` and `unread` count open ones, as the list shows them when the view is chosen.
    """

    by_state: Mapping[State, int]
    open_by_account: Mapping[AccountId, int]
    open_by_hat: Mapping[Hat, int]
    open_by_tag: Mapping[TagId, int]
    mine: int
    unread: int
    outbox_waiting: int
    outbox_problems: int
    reminders: int = 0
    """Conversations with a reminder of the colleague who looks."""
    reminders_due: int = 0
    """Reminders of that colleague that fired, on members too, and were not dealt with."""


@dataclass(frozen=True, slots=True)
class GapRow:
    """Something that was or is missing. `closed_at` is when it came; None while it is open.

    `is_silence` is a time in which nothing was heard of the service; `can_close` False is lost for good.
    """

    since: datetime | None
    until: datetime | None
    reason: str = ""
    can_close: bool = True
    is_silence: bool = False
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """Per account: what the service holds, what we hold, what is known to be missing, and when we last heard."""

    account: AccountId
    handle: str
    remote_count: int | None
    local_count: int
    gaps: tuple[str, ...]
    last_success: datetime | None
    next_poll: datetime | None
    quota_left: int | None
    counted_at: datetime | None
    error: str
    open_gaps: tuple[GapRow, ...] = ()
    closed_gaps: tuple[GapRow, ...] = ()
