"""What a book is made from and what it is written to, so that it can be a folder or lie in an archive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol

from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.selection import Selection
from inbox_app.storage.exporting.threads import Conversation
from inbox_app.storage.ledger import LedgerLine


class Source(Protocol):
    """History to be told: all of it that was chosen, or what of it one person may see."""

    @property
    def chosen(self) -> Selection:
        """What was asked for."""

    def chronicle(self) -> Iterator[Conversation]:
        """The conversations by their first messages."""

    def records(self, name: str) -> Iterator[JsonObject]:
        """What they rest on."""

    def open(self, digest: str) -> BinaryIO | None:
        """A file, to be closed; None where its bytes are not here."""

    def workspace(self) -> str:
        """The workspace's name."""

    def ledger(self) -> tuple[LedgerLine, ...]:
        """What is known to be missing."""


class Writes(Protocol):
    """A file that is being written."""

    def write(self, data: bytes) -> int:
        """Append."""


class Shelf(Protocol):
    """Where the book stands; one file is open at a time."""

    def file(self, path: str = "") -> AbstractContextManager[Writes]:
        """Write a file."""

    def copy(self, path: str, source: BinaryIO) -> None:
        """Bring a file along as it is."""
