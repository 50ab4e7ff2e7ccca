"""SQLite through `sqlcipher3`: how the file is opened, and what its errors mean.

https://www.sqlite.org/pragma.html https://www.sqlite.org/rescode.html
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, PoolProxiedConnection
from sqlcipher3 import dbapi2

from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.search_query import fold
from inbox_app.paths import LockTimeout, hold_lock, holds_copies, make_private_folder
from inbox_app.sealing.key import ContentKey
from inbox_app.storage.errors import (
    CannotOpen,
    Damaged,
    DatabaseLocked,
    DiskFailed,
    DiskFull,
    FolderUnusable,
    NotAWorkspace,
    NoWorkspace,
    OldSQLite,
    OutOfMemory,
    ReadOnly,
    StorageError,
    UpgradeFailed,
)

log = logging.getLogger(__name__)

OLDEST = (3, 51, 3)
"""Older ones can lose commits in WAL mode (the reset race)."""
APPLICATION_ID = 0x506F7276
"""`Porv`: tells our files from other programs' databases."""
_LOCK_SECONDS = 5.0
_UPGRADE_SECONDS = 600
"""How long we wait while another process upgrades."""
_WATCH_SECONDS = 1.0
_PRIMARY_CODE = 0xFF

_NO_ROOM = 256 * 1024
"""Bytes: with less than this free, what failed has failed for want of room."""
_ALSO_WHEN_FULL = frozenset({dbapi2.SQLITE_IOERR, dbapi2.SQLITE_CANTOPEN})
"""What SQLite says of a full disk when it was not the file itself that could not grow."""


def _damaged(where: str) -> Damaged:
    backups = Path(where).parent / "backups"
    return Damaged(where, str(backups) if holds_copies(backups) else None)


_SENTENCES: dict[int, Callable[[str], StorageError]] = {
    dbapi2.SQLITE_FULL: DiskFull,
    dbapi2.SQLITE_BUSY: DatabaseLocked,
    dbapi2.SQLITE_LOCKED: DatabaseLocked,
    dbapi2.SQLITE_PROTOCOL: DatabaseLocked,
    dbapi2.SQLITE_READONLY: ReadOnly,
    dbapi2.SQLITE_PERM: ReadOnly,
    dbapi2.SQLITE_CANTOPEN: CannotOpen,
    dbapi2.SQLITE_AUTH: CannotOpen,
    dbapi2.SQLITE_CORRUPT: _damaged,
    dbapi2.SQLITE_NOTADB: NotAWorkspace,
    dbapi2.SQLITE_IOERR: DiskFailed,
    dbapi2.SQLITE_NOMEM: OutOfMemory,
}

_WRITER_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA cache_size = -16000",
    "PRAGMA journal_size_limit = 16777216",
)
_READER_PRAGMAS = ("PRAGMA query_only = ON", "PRAGMA cache_size = -8000")


def sqlite_version() -> str:
    """The version of the SQLite that is bundled with the driver."""
    return dbapi2.sqlite_version


