"""SQLite through `sqlcipher3`: how the file is opened, and what its errors mean.

https://www.sqlite.org/pragma.html https://www.sqlite.org/rescode.html
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from sqlcipher3 import dbapi2

from inbox_app.domain.errors import UserFacingError
from inbox_app.paths import make_private_folder
from inbox_app.storage.errors import (
    CannotOpen,
    Damaged,
    DatabaseLocked,
    DiskFailed,
    DiskFull,
    NotAWorkspace,
    OldSQLite,
    OutOfMemory,
    ReadOnly,
    StorageError,
)

OLDEST = (3, 51, 3)
"""Older ones can lose commits in WAL mode (the reset race)."""
APPLICATION_ID = 0x506F7276
"""`Porv`: tells our files from other programs' databases."""
_LOCK_SECONDS = 5.0
_PRIMARY_CODE = 0xFF

_SENTENCES: dict[int, Callable[[str], StorageError]] = {
    dbapi2.SQLITE_FULL: DiskFull,
    dbapi2.SQLITE_BUSY: DatabaseLocked,
    dbapi2.SQLITE_LOCKED: DatabaseLocked,
    dbapi2.SQLITE_PROTOCOL: DatabaseLocked,
    dbapi2.SQLITE_READONLY: ReadOnly,
    dbapi2.SQLITE_PERM: ReadOnly,
    dbapi2.SQLITE_CANTOPEN: CannotOpen,
    dbapi2.SQLITE_AUTH: CannotOpen,
    dbapi2.SQLITE_CORRUPT: Damaged,
    dbapi2.SQLITE_NOTADB: NotAWorkspace,
    dbapi2.SQLITE_IOERR: DiskFailed,
    dbapi2.SQLITE_NOMEM: OutOfMemory,
}

_CONNECTION_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -16000",
    "PRAGMA journal_size_limit = 16777216",
    "PRAGMA trusted_schema = OFF",
)


class SQLiteDatabase:
    """One workspace file."""

    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        _refuse_old_library()
        self.path = path
        self.where = str(path)
        self._engine = _make_engine(path)

    @classmethod
    def open(cls, path: Path, *, create: bool) -> SQLiteDatabase:
        """Open the file, or make an empty private one. Raises `NotAWorkspace`, `CannotOpen`, `ReadOnly`."""
        if create and not path.exists():
            _make_file(path)
        elif not path.is_file():
            raise NotAWorkspace(str(path.parent))
        elif not os.access(path, os.R_OK):
            raise CannotOpen(str(path))
        return cls(path)

    def connect_writer(self) -> Connection:
        """The one connection that changes rows; each transaction takes the write lock at its begin."""
        connection = self._engine.connect().execution_options(begin="BEGIN IMMEDIATE")
        run_raw(connection, "PRAGMA journal_mode = WAL")
        return connection

    def connect_reader(self) -> Connection:
        """A query-only connection; a transaction sees one moment of the file."""
        connection = self._engine.connect()
        run_raw(connection, "PRAGMA query_only = ON")
        return connection

    def announce(self, writer: Connection, seq: int) -> None:
        """Nothing to do: the others read the change table."""

    def explain(self, error: Exception) -> UserFacingError | None:
        """The sentence for an error of the driver."""
        return _explain(error, self.where)

    def should_retry(self, error: Exception) -> bool:
        """Never: there is one writer at a time, and the wait for it is bounded already."""
        return False

    def close(self) -> None:
        """Forget the engine; its connections are closed by those who have them."""
        self._engine.dispose()


def run_raw(connection: Connection, statement: str) -> int:
    """Run one pragma outside any transaction; return its single number, else 0."""
    raw = connection.connection.dbapi_connection
    assert raw is not None  # noqa: S101
    row = raw.cursor().execute(statement).fetchone()
    return row[0] if row and isinstance(row[0], int) else 0


def _refuse_old_library() -> None:
    if dbapi2.sqlite_version_info < OLDEST:
        raise OldSQLite(dbapi2.sqlite_version, ".".join(map(str, OLDEST)))


def _make_file(path: Path) -> None:
    make_private_folder(path.parent)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _make_engine(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        module=dbapi2,
        poolclass=NullPool,
        query_cache_size=1200,
        # The driver begins no transaction by itself: `_begin` does, with the right lock.
        connect_args={
            "isolation_level": None,
            "timeout": _LOCK_SECONDS,
            "check_same_thread": False,
            "cached_statements": 512,
        },
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(raw: DBAPIConnection, _record: object) -> None:
    cursor = raw.cursor()
    for pragma in _CONNECTION_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def _explain(error: Exception, where: str) -> UserFacingError | None:
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, dbapi2.DatabaseError):
        return None
    sentence = _SENTENCES.get(getattr(cause, "sqlite_errorcode", 0) & _PRIMARY_CODE)
    return sentence(where) if sentence else None
