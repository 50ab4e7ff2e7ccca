"""Opening a workspace: the right database, made where asked, at the schema this program knows."""

from __future__ import annotations

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError

from inbox_app.paths import WorkspaceAddress, WorkspaceKind, holds_copies, make_private_folder
from inbox_app.storage import cipher, migrations
from inbox_app.storage.creation import create_tables, fill
from inbox_app.storage.database import Database
from inbox_app.storage.errors import Locked, NotAWorkspace, NoWorkspace, Overwritten, TooNew
from inbox_app.storage.schema_version import read_version
from inbox_app.storage.sqlite import SQLiteDatabase
from inbox_app.storage.upgrading import upgrade


def open_database(address: WorkspaceAddress, *, create: bool, now: int) -> Database:
    """Open the workspace's database, at the newest schema. Blocks. Raises `StorageError`s."""
    was_ours = _was_ours(address)
    if address.key is None and cipher.is_encrypted(address):
        raise Locked(address.reference)
    database = _open(address, create=create)
    try:
        if was_ours and _look(database) is None:
            raise _overwritten(address)
        database.judge_again()
        _bring_to_head(database, address, create=create, now=now)
    except DBAPIError as error:
        database.close()
        sentence = database.explain(error)
        if isinstance(sentence, NotAWorkspace) and was_ours:
            sentence = _overwritten(address)
        raise sentence or error from error
    except BaseException:
        database.close()
        raise
    return database


def _open(address: WorkspaceAddress, *, create: bool) -> Database:
    if address.kind is WorkspaceKind.SQLITE:
        if create and address.key is not None:
            make_private_folder(address.content)
        return SQLiteDatabase.open(address.database, create=create, key=address.key)
    from inbox_app.storage.postgres import PostgreSQLDatabase

    return PostgreSQLDatabase.open(address.url, address.reference)


def _bring_to_head(database: Database, address: WorkspaceAddress, *, create: bool, now: int) -> None:
    version = _look(database)
    if version is None and create:
        version = _create(database, address, now)
    if version is None:
        raise NoWorkspace(address.reference) if _holds_nothing(database) else NotAWorkspace(address.reference)
    if version not in migrations.VERSIONS:
        raise TooNew(address.reference)
    if version != migrations.head():
        if database.is_condemned():
            raise database.damage()
        upgrade(database, address)


def _was_ours(address: WorkspaceAddress) -> bool:
    """Whether there is a file, and around it what only a workspace in use leaves there."""
    if address.kind is not WorkspaceKind.SQLITE or not address.database.exists():
        return False
    left = (address.key_file, address.attachments, address.backups, address.accounts)
    return any(path.exists() for path in left) or bool(cipher.keys_of(address))


def _overwritten(address: WorkspaceAddress) -> Overwritten:
    return Overwritten(str(address.database), str(address.backups) if holds_copies(address.backups) else None)


def _look(database: Database) -> str | None:
    with database.connect_reader() as connection, connection.begin():
        return read_version(connection)


def _holds_nothing(database: Database) -> bool:
    with database.connect_reader() as connection, connection.begin():
        return _is_empty(connection)


def _create(database: Database, address: WorkspaceAddress, now: int) -> str | None:
    with database.connect_writer() as connection, connection.begin():
        database.prepare_creation(connection)
        # Another process may have been quicker.
        version = read_version(connection)
        if version is not None or not _is_empty(connection):
            return version
        create_tables(connection)
        fill(connection, address.name, now)
        return migrations.head()


def _is_empty(connection: Connection) -> bool:
    return not inspect(connection).get_table_names()
