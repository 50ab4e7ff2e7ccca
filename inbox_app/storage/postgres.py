"""PostgreSQL through psycopg 3: how a team's database is opened, and what its errors mean.

https://www.postgresql.org/docs/current/errcodes-appendix.html https://www.psycopg.org/psycopg3/docs/
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from inbox_app.domain.errors import Refused, UserFacingError
from inbox_app.i18n import _
from inbox_app.storage.errors import (
    CannotSignIn,
    DamagedOnServer,
    DatabaseLocked,
    DiskFailed,
    DiskFull,
    MissingExtension,
    OldPostgreSQL,
    OutOfMemory,
    ReadOnly,
    StorageError,
    Unreachable,
)

OLDEST = 14
"""The oldest server that still gets corrections from its makers."""
EXTENSIONS = ("pg_trgm", "unaccent")
CHANNEL = "portavoce_change"
_CREATION_LOCK = 0x506F7276
_COMING_IN_LOCK = _CREATION_LOCK + 1
_CONNECT_SECONDS = 10
_LOCK_TIMEOUT = "-c lock_timeout=5000 -c statement_timeout=120000"
IDLE_MS = 20_000
"""A computer that falls asleep in the middle of a transaction must not keep the whole team from writing."""
_WAIT_SLICE = 0.5

_SENTENCES: dict[str, Callable[[str], StorageError]] = {
    "08": Unreachable,
    "28": CannotSignIn,
    "3D000": Unreachable,
    "25006": ReadOnly,
    "42501": ReadOnly,
    "53100": DiskFull,
    "53200": OutOfMemory,
    "53300": Unreachable,
    "55P03": DatabaseLocked,
    "57P": Unreachable,
    "58030": DiskFailed,
    "XX001": DamagedOnServer,
    "XX002": DamagedOnServer,
}
_RETRIED = frozenset({"40001", "40P01"})


class PostgreSQLDatabase:
    """One database on a server."""

    dialect = "postgresql"
    ended_badly = False

    def __init__(self, url: str, where: str) -> None:
        self.where = where
        self._url = url
        self._engine = _make_engine(self._connect)
        self._listener: psycopg.Connection | None = None
        self._condemned = False

    @classmethod
    def open(cls, url: str, where: str) -> PostgreSQLDatabase:
        """Try the address. Raises `Unreachable`, `CannotSignIn`, `OldPostgreSQL`."""
        database = cls(url, where)
        try:
            with database._connect() as connection:
                version = connection.info.server_version // 10000
        except psycopg.OperationalError as error:
            raise _explain_connecting(error, where) from error
        if version < OLDEST:
            raise OldPostgreSQL(where, str(version), str(OLDEST))
        return database

    def connect_writer(self) -> Connection:
        """The one connection that changes rows. The server ends a transaction of ours in which we fall silent."""
        connection = self._engine.connect()
        with connection.begin():
            connection.execute(text(f"SET idle_in_transaction_session_timeout = {IDLE_MS}"))
        return connection

    def connect_reader(self) -> Connection:
        """A read-only connection; a transaction sees one moment of the database."""
        return self._engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def prepare_creation(self, connection: Connection) -> None:
        """Let one client at a time make the tables, and load what they need. Raises `MissingExtension`."""
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_CREATION_LOCK})"))
        try:
            for name in EXTENSIONS:
                connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {name}"))
        except DBAPIError as error:
            raise MissingExtension(self.where, " ".join(EXTENSIONS)) from error

    @contextmanager
    def upgrading(self) -> Iterator[Connection]:
        """One transaction, without a limit for a statement's time; one client at a time."""
        with self.connect_writer() as connection, connection.begin():
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_CREATION_LOCK})"))
            # A colleague's long transaction must not keep everybody waiting behind our locks.
            connection.execute(text("SET LOCAL lock_timeout TO DEFAULT"))
            yield connection

    def connect_alone(self) -> psycopg.Connection:
        """A connection outside of the engine, where each statement is a transaction."""
        connection = self._connect()
        connection.autocommit = True
        return connection

    def announce(self, writer: Connection, origin: str) -> None:
        """Wake the other clients with the commit."""
        writer.execute(text("SELECT pg_notify(:channel, :origin)"), {"channel": CHANNEL, "origin": origin})

    def wait(self, seconds: float, origin: str, stop: threading.Event) -> None:
        """Block until another client has committed, at most so many seconds."""
        try:
            listener = self._listen()
            while seconds > 0 and not stop.is_set():
                heard = listener.notifies(timeout=min(seconds, _WAIT_SLICE), stop_after=1)
                if any(notice.payload != origin for notice in heard):
                    return
                seconds -= _WAIT_SLICE
        except psycopg.OperationalError as error:
            self._stop_listening()
            raise _explain_connecting(error, self.where) from error

    def explain(self, error: Exception) -> UserFacingError | None:
        """The sentence for an error of the driver."""
        cause = error.orig if isinstance(error, DBAPIError) else error
        if not isinstance(cause, psycopg.Error):
            return None
        state = cause.sqlstate
        if state is None:
            return _explain_connecting(cause, self.where) if isinstance(cause, psycopg.OperationalError) else None
        sentence = _SENTENCES.get(state) or _SENTENCES.get(state[:3]) or _SENTENCES.get(state[:2])
        return sentence(self.where) if sentence else None

    def should_retry(self, error: DBAPIError) -> bool:
        """Two clients blocked each other, or the connection had died before this transaction's commit."""
        if error.connection_invalidated:
            return error.statement is not None
        return isinstance(error.orig, psycopg.Error) and error.orig.sqlstate in _RETRIED

    def is_sound(self, conn: Connection) -> bool:
        """The server looks after that itself."""
        return True

    def condemn(self) -> None:
        """Until the end of this process; the server remembers its own damage."""
        self._condemned = True

    def is_condemned(self) -> bool:
        """Whether the server told us so."""
        return self._condemned

    def judge_again(self) -> None:
        """Nothing to do: nothing is remembered."""

    def damage(self) -> DamagedOnServer:
        """Whoever looks after the server must mend it."""
        return DamagedOnServer(self.where)

    @contextmanager
    def coming_in(self) -> Iterator[bool]:
        """A lock on the server, held by a connection of its own."""
        with closing(self.connect_alone()) as connection:
            found = connection.execute("SELECT pg_try_advisory_lock(%s)", (_COMING_IN_LOCK,)).fetchone()
            yield bool(found and found[0])

    def scrub(self) -> None:
        """Let the server drop the dead rows; its own log and backups are its keeper's business."""
        try:
            with self._connect() as connection:
                connection.autocommit = True
                connection.execute("VACUUM")
        except psycopg.Error as error:
            raise self.explain(error) or error from error

    def copy_to(self, target: Path) -> None:
        """Not ours to do. Raises `Refused`."""
        raise Refused(_("A team's database is backed up on its server. Ask whoever looks after the server."))

    def close(self) -> None:
        """Forget the engine and stop listening."""
        self._stop_listening()
        self._engine.dispose()

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            self._url,
            connect_timeout=_CONNECT_SECONDS,
            application_name="portavoce",
            options=_LOCK_TIMEOUT,
            keepalives_idle=30,
            keepalives_interval=10,
            keepalives_count=3,
        )

    def _listen(self) -> psycopg.Connection:
        if self._listener is None:
            self._listener = self._connect()
            self._listener.autocommit = True
            self._listener.execute(f"LISTEN {CHANNEL}")
        return self._listener

    def _stop_listening(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None


def _make_engine(connect: Callable[[], psycopg.Connection]) -> Engine:
    return create_engine("postgresql+psycopg://", creator=connect, poolclass=NullPool, query_cache_size=1200)


def _explain_connecting(error: psycopg.Error, where: str) -> StorageError:
    # The library gives no code for a refused sign-in, only what the server said and whether a password was asked for.
    connection = error.pgconn
    asked = connection is not None and (connection.used_password or connection.needs_password)
    said = str(error)
    if "authentication failed" in said or "no password supplied" in said or (asked and "does not exist" not in said):
        return CannotSignIn(where)
    return Unreachable(where)
