"""What a transaction changed, as ids: the one thing that travels on the bus after a commit."""

from __future__ import annotations

from dataclasses import dataclass, fields

from inbox_app.domain.ids import AccountId, ConversationId, MemberId, MessageId, OutboxId, PostId, ReminderId


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of what may look different now. The interface re-reads what it shows; a lost one is harmless."""

    accounts: frozenset[AccountId] = frozenset()
    conversations: frozenset[ConversationId] = frozenset()
    messages: frozenset[MessageId] = frozenset()
    members: frozenset[MemberId] = frozenset()
    posts: frozenset[PostId] = frozenset()
    outbox: frozenset[OutboxId] = frozenset()
    reminders: frozenset[ReminderId] = frozenset()
    topics: frozenset[str] = frozenset()
    """Whole small lists that changed: `views`, `rules`, `tags`, `templates`, `drafts`, `colleagues`, `settings`,
    `wishes`; and `members` where what is known of people shows in lists and threads that name none of them here."""
    everything: bool = False
    """Too much to name: re-read whatever is on screen."""

    def __or__(self, other: Changes) -> Changes:
        return Changes(
            self.accounts | other.accounts,
            self.conversations | other.conversations,
            self.messages | other.messages,
            self.members | other.members,
            self.posts | other.posts,
            self.outbox | other.outbox,
            self.reminders | other.reminders,
            self.topics | other.topics,
            self.everything or other.everything,
        )

    def __bool__(self) -> bool:
        return any(getattr(self, part.name) for part in fields(self))


NOTHING = Changes()
