"""The fixed words of the product, as enums; their values are what is stored and printed."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a conversation is; decides its thread key and when a message needs a reply (semantics of each kind)."""

    COMMENTS = "comments"
    MENTION = "mention"
    DIRECT = "direct"
    MAIL = "mail"
    ROOM = "room"
    FORUM = "forum"
    REVIEW = "review"
    FEED = "feed"

    @property
    def answered_by_any_later(self) -> bool:
        """In these kinds any later message of ours answers; in the others only one below it in the tree does."""
        return self in (Kind.DIRECT, Kind.MAIL, Kind.ROOM)

    @property
    def linked_by_messages(self) -> bool:
        """In these kinds an answer names its conversation by ids of messages; in the others by a place."""
        return self in (Kind.COMMENTS, Kind.MENTION, Kind.MAIL)


class Direction(StrEnum):
    """Who wrote a message: somebody outside, or we (from here or from another program)."""

    INCOMING = "in"
    OUTGOING = "out"


class State(StrEnum):
    """Where a conversation stands in the day's work."""

    OPEN = "open"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    DONE = "done"


class Hat(StrEnum):
    """The role a conversation, template or account is worked in."""

    COMMUNITY = "community"
    SOCIAL = "social"


class ActKind(StrEnum):
    """What an outgoing act does on the service."""

    REPLY = "reply"
    NEW = "new"
    POST = "post"
    REACTION = "reaction"
    MODERATION = "moderation"
    EDIT = "edit"
    DELETION = "deletion"
    READ_MARK = "read_mark"

    @property
    def writes_text(self) -> bool:
        """These bring a new message into the world; doing them twice would be seen."""
        return self in (ActKind.REPLY, ActKind.NEW, ActKind.POST)


class OutboxState(StrEnum):
    """Where an outgoing act stands. `UNCONFIRMED` waits for a person; it is never sent again by itself."""

    QUEUED = "queued"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    UNDONE = "undone"
    DISCARDED = "discarded"


class AccountState(StrEnum):
    """Whether an account's runner works. An archive was imported from files: there is no service to talk to."""

    ACTIVE = "active"
    PAUSED = "paused"
    SIGN_IN_NEEDED = "sign_in_needed"
    ARCHIVE = "archive"
    REMOVED = "removed"


class MessageState(StrEnum):
    """What became of a message; outgoing ones follow their outbox row until they are delivered."""

    RECEIVED = "received"
    QUEUED = "queued"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"


class Quoting(StrEnum):
    """Whether answers by mail carry what they answer; each answer may decide otherwise."""

    BELOW = "below"
    NONE = "none"


class Formatting(StrEnum):
    """How mails are written: as HTML beside the text where something is formatted, or as plain text whatever comes."""

    AUTO = "auto"
    PLAIN = "plain"


class Verb(StrEnum):
    """What a channel may be able to do, by the names that `portavoce channels` prints."""

    SENDS = "sends"
    FINDS_SENT = "finds_sent"
    LISTENS = "listens"
    LOADS_OLDER = "loads_older"
    MARKS_READ = "marks_read"
    MODERATES = "moderates"
    REACTS = "reacts"
    EDITS_SENT = "edits_sent"
    DELETES_SENT = "deletes_sent"
    FETCHES_ATTACHMENTS = "fetches_attachments"
    POSTS = "posts"
    COUNTS_REMOTE = "counts_remote"
    READS_ARCHIVE = "reads_archive"


class Action(StrEnum):
    """What can be asked of one message, conversation or account now; the keys of `Abilities`."""

    REPLY = "reply"
    REPLY_PRIVATELY = "reply_privately"
    """Begin a private conversation: of a public message with its author, of an account with whoever has a handle."""
    WRITE = "write"
    """Begin a mail by address."""
    POST = "post"
    """Publish something. Where nothing is said of it, the channel's verbs tell."""
    REACT = "react"
    LIKE = "like"
    HIDE = "hide"
    UNHIDE = "unhide"
    DELETE = "delete"
    EDIT = "edit"
    BLOCK = "block"
    UNBLOCK = "unblock"
    KICK = "kick"
    """Turn somebody out who may come back."""
    MUTE = "mute"
    UNMUTE = "unmute"
    REPORT = "report"
    APPROVE = "approve"
    HOLD = "hold"
    SPAM = "spam"
    TRASH = "trash"
    MARK_READ = "mark_read"
    STAR = "star"
    """Tell the service which mails are starred here."""
    ACCEPT = "accept"
    DECLINE = "decline"
    """An invitation, as `ACCEPT` is."""


class Resend(StrEnum):
    """What a channel allows after an unknown outcome."""

    SAFE = "safe"
    """The service drops a repeated key: send again with the same key, within its stated time."""
    CHECK = "check"
    """Look for it first; what is not found may be sent again."""
    ASK = "ask"
    """Absence is no proof: what is not found waits for a person."""
