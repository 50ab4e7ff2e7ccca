"""Each fault of a disk or a file gets its sentence, and leaves the store usable or the file untouched."""

import os
import re
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text
from sqlcipher3 import dbapi2

from inbox_app.domain.ids import MessageId
from inbox_app.events import Bus
from inbox_app.paths import WorkspaceAddress, resolve_workspace
from inbox_app.storage import schema, sqlite
from inbox_app.storage.errors import (
    CannotSignIn,
    Damaged,
    DatabaseLocked,
    DiskFailed,
    DiskFull,
    FolderUnusable,
    NotAWorkspace,
    OldSQLite,
    Overwritten,
    ReadOnly,
    StorageError,
    TooNew,
    Unreachable,
)
from inbox_app.storage.locks import EngineLock
from inbox_app.storage.search_index import unindex
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.servers.postgres import PostgresCluster
from tests.unit.storage.test_search import add, day, make_room


def add_tag(tx: Tx, name: str) -> None:
    tx.conn.execute(insert(schema.tag), {"id": name, "name": name})
    tx.about("tags")


def tags(conn: Connection) -> set[str]:
    return set(conn.execute(select(schema.tag.c.name)).scalars())


async def make(address: WorkspaceAddress) -> None:
    store = await Store.open(address, Bus(), create=True)
    await store.write(lambda tx: add_tag(tx, "before"))
    await store.close()


def begin(command: list[str]) -> "subprocess.Popen[str]":
    """Another process, to be read from and killed."""
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def run(command: list[str]) -> list[str]:
    """The lines that another process prints."""
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout.splitlines()


def add_marks(tx: Tx, first: int, marks: list[str]) -> None:
    for number, mark in enumerate(marks, first):
        add(tx, day(number + 1), f"{mark} said {mark}")


FULL_DISK = """
import asyncio, resource, signal, sys
from sqlalchemy import insert, select
from inbox_app.events import Bus
from inbox_app.paths import resolve_workspace
from inbox_app.storage import schema
from inbox_app.storage.errors import StorageError
from inbox_app.storage.store import Store

def add(tx, name, size):
    tx.conn.execute(insert(schema.tag), {"id": name, "name": name, "colour": "x" * size})

async def main():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    store = await Store.open(resolve_workspace(sys.argv[1]), Bus())
    await store.write(lambda tx: add(tx, "fits", 10))
    limit = 2_000_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        await store.write(lambda tx: add(tx, "huge", 5_000_000))
    except StorageError as error:
        print(error.code)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await store.write(lambda tx: add(tx, "after", 10))
    print(*await store.read(lambda conn: sorted(conn.execute(select(schema.tag.c.name)).scalars())))
    await store.close()

asyncio.run(main())
"""


async def test_a_full_disk_loses_nothing_and_the_store_goes_on(sqlite_address: WorkspaceAddress) -> None:
    await make(sqlite_address)
    command = [sys.executable, "-c", FULL_DISK, str(sqlite_address.folder)]
    code, names = run(command)
    # The limit on a file's size looks to SQLite like a failing disk, a full one says so.
    assert code in {DiskFull.code, "disk_failed"}
    assert names == "after before fits"


async def test_a_failure_on_a_full_disk_is_called_no_room(
    sqlite_address: WorkspaceAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make(sqlite_address)
    full = shutil.disk_usage(sqlite_address.folder)._replace(free=4096)
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: full)
    failed = dbapi2.OperationalError("disk I/O error")
    failed.sqlite_errorcode = dbapi2.SQLITE_IOERR | 3 << 8
    database = sqlite.SQLiteDatabase.open(sqlite_address.database, create=False)
    assert isinstance(database.explain(failed), DiskFull)
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: full._replace(free=10**9))
    assert isinstance(database.explain(failed), DiskFailed)
    database.close()


async def test_the_database_says_when_it_is_full(sqlite_store: Store) -> None:
    def limit(tx: Tx, pages: int) -> None:
        tx.conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    await sqlite_store.write(lambda tx: limit(tx, 1))
    with pytest.raises(DiskFull):
        await sqlite_store.write(lambda tx: add_tag(tx, "x" * 5_000_000))
    await sqlite_store.write(lambda tx: limit(tx, 1_000_000))
    await sqlite_store.write(lambda tx: add_tag(tx, "fits"))
    assert await sqlite_store.read(tags) == {"fits"}