class SQLiteDatabase:
    """One workspace file."""

    dialect = "sqlite"

    def __init__(self, path: Path, key: ContentKey | None = None) -> None:
        _refuse_old_library()
        self.path = path
        self._is_encrypted = key is not None
        self.where = str(path)
        ahead = path.with_name(path.name + "-wal")
        self._mark = path.with_name(path.name + "-damaged")
        self._condemned = False
        self.ended_badly = ahead.exists() and ahead.stat().st_size > 0
        self._writing = _make_engine(path, key, _WRITER_PRAGMAS, "BEGIN IMMEDIATE")
        self._reading = _make_engine(path, key, _READER_PRAGMAS, "BEGIN")
        self._watcher: PoolProxiedConnection | None = None
        self._version = 0

    @classmethod
    def open(cls, path: Path, *, create: bool, key: ContentKey | None = None) -> SQLiteDatabase:
        """Open the file, or make an empty private one. Raises `NoWorkspace`, `CannotOpen`, `ReadOnly`."""
        if create and not path.exists():
            _make_new(path)
        elif not path.is_file():
            raise NoWorkspace(str(path.parent))
        elif not os.access(path, os.R_OK):
            raise CannotOpen(str(path))
        return cls(path, key)

    def connect_writer(self) -> Connection:
        """The one connection that changes rows; each transaction takes the write lock at its begin."""
        return self._writing.connect()

    def connect_reader(self) -> Connection:
        """A query-only connection; a transaction sees one moment of the file."""
        return self._reading.connect()

    def prepare_creation(self, connection: Connection) -> None:
        """Mark the file as ours."""
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")

    @contextmanager
    def upgrading(self) -> Iterator[Connection]:
        """One transaction in which a table may be replaced without its rows' dependants being deleted."""
        with self._writing.connect() as connection:
            cursor = connection.connection.cursor()
            # SQLite ignores both once a transaction has begun.
            cursor.execute("PRAGMA foreign_keys = OFF")
            cursor.execute(f"PRAGMA busy_timeout = {_UPGRADE_SECONDS * 1000}")
            cursor.close()
            with connection.begin():
                yield connection
                if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise UpgradeFailed(self.where)

    def announce(self, writer: Connection, origin: str) -> None:
        """Nothing to do: the others watch the file's own counter of commits."""

    def wait(self, seconds: float, origin: str, stop: threading.Event) -> None:
        """Block until anybody has committed or found damage, at most so many seconds."""
        if self._watcher is None:
            self._watcher = self._reading.raw_connection()
            self._version = self._data_version()
        while seconds > 0 and not stop.wait(min(seconds, _WATCH_SECONDS)):
            seconds -= _WATCH_SECONDS
            before, self._version = self._version, self._data_version()
            if before != self._version or self.is_condemned():
                return

    def explain(self, error: Exception) -> UserFacingError | None:
        """The sentence for an error of the driver."""
        sentence = _explain(error, self.where)
        # The key is the right one, or nobody had come here: what it does not open was changed.
        return self.damage() if self._is_encrypted and isinstance(sentence, NotAWorkspace) else sentence

    def should_retry(self, error: DBAPIError) -> bool:
        """Never: there is one writer at a time, and the wait for it is bounded already."""
        return False

    def is_sound(self, conn: Connection) -> bool:
        """Ask SQLite's own check, without comparing each index with its rows, which takes ten times longer."""
        return bool(conn.exec_driver_sql("PRAGMA quick_check(1)").scalar() == "ok")

    def condemn(self) -> None:
        """Leave a mark beside the file: the file itself is not written to any more."""
        self._condemned = True
        try:
            make_private_file(self._mark)
        except OSError as problem:
            log.warning("The damage of %s could not be noted: %s", self.where, problem)

    def is_condemned(self) -> bool:
        """Look for the mark, which another process may have left."""
        return self._condemned or self._mark.exists()

    def judge_again(self) -> None:
        """Look over a marked file, this time thoroughly; take the mark away when it is whole."""
        if not self.is_condemned():
            return
        try:
            with self.connect_reader() as connection:
                if connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar() != "ok":
                    return
        except DBAPIError as error:
            if not isinstance(self.explain(error), Damaged):
                raise
            return
        self._mark.unlink(missing_ok=True)

    def damage(self) -> Damaged:
        """Name the copies, if there are any."""
        return _damaged(self.where)

    @contextmanager
    def coming_in(self) -> Iterator[bool]:
        """A lock of the operating system beside the file."""
        with ExitStack() as held:
            try:
                held.enter_context(hold_lock(self.path.with_name("import.lock"), timeout=0))
            except LockTimeout:
                yield False
            except OSError as error:
                raise FolderUnusable(str(self.path.parent), error.strerror or type(error).__name__) from error
            else:
                yield True

    def scrub(self) -> None:
        """Bring everything into the file, where deleted text was overwritten, and empty the write-ahead log."""
        self._run_alone("PRAGMA wal_checkpoint(TRUNCATE)")

    def copy_to(self, target: Path) -> None:
        """`VACUUM INTO`: compact, without what was deleted, readable by this person only."""
        make_private_file(target)
        self._run_alone("VACUUM INTO ?", str(target))

    def make_portable(self) -> None:
        """Bring all of it into the one file, and leave none beside it."""
        self._run_alone("PRAGMA journal_mode = DELETE")

    def close(self) -> None:
        """Forget the engines; their connections are closed by those who have them."""
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None
        self._reading.dispose()
        self._writing.dispose()

    def _run_alone(self, statement: str, *parameters: str) -> None:
        try:
            with closing(self._writing.raw_connection()) as connection:
                connection.cursor().execute(statement, parameters)
        except dbapi2.DatabaseError as error:
            raise self.explain(error) or error from error

    def _data_version(self) -> int:
        assert self._watcher is not None  # noqa: S101
        cursor = self._watcher.cursor()
        cursor.execute("PRAGMA data_version")
        (version,) = cursor.fetchone() or (0,)
        cursor.close()
        return int(version)


def _refuse_old_library() -> None:
    if dbapi2.sqlite_version_info < OLDEST:
        raise OldSQLite(dbapi2.sqlite_version, ".".join(map(str, OLDEST)))


def _make_new(path: Path) -> None:
    try:
        make_private_file(path)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(str(path.parent)) from error
        raise FolderUnusable(str(path.parent), error.strerror or type(error).__name__) from error


def make_private_file(path: Path) -> None:
    """An empty file that only this person may read, unless there is one."""
    make_private_folder(path.parent)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def key_pragmas(key: ContentKey | None) -> tuple[str, ...]:
    """What lets a new connection read and write an encrypted file; nothing else may have been asked of it before."""
    # The first: else it writes to standard error what we say in a sentence.
    return () if key is None else ("PRAGMA cipher_log_level = NONE", f'PRAGMA key = "{key.database}"')


def _make_engine(path: Path, key: ContentKey | None, pragmas: tuple[str, ...], begin: str) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        module=dbapi2,
        poolclass=NullPool,
        query_cache_size=1200,
        # The driver begins no transaction by itself: the listener does, with the right lock.
        connect_args={
            "isolation_level": None,
            "timeout": _LOCK_SECONDS,
            "check_same_thread": False,
            "cached_statements": 512,
        },
    )

    def prepare(raw: DBAPIConnection, _record: object) -> None:
        raw.create_function("portavoce_plain", 1, _plain, deterministic=True)
        cursor = raw.cursor()
        for pragma in (*key_pragmas(key), *pragmas):
            cursor.execute(pragma)
        cursor.close()

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _plain(said: str | None) -> str | None:
    return None if said is None else fold(said)


def _explain(error: Exception, where: str) -> UserFacingError | None:
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, dbapi2.DatabaseError):
        return None
    code = getattr(cause, "sqlite_errorcode", 0) & _PRIMARY_CODE
    if code == dbapi2.SQLITE_CANTOPEN and _may_only_be_read(Path(where)):
        return ReadOnly(where)
    if code in _ALSO_WHEN_FULL and _has_no_room(Path(where).parent):
        return DiskFull(where)
    sentence = _SENTENCES.get(code)
    return sentence(where) if sentence else None


def _has_no_room(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _NO_ROOM
    except OSError:
        return False


def _may_only_be_read(path: Path) -> bool:
    # Even reading makes SQLite write beside the file, and it calls that failure one of opening.
    return os.access(path, os.R_OK) and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))
