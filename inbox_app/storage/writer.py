"""The one connection that changes rows, and what surrounds each transaction on it. Lives in one thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from inbox_app.domain.ids import new_id
from inbox_app.events import Bus
from inbox_app.storage import change_log, tallies
from inbox_app.storage.database import Database
from inbox_app.storage.errors import Damaged
from inbox_app.storage.transaction import Tx

T = TypeVar("T")
_ATTEMPTS = 4


class Writer:
    """Runs one transaction after the other."""

    def __init__(self, database: Database, bus: Bus, clock: Callable[[], int]) -> None:
        self.origin = new_id()
        self._database = database
        self._bus = bus
        self._clock = clock
        self._connection: Connection | None = None

    def run(self, work: Callable[[Tx], T]) -> T:
        """Commit what `work` does and publish it, or change nothing. The database's faults become `StorageError`s."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._run_once(work)
            except DBAPIError as error:
                self._forget_broken_connection(error)
                if attempt < _ATTEMPTS and self._database.should_retry(error):
                    continue
                if sentence := self._database.explain(error):
                    if isinstance(sentence, Damaged):
                        self._database.condemn()
                    raise sentence from error
                raise
        raise AssertionError

    def run_alone(self, work: Callable[[], None]) -> None:
        """Do what needs a connection of its own while nothing is written."""
        self._refuse_condemned()
        work()

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _run_once(self, work: Callable[[Tx], T]) -> T:
        self._refuse_condemned()
        if self._connection is None:
            self._connection = self._database.connect_writer()
        with self._connection.begin():
            tx = Tx(self._connection, self._clock())
            result = work(tx)
            changes = tx.changes()
            if changes:
                change_log.record(tx, changes, self.origin)
                tallies.settle(tx)
                self._database.announce(self._connection, self.origin)
        self._bus.publish(changes)
        return result

    def _forget_broken_connection(self, error: DBAPIError) -> None:
        if error.connection_invalidated and self._connection is not None:
            try:
                self._connection.close()
            except SQLAlchemyError:
                self._connection.detach()
            self._connection = None

    def _refuse_condemned(self) -> None:
        if self._database.is_condemned():
            raise self._database.damage()
