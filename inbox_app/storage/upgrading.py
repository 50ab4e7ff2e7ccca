"""Bringing an older workspace to the current schema: first a verified copy, then everything in one transaction."""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from inbox_app.paths import WorkspaceAddress, WorkspaceKind, make_private_folder, move_into_place
from inbox_app.sealing.key import ContentKey
from inbox_app.storage import migrations
from inbox_app.storage.database import Database
from inbox_app.storage.errors import BackupFailed, TooNew, UpgradeFailed
from inbox_app.storage.schema_version import read_version
from inbox_app.storage.sqlite import SQLiteDatabase

_log = logging.getLogger(__name__)


def upgrade(database: Database, address: WorkspaceAddress) -> None:
    """Migrate once, however many processes ask; killed or failed anywhere, the workspace is as it was.

    Raises `BackupFailed`, `UpgradeFailed`, `TooNew` and what the database itself may say.
    """
    try:
        with database.upgrading() as connection:
            version = read_version(connection)
            if version is None or version not in migrations.VERSIONS:
                raise TooNew(address.reference)
            # Another process may have been quicker.
            if version != migrations.head():
                _log.info("the schema goes from %s to %s", version, migrations.head())
                _back_up(database, address, version)
                migrations.upgrade(connection)
    except SQLAlchemyError as error:
        sentence = database.explain(error) if isinstance(error, DBAPIError) else None
        raise sentence or UpgradeFailed(address.reference) from error


def backup_path(address: WorkspaceAddress, version: str) -> Path:
    """The copy of the workspace as it was with that schema; a further attempt replaces it."""
    return address.backups / f"before-upgrade-from-{version}.db"


def _back_up(database: Database, address: WorkspaceAddress, version: str) -> None:
    """Copy the file while we alone may write. A server is backed up by whoever keeps it."""
    if address.kind is not WorkspaceKind.SQLITE:
        return
    target = backup_path(address, version)
    draft = target.with_name(f".{target.name}")
    try:
        _remove(draft)
        make_private_folder(target.parent)
        database.copy_to(draft)
        _verify(draft, address.key, version)
        move_into_place(draft, target)
    except (OSError, SQLAlchemyError) as error:
        raise BackupFailed(address.reference, str(target.parent)) from error
    finally:
        _remove(draft)


def _verify(copy: Path, key: ContentKey | None, version: str) -> None:
    database = SQLiteDatabase.open(copy, create=False, key=key)
    try:
        with database.connect_reader() as connection, connection.begin():
            sound = database.is_sound(connection) and read_version(connection) == version
    finally:
        database.close()
    if not sound:
        raise OSError(f"the copy {copy} cannot be read back")


def _remove(draft: Path) -> None:
    for leftover in draft.parent.glob(f"{draft.name}*"):
        leftover.unlink()
