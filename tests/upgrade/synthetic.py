"""A newer Portavoce than there is: the same program with one migration more."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import alembic.command  # noqa: F401  # loaded before children are forked: each would spend a second on it
from sqlalchemy import Connection, Engine, Table, event

from inbox_app.paths import WorkspaceAddress, resolve_workspace
from inbox_app.storage import migrations, postgres  # noqa: F401
from inbox_app.storage.opening import _open, open_database
from inbox_app.storage.schema import metadata
from inbox_app.storage.schema_version import read_version
from inbox_app.storage.search_index import IndexedText, index_texts
from inbox_app.storage.transaction import Tx

OLD = migrations.head()
NEW = f"{int(OLD) + 1:04}"
NOW = 1_764_000_000_000
Rows = dict[str, list[tuple[object, ...]]]

_ALONE = {"change_counter"}
_LEFT_EMPTY = {("note", "member"), ("reminder", "member"), ("message", "parent"), ("template", "variant_of")}
_RENAMED = {("account", "name"): "title"}


@contextmanager
def newer_program() -> Iterator[None]:
    """Within this, the program knows the migration of the tests."""
    before = migrations.VERSIONS, migrations.LOCATIONS
    migrations.VERSIONS = (*migrations.VERSIONS, NEW)
    migrations.LOCATIONS = (*migrations.LOCATIONS, Path(__file__).parent / "versions")
    try:
        yield
    finally:
        migrations.VERSIONS, migrations.LOCATIONS = before


def make_filled(address: WorkspaceAddress) -> Rows:
    """Make a workspace of the old version with a row in every table; return all rows."""
    database = open_database(address, create=True, now=NOW)
    with database.connect_writer() as connection, connection.begin():
        for table in metadata.sorted_tables:
            if table.name == "message_text":
                index_texts(Tx(connection, NOW), [IndexedText(7, "Perché no? Certainly", "Ada", "room x")])  # type: ignore[arg-type]
            elif table.name not in _ALONE:
                connection.execute(table.insert(), {column.name: _value(table, column.name) for column in table.c})
        rows = read_rows(connection)
    database.close()
    return rows


def read_rows(connection: Connection) -> Rows:
    """All rows of the old version's tables and columns."""
    newer = read_version(connection) == NEW
    found: Rows = {}
    for table in metadata.sorted_tables:
        names = [_RENAMED.get((table.name, c.name), c.name) if newer else c.name for c in table.c]
        quote = connection.dialect.identifier_preparer.quote
        query = f"SELECT {', '.join(map(quote, names))} FROM {quote(table.name)}"
        found[table.name] = sorted((tuple(row) for row in connection.exec_driver_sql(query)), key=repr)
    return found


def look(address: WorkspaceAddress) -> tuple[str | None, Rows]:
    """The version and all rows, read without upgrading."""
    with opened_as_it_is(address) as connection:
        return read_version(connection), read_rows(connection)


@contextmanager
def opened_as_it_is(address: WorkspaceAddress) -> Iterator[Connection]:
    database = _open(address, create=False)
    with database.connect_reader() as connection, connection.begin():
        yield connection
    database.close()


def upgrade(address: WorkspaceAddress) -> None:
    """Open it with the newer program."""
    with newer_program():
        open_database(address, create=False, now=NOW).close()


@contextmanager
def at_each_statement(act: Callable[[int], None]) -> Iterator[None]:
    """Call with the number of each statement, just before the database gets it, and once more before each commit."""
    count = 0

    def next_one(*_: object) -> None:
        nonlocal count
        count += 1
        act(count)

    event.listen(Engine, "before_cursor_execute", next_one)
    event.listen(Engine, "commit", next_one)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", next_one)
        event.remove(Engine, "commit", next_one)


async def upgrade_in_child(arguments: dict[str, Any]) -> None:
    """Open a workspace with the newer program, and die before the statement of that number."""
    last = arguments["die_at"]

    def die(number: int) -> None:
        if number == last:
            os.kill(os.getpid(), signal.SIGKILL)

    with at_each_statement(die):
        upgrade(resolve_workspace(arguments["workspace"]))


def _value(table: Table, name: str) -> object:
    column = table.c[name]
    if (table.name, name) in _LEFT_EMPTY:
        return None
    for key in column.foreign_keys:
        return _value(key.column.table, key.column.name)
    kind = column.type.python_type
    made: dict[type, object] = {str: f"{table.name}.{name} é'\"", int: 7, bool: True, bytes: b"\x00\xff"}
    return made[kind]
