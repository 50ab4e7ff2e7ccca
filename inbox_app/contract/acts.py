"""What we ask a connector to do on the service: outgoing acts and their receipts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from inbox_app.contract.remote import Location, RemoteRecipient
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action, ActKind, Kind


@dataclass(frozen=True, slots=True)
class Target:
    """The message an act is about, as the service knows it."""

    remote_id: str
    keys: tuple[str, ...]
    """The references of a mail thread, oldest first; otherwise the conversation's keys."""
    author_handle: str
    author_name: str
    text: str
    title: str
    sent_at: datetime
    post: str | None = None
    recipients: tuple[RemoteRecipient, ...] = ()
    extra: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """An attachment of ours, whole in memory (channels' limits are checked before)."""

    name: str
    media_type: str
    data: bytes
    description: str = ""
    content_id: str = ""
    """Where `Act.html` shows it in the text."""


@dataclass(frozen=True, slots=True)
class ReadMark:
    """What a message is marked as, None where nothing is said of it, and where the message was last seen."""

    remote_id: str
    read: bool | None
    places: tuple[Location, ...] = ()
    starred: bool | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One outgoing act, fixed when the person decided it; nothing in it changes from one try to the next.

    `key` is ours, made once (a UUID as 32 hex digits). `value` is the emoji, the moderation reason or the new text's
    language, by kind. `attempt` counts from 1; `first_tried_at` bounds a search for an earlier try.

    A private conversation is begun (a public message answered in private, a member written to) by the kind `NEW` with
    `conversation_kind` `DIRECT` and one of `recipients`: the person, by the handle that the connector told of them.
    Where the service has a conversation with them, it is gone on with; an answer in doubt never begins a second one. It
    comes back in a pull under the receipt's id, with the keys of the service's conversation. Its `target` is what is
    answered so, where it answers anything (`action` is `REPLY_PRIVATELY` then).
    """

    key: str
    kind: ActKind
    conversation_kind: Kind
    decided_at: datetime
    text: str = ""
    html: str = ""
    """The same with light formatting, for services that take HTML beside text; usually empty."""
    title: str = ""
    target: Target | None = None
    action: Action | None = None
    value: str = ""
    sender: str = ""
    """The name of ours to speak as, where the person chose one; otherwise the connector does."""
    recipients: tuple[RemoteRecipient, ...] = ()
    files: tuple[OutgoingFile, ...] = ()
    marks: tuple[ReadMark, ...] = ()
    """Of a read mark without a target: all that it is about."""
    attempt: int = 1
    first_tried_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The service took it. `remote_id` is the new message's (or the touched one's) id."""

    remote_id: str
    sent_at: datetime | None = None
    url: str = ""
    extra: JsonObject | None = None


class Absent:
    """`find_sent` looked and it is not there; what that proves is said by the connector's re-send policy."""


class CannotTell:
    """`find_sent` could not look (offline, no right to see it); asked again later."""


Finding = Receipt | Absent | CannotTell
