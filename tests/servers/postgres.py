"""A throw-away PostgreSQL cluster for tests, with a new database for each test.

Nothing it writes has to survive a power cut, so it never waits for the disk.
https://www.postgresql.org/docs/15/app-initdb.html
"""

import shutil
import subprocess
import uuid
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from signal import SIGINT
from typing import LiteralString

import psycopg
from psycopg import sql

from tests.servers.programs import (
    LOOPBACK,
    ServerFailed,
    ServerProcess,
    as_server_user,
    find_program,
    free_port,
    make_folder,
)

OWNER = "postgres"

_SETTINGS = {
    "listen_addresses": LOOPBACK,
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "64MB",
}


def _debian_folders() -> list[str]:
    """Debian keeps each version's programs apart: /usr/lib/postgresql/15/bin and so on."""
    folders = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    newest_first = sorted(folders, key=lambda path: float(path.parent.name), reverse=True)
    return [str(path) for path in newest_first]


@dataclass
class PostgresCluster:
    """A running cluster on loopback, where everybody may do everything as `postgres`."""

    folder: Path = field(default_factory=lambda: make_folder("postgres"))
    host: str = LOOPBACK
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        server = find_program("postgres", "postgresql", _debian_folders())
        settings = {**_SETTINGS, "port": str(self.port), "unix_socket_directories": str(self.folder)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.process = ServerProcess(
            name="postgres",
            command=[server, "-D", str(self._data), *options],
            unprivileged=True,
            folder=self.folder,
            ready=self._answers,
            # The gentlest of its signals that does not wait for clients to leave.
            stop_signal=SIGINT,
        )

    def start(self) -> None:
        """Start it, with all databases it had before; the first time on an empty cluster."""
        if not self._data.exists():
            self._make_cluster()
        self.process.start()

    def stop(self) -> None:
        """Stop it: every connection ends and new ones are refused until `start`."""
        self.process.stop()

    def close(self) -> None:
        """End it and remove all it has stored."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_database(self, template: str = "template1") -> str:
        """Make a database, empty or like a template that nobody is connected to; returns its name."""
        name = f"test_{uuid.uuid4().hex}"
        self._run("CREATE DATABASE {} TEMPLATE {}" + self._strategy, name, template)
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database, and end whatever is connected to it."""
        self._run("DROP DATABASE {} WITH (FORCE)", name)

    def url(self, database: str) -> str:
        """The address of a database, as SQLAlchemy writes it."""
        return f"postgresql+psycopg://{OWNER}@{self.host}:{self.port}/{database}"

    @cached_property
    def _strategy(self) -> LiteralString:
        """Copies the files; what is usual from version 15 on writes each page twice and takes several times as long."""
        with self._connect() as connection:
            return " STRATEGY FILE_COPY" if connection.info.server_version >= 150000 else ""

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _make_cluster(self) -> None:
        initdb = find_program("initdb", "postgresql", _debian_folders())
        options = ["-A", "trust", "-U", OWNER, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        command = as_server_user([initdb, "-D", str(self._data), *options])
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise ServerFailed(f"initdb failed\n{done.stdout}{done.stderr}")

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(host=self.host, port=self.port, user=OWNER, dbname="postgres", autocommit=True)

    def _run(self, statement: LiteralString, *names: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
