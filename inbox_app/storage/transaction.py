"""One transaction: a connection, its moment, and the ids of what it changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from inbox_app.domain.changes import Changes
from inbox_app.domain.ids import (
    AccountId,
    ConversationId,
    MemberId,
    MessageId,
    OperationId,
    OutboxId,
    PostId,
    ReminderId,
)

Reading = Connection
"""What a function that only reads is given."""


@dataclass(slots=True)
class Tx:
    """Given to every function that writes. `now` is its one moment, in milliseconds since 1970 (UTC)."""

    conn: Connection
    now: int
    accounts: set[AccountId] = field(default_factory=set)
    conversations: set[ConversationId] = field(default_factory=set)
    messages: set[MessageId] = field(default_factory=set)
    members: set[MemberId] = field(default_factory=set)
    posts: set[PostId] = field(default_factory=set)
    outbox: set[OutboxId] = field(default_factory=set)
    reminders: set[ReminderId] = field(default_factory=set)
    topics: set[str] = field(default_factory=set)
    operations: list[OperationId] = field(default_factory=list)
    """What was recorded to be taken back, in its order; it stays here."""

    def about(self, *topics: str) -> None:
        """Note that a whole small list changed."""
        self.topics.update(topics)

    def touch_conversations(self, ids: Iterable[ConversationId]) -> None:
        """Note conversations that look different now."""
        self.conversations.update(ids)

    def changes(self) -> Changes:
        """Everything this transaction noted, as the value that travels on the bus."""
        return Changes(
            frozenset(self.accounts),
            frozenset(self.conversations),
            frozenset(self.messages),
            frozenset(self.members),
            frozenset(self.posts),
            frozenset(self.outbox),
            frozenset(self.reminders),
            frozenset(self.topics),
        )
