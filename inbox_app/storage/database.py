"""What the store needs of a database; SQLite and PostgreSQL each answer in their own way."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from inbox_app.domain.errors import UserFacingError
from inbox_app.storage.errors import Damaged


class Database(Protocol):
    """One opened database: connections for the store's threads and the few things that differ."""

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""

    @property
    def where(self) -> str:
        """The file or the address, as it is named in sentences; never a password."""

    @property
    def ended_badly(self) -> bool:
        """Whether the last process that had it open did not close it, or one has it open now."""

    def connect_writer(self) -> Connection:
        """The one connection that changes rows."""

    def connect_reader(self) -> Connection:
        """A connection that refuses to change anything and sees one moment per transaction."""

    def prepare_creation(self, connection: Connection) -> None:
        """Do what must come before the first table, in the transaction that makes them."""

    def upgrading(self) -> AbstractContextManager[Connection]:
        """One transaction for changing tables, which no other process has at the same time.

        Others that ask wait for its end. Tables may be replaced; at its end all references must hold.
        """

    def announce(self, writer: Connection, origin: str) -> None:
        """Wake the other processes once this transaction is committed."""

    def wait(self, seconds: float, origin: str, stop: threading.Event) -> None:
        """Block until another process may have committed, at most so many seconds or until `stop`."""

    def explain(self, error: Exception) -> UserFacingError | None:
        """The sentence for a driver's error; None where it is a fault of ours."""

    def should_retry(self, error: DBAPIError) -> bool:
        """Whether the same transaction may well succeed at once (two clients blocked each other)."""

    def is_sound(self, conn: Connection) -> bool:
        """Whether the whole of it can be read and fits together."""

    def condemn(self) -> None:
        """Remember, for every process and also after the end of this one, that it was found damaged."""

    def is_condemned(self) -> bool:
        """Whether it was found damaged: nobody writes to it then."""

    def judge_again(self) -> None:
        """Take it for sound where it was condemned and is whole now: another file stands in its place."""

    def damage(self) -> Damaged:
        """The sentence about its damage."""

    def coming_in(self) -> AbstractContextManager[bool]:
        """Held while an export comes in, by one process at a time, until its end; whether this is the one."""

    def scrub(self) -> None:
        """Remove what deleted rows left behind."""

    def copy_to(self, target: Path) -> None:
        """Write a copy into a new file."""

    def close(self) -> None:
        """Release everything but the connections given out."""
