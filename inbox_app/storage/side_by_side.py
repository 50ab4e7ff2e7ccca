"""Two questions that two readers answer side by side, both of the same moment of the database.

The databases work outside of Python's lock, so that two of a computer's cores count. Nobody waits for anybody: the
reader who begins says which moment it is, and the other one takes a question only if it sees the same; else, or
where it comes too late, the first answers both.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from sqlalchemy import Connection

from inbox_app.storage import change_log

A = TypeVar("A")
B = TypeVar("B")


class Both(Generic[A, B]):
    """Two questions; `answer` is given to each of the readers."""

    def __init__(self, one: Callable[[Connection], A], other: Callable[[Connection], B]) -> None:
        self._lock = threading.Lock()
        self._moment: int | None = None
        self._one: list[A] = []
        self._other: list[B] = []
        self._open: list[Callable[[Connection], None]] = [
            lambda conn: self._other.append(other(conn)),
            lambda conn: self._one.append(one(conn)),
        ]

    @property
    def answers(self) -> tuple[A, B]:
        """When every reader has come back."""
        return self._one[0], self._other[0]

    def answer(self, conn: Connection) -> None:
        """Answer what nobody has taken yet."""
        seen = change_log.last_seq(conn)
        while (work := self._take(seen)) is not None:
            work(conn)

    def _take(self, seen: int) -> Callable[[Connection], None] | None:
        with self._lock:
            if self._moment is None:
                self._moment = seen
            return self._open.pop() if self._open and seen == self._moment else None