async def test_a_file_that_another_process_holds(
    sqlite_address: WorkspaceAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_LOCK_SECONDS", 0.1)
    await make(sqlite_address)
    store = await Store.open(sqlite_address, Bus())
    script = (
        "import sys; from sqlcipher3 import dbapi2; c = dbapi2.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('BEGIN IMMEDIATE'); print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(sqlite_address.database)]
    with begin(command) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(DatabaseLocked, match=r"workspace\.db"):
            await store.write(lambda tx: add_tag(tx, "late"))
        other.kill()
        other.wait(10)
    await store.write(lambda tx: add_tag(tx, "later"))
    assert await store.read(tags) == {"before", "later"}
    await store.close()


async def test_a_damaged_file_is_never_written_again(sqlite_address: WorkspaceAddress) -> None:
    await make(sqlite_address)
    file = sqlite_address.database
    whole = file.read_bytes()
    raw = dbapi2.connect(str(file))
    (page,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'tag'").fetchone() or (0,)
    raw.close()
    file.write_bytes(whole[: (page - 1) * 4096] + b"\xff" * 4096 + whole[page * 4096 :])
    store = await Store.open(sqlite_address, Bus())
    with pytest.raises(Damaged, match="damaged"):
        await store.write(lambda tx: add_tag(tx, "x"))
    with pytest.raises(Damaged):
        await store.write(lambda tx: tx.about("views"))
    await store.close()


async def test_a_file_with_another_content_is_no_workspace(sqlite_address: WorkspaceAddress) -> None:
    sqlite_address.folder.mkdir()
    sqlite_address.database.write_bytes(b"no database at all " * 1000)
    for create in (False, True):
        with pytest.raises(NotAWorkspace):
            await Store.open(sqlite_address, Bus(), create=create)
    assert sqlite_address.database.read_bytes() == b"no database at all " * 1000


@pytest.mark.parametrize("content", [b"", b"a text", b"\0" * 4096])
async def test_a_file_where_a_workspace_was_is_called_damaged(sqlite_address: WorkspaceAddress, content: bytes) -> None:
    await make(sqlite_address)
    sqlite_address.key_file.write_text("{}")
    sqlite_address.database.write_bytes(content)
    for create in (False, True):
        with pytest.raises(Overwritten, match="connect the accounts again") as problem:
            await Store.open(sqlite_address, Bus(), create=create)
        assert str(sqlite_address.database) in problem.value.message
    sqlite_address.backups.mkdir()
    (sqlite_address.backups / "before.db").touch()
    with pytest.raises(Overwritten, match=re.escape(str(sqlite_address.backups))):
        await Store.open(sqlite_address, Bus())
    assert sqlite_address.database.read_bytes() == content
    sqlite_address.database.unlink()
    await (await Store.open(sqlite_address, Bus(), create=True)).close()


async def test_another_programs_database_is_no_workspace(sqlite_address: WorkspaceAddress) -> None:
    sqlite_address.folder.mkdir()
    other = dbapi2.connect(str(sqlite_address.database))
    other.execute("CREATE TABLE songs (id)")
    other.close()
    with pytest.raises(NotAWorkspace):
        await Store.open(sqlite_address, Bus(), create=True)


async def test_a_workspace_of_a_newer_program_is_left_alone(address: WorkspaceAddress) -> None:
    store = await Store.open(address, Bus(), create=True)
    await store.write(lambda tx: tx.conn.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    await store.close()
    with pytest.raises(TooNew, match="newer"):
        await Store.open(address, Bus())


async def test_an_old_library_is_refused(sqlite_address: WorkspaceAddress, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbapi2, "sqlite_version_info", (3, 51, 2))
    with pytest.raises(OldSQLite, match=r"3\.51\.3"):
        await Store.open(sqlite_address, Bus(), create=True)


@pytest.mark.server
async def test_a_server_that_is_away_and_comes_back(
    postgres: PostgresCluster, postgres_workspace: WorkspaceAddress
) -> None:
    store = await Store.open(postgres_workspace, Bus())
    await store.write(lambda tx: add_tag(tx, "before"))
    await store.read(tags)
    postgres.stop()
    with pytest.raises(Unreachable):
        await store.write(lambda tx: add_tag(tx, "away"))
    with pytest.raises(Unreachable):
        await store.read(tags)
    postgres.start()
    await store.write(lambda tx: add_tag(tx, "back"))
    assert await store.read(tags) == {"before", "back"}
    await store.close()


async def test_nobody_listens_at_the_address() -> None:
    with pytest.raises(Unreachable) as caught:
        await Store.open(resolve_workspace("postgresql://me:hidden@127.0.0.1:1/team"), Bus())
    assert "hidden" not in str(caught.value)


async def test_erased_text_leaves_no_bytes(sqlite_store: Store, sqlite_address: WorkspaceAddress) -> None:
    await sqlite_store.write(make_room)
    marks = [f"zqx{number:04}marker" for number in range(300)]
    for first in range(0, 300, 50):
        await sqlite_store.write(partial(add_marks, first=first, marks=marks[first : first + 50]))
    gone = [MessageId(day(number)) for number in range(1, 301, 3)]
    await sqlite_store.write(lambda tx: unindex(tx, gone))
    await sqlite_store.write(lambda tx: tx.conn.execute(schema.message.delete().where(schema.message.c.id.in_(gone))))
    await sqlite_store.scrub()
    raw = b"".join(path.read_bytes() for path in sqlite_address.folder.glob("workspace.db*"))
    assert [mark for mark in marks[::3] if mark.encode() in raw] == []
    assert marks[1].encode() in raw


KILLED = """
import asyncio, sys
from sqlalchemy import insert
from inbox_app.events import Bus
from inbox_app.paths import resolve_workspace
from inbox_app.storage import schema
from inbox_app.storage.store import Store

def add(tx, number):
    for part in "abc":
        name = f"{number}{part}"
        tx.conn.execute(insert(schema.tag), {"id": name, "name": name})

async def main():
    store = await Store.open(resolve_workspace(sys.argv[1]), Bus())
    for number in range(int(sys.argv[2]), 1_000_000):
        await store.write(lambda tx: add(tx, number))
        print(number, flush=True)

asyncio.run(main())
"""


async def test_what_was_committed_survives_a_kill_and_nothing_else(sqlite_address: WorkspaceAddress) -> None:
    await make(sqlite_address)
    told = -1
    for lines in (1, 7, 23):
        command = [sys.executable, "-c", KILLED, str(sqlite_address.folder), str(told + 1)]
        with begin(command) as other:
            assert other.stdout is not None
            for _ in range(lines):
                told = int(other.stdout.readline())
            os.kill(other.pid, signal.SIGKILL)
            told = int((["", *other.stdout.read().split()])[-1] or told)
        store = await Store.open(sqlite_address, Bus())
        found = await store.read(tags) - {"before"}
        await store.close()
        whole = len(found) // 3
        assert found == {f"{number}{part}" for number in range(whole) for part in "abc"}
        assert whole in (told + 1, told + 2)
        told = whole - 1


def test_every_sentence_names_the_place_and_what_to_do() -> None:
    for kind in (Damaged, DatabaseLocked, DiskFull, NotAWorkspace, TooNew, Unreachable, CannotSignIn):
        error = kind("THERE")
        assert isinstance(error, StorageError)
        assert "THERE" in error.message
        assert error.message.endswith(".")


async def test_a_backup_is_a_whole_private_workspace(sqlite_store: Store, sqlite_address: WorkspaceAddress) -> None:
    await sqlite_store.write(lambda tx: add_tag(tx, "kept"))
    copy = resolve_workspace(str(sqlite_address.folder / "copy"))
    await sqlite_store.backup_to(copy.database)
    assert copy.database.stat().st_mode & 0o777 == 0o600
    again = await Store.open(copy, Bus())
    assert await again.read(tags) == {"kept"}
    await again.look_over()
    await again.close()


async def test_damage_found_by_looking_over_ends_all_writing(sqlite_address: WorkspaceAddress) -> None:
    await make(sqlite_address)
    file = sqlite_address.database
    whole = file.read_bytes()
    file.write_bytes(whole[:-4096] + b"\xff" * 4096)
    store = await Store.open(sqlite_address, Bus())
    with pytest.raises(Damaged):
        await store.look_over()
    with pytest.raises(Damaged):
        await store.write(lambda tx: tx.about("views"))
    await store.close()


async def test_a_workspace_that_may_only_be_read_says_so(
    sqlite_address: WorkspaceAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make(sqlite_address)
    # The superuser may write everywhere, so the permission and SQLite's answer to it are both played.
    monkeypatch.setattr("os.access", lambda _path, mode: mode != os.W_OK)
    monkeypatch.setattr(sqlite, "_WRITER_PRAGMAS", ("ATTACH '/proc/nowhere/file.db' AS other",))
    monkeypatch.setattr(sqlite, "_READER_PRAGMAS", ("ATTACH '/proc/nowhere/file.db' AS other",))
    with pytest.raises(ReadOnly, match="may only be read"):
        await Store.open(sqlite_address, Bus())


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FolderUnusable) as problem:
        await Store.open(resolve_workspace(str(tmp_path / "file" / "brand")), Bus(), create=True)
    assert str(tmp_path / "file" / "brand") in problem.value.message


def test_an_engine_needs_a_folder_it_can_write_to(tmp_path: Path) -> None:
    (tmp_path / "brand").write_text("in the way")
    with pytest.raises(FolderUnusable):
        EngineLock.take(resolve_workspace(str(tmp_path / "brand")))
