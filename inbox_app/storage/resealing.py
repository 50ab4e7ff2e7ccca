"""The copies that a workspace keeps of itself, written anew under the key that it has now.

One that cannot be is removed when it would be readable beside an encrypted workspace; sealed ones are left, since their
own phrase still opens them.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlcipher3 import dbapi2

from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.timecode import to_ms
from inbox_app.paths import WorkspaceAddress, make_private_folder, move_into_place
from inbox_app.storage import backups, cipher, copying
from inbox_app.storage.laid_files import LaidFiles
from inbox_app.storage.shredding import overwrite, shred

log = logging.getLogger(__name__)
_Work = Callable[[Path, Path, WorkspaceAddress, WorkspaceAddress], None]


def reseal_copies(address: WorkspaceAddress, before: WorkspaceAddress) -> None:
    """Seal each backup and each loose copy with the workspace's key, or make it plain like the workspace. Blocks."""
    key, old = (None if one.key is None else one.key.id for one in (address, before))
    for draft in address.backups.glob(".*.new"):
        _go_on(draft)
    for leftover in address.backups.glob(".*"):
        shred(leftover)
    for one in backups.kept(address):
        if one.key == old != key:
            _replace_or_remove(one.path, address, before, _backup)
    for path in address.backups.glob("*.db"):
        if cipher.opens(path, before.key):
            _replace_or_remove(path, address, before, _loose)
    if before.key is None:
        for path in address.backups.glob("*.db-*"):
            shred(path)


def contents(connection: dbapi2.Connection) -> list[tuple[object, ...]]:
    """What there is, by kind and name, and how many rows each table has."""
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    tables = [name for kind, name, _table, _sql in rows if kind == "table"]
    counts = [(name, *_count(connection, name)) for name in tables]
    return [*rows, *counts]


def _count(connection: dbapi2.Connection, table: str) -> tuple[object, ...]:
    quoted = table.replace('"', '""')
    return connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchone() or ()  # noqa: S608  # no text of anybody's


def _go_on(draft: Path) -> None:
    """A backup that was whole and had only not got its name yet when the program was killed."""
    path = draft.with_name(draft.name.removeprefix(".").removesuffix(".new"))
    if not path.exists() and path.with_name(f".{path.name}.old").exists():
        draft.rename(path)


def _replace_or_remove(path: Path, address: WorkspaceAddress, before: WorkspaceAddress, work: _Work) -> None:
    draft = path.with_name(f".{path.name}.new")
    try:
        work(path, draft, address, before)
    except (OSError, SQLAlchemyError, dbapi2.DatabaseError, UserFacingError) as problem:
        log.warning("A copy of the workspace could not be sealed: %s", type(problem).__name__)
        shred(draft)
        if before.key is None:
            shred(path)


def _backup(path: Path, draft: Path, address: WorkspaceAddress, before: WorkspaceAddress) -> None:
    database = draft / backups.DATABASE
    make_private_folder(draft)
    cipher.copy(path / backups.DATABASE, before.key, database, address.key)
    digests = copying.look(database, address.key, copying.laid_files)
    here, there = LaidFiles(path / backups.FILES, before.key), LaidFiles(draft / backups.FILES, address.key)
    here.copy_to(there, digests)
    made = to_ms(backups.read_sheet(path).made_at)
    backups.verify(backups.write_sheet(draft, address.key, made), address.key)
    old = path.with_name(f".{path.name}.old")
    path.rename(old)
    draft.rename(path)
    if before.key is None:
        shred(old)
    shutil.rmtree(old, ignore_errors=True)


def _loose(path: Path, draft: Path, address: WorkspaceAddress, before: WorkspaceAddress) -> None:
    cipher.copy(path, before.key, draft, address.key)
    if not copying.look(draft, address.key, copying.is_sound):
        raise OSError("a copy cannot be read back")
    with path.open("r+b") as old:
        move_into_place(draft, path)
        if before.key is None:
            overwrite(old)
