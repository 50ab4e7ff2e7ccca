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
    added: set[MessageId] = field(default_factory=set)
    changed: set[MessageId] = field(default_factory=set)
    removed: set[MessageId] = field(default_factory=set)
    copies: set[MessageId] = field(default_factory=set)
    """Those added for which another account's record stands."""


def begin_work(tx: Tx, source: Source, keep: Keep | None) -> Work:
    """Everything empty."""
    people = People(tx, source)
    return Work(tx, source, Board(tx, source), people, Posts(tx, source, people), keep)
