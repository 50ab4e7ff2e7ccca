"""What the steps of one ingest share: the transaction, the account, and what was loaded for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from inbox_app.domain.ids import MessageId
from inbox_app.ingest.board import Board
from inbox_app.ingest.people import People
from inbox_app.ingest.posts import Posts
from inbox_app.storage.sources import Source
from inbox_app.storage.transaction import Tx

Keep = Callable[[bytes], str]
"""Keeps bytes (a raw mail, a file) with the transaction and returns their digest."""


@dataclass(slots=True)
class Work:
    """One transaction's worth. `added` and `changed` are messages, for the counts and the full text."""

    tx: Tx
    source: Source
    board: Board
    people: People
    posts: Posts
    keep: Keep | None
    asked_at: int
    """When the service was asked; what it said then may be older than what it was told since."""
    added: set[MessageId] = field(default_factory=set)
    changed: set[MessageId] = field(default_factory=set)
    removed: set[MessageId] = field(default_factory=set)
    copies: set[MessageId] = field(default_factory=set)
    """Those added for which another account's record stands."""


def begin_work(tx: Tx, source: Source, keep: Keep | None, asked_at: int | None) -> Work:
    """Everything empty. Who does not say when the service was asked has its word of this very moment."""
    people, asked_at = People(tx, source), tx.now + 1 if asked_at is None else asked_at
    return Work(tx, source, Board(tx, source), people, Posts(tx, source, people), keep, asked_at)
