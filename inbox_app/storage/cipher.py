"""Whether a workspace is encrypted, and with which key; and its database written anew under another.

The file itself says it: a plain one begins with SQLite's own words. https://www.sqlite.org/fileformat.html
Keys are told apart by the folders named after them, in which everything beside the database lies.
https://www.zetetic.net/sqlcipher/sqlcipher-api/
"""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlcipher3 import dbapi2

from inbox_app.paths import SEALED, WorkspaceAddress, WorkspaceKind
from inbox_app.sealing.key import ContentKey
from inbox_app.storage.sqlite import key_pragmas, make_private_file

_PLAIN: Final = b"SQLite format 3\0"


def is_encrypted(address: WorkspaceAddress) -> bool:
    """Whether only a key opens it."""
    return address.kind is WorkspaceKind.SQLITE and bool(keys_of(address)) and is_sealed(address.database)


def is_sealed(database: Path) -> bool:
    """Whether a file holds anything, and no plain database."""
    try:
        with database.open("rb") as file:
            begin = file.read(len(_PLAIN))
    except OSError:
        return False
    return begin not in (b"", _PLAIN)


def keys_of(address: WorkspaceAddress) -> tuple[str, ...]:
    """The ids of the keys that things here are sealed with; more than one only while a key is being changed."""
    return tuple(sorted(path.name.removeprefix(SEALED) for path in address.folder.glob(f"{SEALED}*")))


def folder_of(address: WorkspaceAddress, key: str) -> Path:
    """Where what is sealed with the key of this id lies."""
    return address.folder / f"{SEALED}{key}"


def remove_folder(address: WorkspaceAddress, key: str) -> None:
    """Remove what is sealed with a key: nothing of it can be read without."""
    shutil.rmtree(folder_of(address, key), ignore_errors=True)


def present(connection: dbapi2.Connection, key: ContentKey | None) -> None:
    """Give the key to a connection that was just made."""
    for pragma in key_pragmas(key):
        connection.execute(pragma)


def opens(database: Path, key: ContentKey | None) -> bool:
    """Whether this key, or none, opens the file."""
    with closing(dbapi2.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            present(connection, key)
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except dbapi2.DatabaseError:
            return False
    return True


def copy(source: Path, key: ContentKey | None, target: Path, wanted: ContentKey | None) -> None:
    """Copy a database that nobody has open, under the same key or another one."""
    make_private_file(target)
    if key == wanted:
        shutil.copyfile(source, target)
        return
    with closing(dbapi2.connect(str(source), isolation_level=None)) as connection:
        present(connection, key)
        rewrite(connection, target, wanted)


def rewrite(source: dbapi2.Connection, target: Path, key: ContentKey | None) -> None:
    """Write all that a connection sees into a new, empty file under another key, or none."""
    cursor = source.cursor()
    cursor.execute("ATTACH ? AS fresh KEY ?", (str(target), "" if key is None else key.database))
    try:
        # In one transaction: else each table and each index is one of its own, and all that is known of the file is
        # read again after each.
        cursor.execute("BEGIN")
        cursor.execute("SELECT sqlcipher_export('fresh')")
        cursor.execute("COMMIT")
        for pragma in ("application_id", "user_version"):
            ((value,),) = cursor.execute(f"PRAGMA main.{pragma}").fetchall()
            cursor.execute(f"PRAGMA fresh.{pragma} = {int(value)}")
    finally:
        if source.in_transaction:
            cursor.execute("ROLLBACK")
        cursor.execute("DETACH fresh")
