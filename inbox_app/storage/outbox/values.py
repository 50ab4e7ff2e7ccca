"""What the outbox takes and gives: decisions, rows as the sender sees them, receipts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, DraftId, MessageId, OutboxId
from inbox_app.domain.jsonvalue import JsonObject, JsonValue
from inbox_app.domain.words import Action, ActKind, Kind, OutboxState

IN_DOUBT = "unsure"
"""The error code of an act that may have arrived."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of ours by its content's digest; its bytes are in the blobs."""

    digest: str
    name: str
    media_type: str
    size: int
    description: str = ""
    content_id: str = ""
    """Where the HTML shows it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided to do on a service. `undo_ms` is how long it can be taken back before it leaves.

    A reply or an act about a message names its `target`; a new message names its recipients and, with
    `conversation` None, the kind of conversation it starts. `draft` is the draft the text comes from: it is emptied in
    the same transaction, and its attachments go along.
    """

    account: AccountId
    kind: ActKind
    colleague: ColleagueId | None
    """Who decided it; None where it follows from something else."""
    undo_ms: int
    conversation: ConversationId | None = None
    conversation_kind: Kind = Kind.DIRECT
    target: MessageId | None = None
    text: str = ""
    html: str = ""
    written: str | None = None
    """What the person typed, where more than that is sent (a signature, a quote); an undo brings back only this."""
    shown_html: str | None = None
    """The HTML as the thread shows it, clean."""
    title: str = ""
    action: Action | None = None
    value: str = ""
    recipients: tuple[tuple[str, str, str], ...] = ()
    """(role, handle, name) each."""
    files: tuple[File, ...] = ()
    draft: DraftId | None = None
    pictures: Mapping[str, str] = field(default_factory=dict)
    """Names of the draft's files that the HTML shows, each with its content id."""
    sender: str = ""
    """The address of ours to write from, where one was chosen."""
    marks: JsonValue = None
    """Of what was read: remote id, whether it is read, and its places (folder, validity, uid) each."""
    letter: JsonObject | None = None
    """What the draft held besides its text, for an undo."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The service's word that it took the act; `sent_at` in milliseconds since 1970."""

    remote_id: str | None
    sent_at: int | None = None
    url: str = ""
    extra: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An outbox row as the sender works with it; `attempts` is the token of its claim."""

    id: OutboxId
    account: AccountId
    conversation: ConversationId | None
    message: MessageId | None
    colleague: str | None
    kind: ActKind
    key: str
    act: JsonObject
    frozen: bytes | None
    state: OutboxState
    decided_at: int
    not_before: int
    retry_at: int | None
    first_tried_at: int | None
    tried_at: int | None
    attempts: int
    in_doubt: bool
    error: str
    receipt: Receipt | None
    finish_due: bool
    finish_attempts: int
    claimed_by: str | None
    fence: int | None

    @property
    def is_quiet(self) -> bool:
        """Whether nobody decided it, so that nobody needs to hear of it."""
        return self.kind is ActKind.READ_MARK and self.colleague is None


class Resolution(StrEnum):
    """A person's word on an act whose outcome nobody could find out, or that failed."""

    SENT = "sent"
    AGAIN = "again"
    DISCARD = "discard"
