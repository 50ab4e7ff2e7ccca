"""A few threads, each with a connection of its own, that answer questions and can change nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from inbox_app.storage.database import Database
from inbox_app.storage.errors import Damaged

T = TypeVar("T")
_THREADS = 3


class Readers:
    """Each question is one transaction: it sees one moment of the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="storage-read")
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="storage-read-aside")
        self._own = threading.local()
        self._lock = threading.Lock()
        self._connections: list[Connection] = []

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Queue a question."""
        return self._threads.submit(self._run, work)

    def submit_aside(self, work: Callable[[Connection], T]) -> Future[T]:
        """Queue a question that may take minutes, where it keeps no other waiting."""
        return self._aside.submit(self._run, work)

    def submit_anew(self, work: Callable[[Connection], T]) -> Future[T]:
        """Like `submit_aside`, on a connection that remembers nothing of the file."""
        return self._aside.submit(self._run_anew, work)

    def close(self) -> None:
        """Wait for the questions under way and close the connections. Blocks: not for the loop's thread."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._aside.shutdown(wait=True, cancel_futures=True)
        for connection in self._connections:
            connection.close()
        self._connections.clear()

    def _run(self, work: Callable[[Connection], T]) -> T:
        try:
            connection = self._connect()
            with connection.begin() as moment:
                try:
                    return work(connection)
                finally:
                    moment.rollback()
        except DBAPIError as error:
            if error.connection_invalidated:
                self._forget()
            if sentence := self._database.explain(error):
                if isinstance(sentence, Damaged):
                    self._database.condemn()
                raise sentence from error
            raise

    def _run_anew(self, work: Callable[[Connection], T]) -> T:
        self._forget()
        return self._run(work)

    def _connect(self) -> Connection:
        connection: Connection | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._database.connect_reader()
            self._own.connection = connection
            with self._lock:
                self._connections.append(connection)
        return connection

    def _forget(self) -> None:
        connection: Connection | None = getattr(self._own, "connection", None)
        if connection is not None:
            self._own.connection = None
            with self._lock:
                self._connections.remove(connection)
            connection.close()
