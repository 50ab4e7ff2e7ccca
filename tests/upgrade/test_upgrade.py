"""An older workspace keeps every row on its way to the current schema, or stays as it was."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from inbox_app.events import Bus
from inbox_app.paths import WorkspaceAddress, WorkspaceKind
from inbox_app.sealing.key import make_content_key
from inbox_app.storage import cipher, migrations, upgrading
from inbox_app.storage.errors import BackupFailed, StorageError, TooNew, UpgradeFailed
from inbox_app.storage.opening import _open, open_database
from inbox_app.storage.schema import metadata
from inbox_app.storage.sqlite import SQLiteDatabase
from inbox_app.storage.store import Store
from inbox_app.storage.upgrading import backup_path
from tests.crash.forking import ForkServer
from tests.upgrade.synthetic import (
    NEW,
    NOW,
    OLD,
    Rows,
    at_each_statement,
    look,
    make_filled,
    newer_program,
    opened_as_it_is,
    upgrade,
)

FILLED = len(metadata.tables)


class InjectedError(Exception):
    """What a database never says by itself."""


@pytest.fixture
def filled(address: WorkspaceAddress) -> Rows:
    """The rows of a workspace of the old version, one at least in each table."""
    rows = make_filled(address)
    assert len([name for name, found in rows.items() if found]) == FILLED
    return rows


def opens_with_the_old_program(address: WorkspaceAddress) -> bool:
    database = open_database(address, create=False, now=NOW)
    with database.connect_reader() as connection, connection.begin():
        sound = database.is_sound(connection)
    database.close()
    return sound


def backups(address: WorkspaceAddress) -> list[Path]:
    return sorted(address.backups.iterdir()) if address.backups.exists() else []


def test_every_row_is_kept(address: WorkspaceAddress, filled: Rows) -> None:
    upgrade(address)
    assert look(address) == (NEW, filled)
    with opened_as_it_is(address) as connection:
        assert set(connection.execute(text("SELECT planted FROM tag")).scalars()) == {
            f"from {name}" for _, name, _ in filled["tag"]
        }


def test_search_finds_what_it_found(address: WorkspaceAddress, filled: Rows) -> None:
    upgrade(address)
    query = {
        WorkspaceKind.SQLITE: "SELECT rowid FROM message_word WHERE message_word MATCH 'perche'",
        WorkspaceKind.POSTGRESQL: "SELECT id FROM message_text WHERE words @@ to_tsquery('simple', 'perche')",
    }[address.kind]
    with opened_as_it_is(address) as connection:
        assert connection.execute(text(query)).scalars().all() == [7]


def test_the_old_program_refuses_the_upgraded_workspace(address: WorkspaceAddress, filled: Rows) -> None:
    upgrade(address)
    with pytest.raises(TooNew, match="newer"):
        open_database(address, create=False, now=NOW)
    assert look(address) == (NEW, filled)


def test_a_second_opening_has_nothing_to_do(address: WorkspaceAddress, filled: Rows) -> None:
    upgrade(address)
    backup = backup_path(address, OLD)
    backup.unlink(missing_ok=True)
    upgrade(address)
    assert not backup.exists()


async def test_the_store_opens_an_older_workspace(sqlite_address: WorkspaceAddress) -> None:
    make_filled(sqlite_address)
    with newer_program():
        store = await Store.open(sqlite_address, Bus())
        await store.write(lambda tx: tx.conn.exec_driver_sql("UPDATE tag SET planted = 'written'"))
        await store.close()


def test_an_encrypted_workspace_is_upgraded_and_its_copy_is_encrypted(sqlite_address: WorkspaceAddress) -> None:
    address = replace(sqlite_address, key=make_content_key())
    rows = make_filled(address)
    upgrade(address)
    assert look(address) == (NEW, rows)
    (backup,) = backups(address)
    assert cipher.opens(backup, address.key)
    assert b"Certainly" not in backup.read_bytes() + address.database.read_bytes()


def test_a_copy_is_kept_that_opens_with_the_old_program(sqlite_address: WorkspaceAddress) -> None:
    rows = make_filled(sqlite_address)
    upgrade(sqlite_address)
    (backup,) = backups(sqlite_address)
    assert backup == backup_path(sqlite_address, OLD)
    assert backup.stat().st_mode & 0o077 == 0
    backup.replace(sqlite_address.database)
    assert look(sqlite_address) == (OLD, rows)
    assert opens_with_the_old_program(sqlite_address)


def test_a_copy_that_cannot_be_made_stops_everything(sqlite_address: WorkspaceAddress) -> None:
    rows = make_filled(sqlite_address)
    sqlite_address.backups.write_text("in the way", encoding="utf-8")
    with pytest.raises(BackupFailed, match="backups"):
        upgrade(sqlite_address)
    assert look(sqlite_address) == (OLD, rows)


def test_a_copy_that_is_not_whole_stops_everything(
    sqlite_address: WorkspaceAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = make_filled(sqlite_address)
    copy_to = SQLiteDatabase.copy_to

    def tear(self: SQLiteDatabase, target: Path) -> None:
        copy_to(self, target)
        os.truncate(target, target.stat().st_size // 2)

    monkeypatch.setattr(SQLiteDatabase, "copy_to", tear)
    with pytest.raises(StorageError):
        upgrade(sqlite_address)
    assert look(sqlite_address) == (OLD, rows)
    assert backups(sqlite_address) == []


def test_a_failing_migration_gets_a_sentence(
    address: WorkspaceAddress, filled: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "upgrade", lambda connection: connection.exec_driver_sql("SELECT * FROM nowhere"))
    with pytest.raises(UpgradeFailed, match="Nothing was changed"):
        upgrade(address)
    assert look(address) == (OLD, filled)


def test_dangling_references_are_never_committed(
    sqlite_address: WorkspaceAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = make_filled(sqlite_address)
    monkeypatch.setattr(migrations, "upgrade", lambda connection: connection.exec_driver_sql("DELETE FROM account"))
    with pytest.raises(UpgradeFailed):
        upgrade(sqlite_address)
    assert look(sqlite_address) == (OLD, rows)


def test_a_failure_at_any_statement_leaves_the_old_one(address: WorkspaceAddress, filled: Rows) -> None:
    reached = 0
    while True:
        reached += 1
        if not fails_at(address, reached):
            break
        assert look(address) == (OLD, filled), f"at statement {reached}"
        assert opens_with_the_old_program(address)
    assert reached > 12
    assert look(address) == (NEW, filled)


def fails_at(address: WorkspaceAddress, last: int) -> bool:
    def fail(number: int) -> None:
        if number == last:
            raise InjectedError

    try:
        with at_each_statement(fail):
            upgrade(address)
    except InjectedError:
        return True
    return False


@pytest.fixture(scope="module")
def newer_programs() -> Iterator[tuple[ForkServer, ForkServer]]:
    """Two processes that open workspaces with the newer program."""
    work = "tests.upgrade.synthetic:upgrade_in_child"
    with ForkServer(work) as one, ForkServer(work) as other:
        yield one, other


def place(address: WorkspaceAddress) -> str:
    return address.url or str(address.folder)


def test_a_kill_at_any_statement_leaves_the_old_one_or_the_new_one(
    sqlite_address: WorkspaceAddress, newer_programs: tuple[ForkServer, ForkServer]
) -> None:
    rows = make_filled(sqlite_address)
    kill_at_each(sqlite_address, rows, newer_programs[0])
    (backup,) = backups(sqlite_address)
    assert backup == backup_path(sqlite_address, OLD)


@pytest.mark.server
def test_a_kill_at_any_statement_leaves_the_server_old_or_new(
    postgres_workspace: WorkspaceAddress, newer_programs: tuple[ForkServer, ForkServer]
) -> None:
    rows = make_filled(postgres_workspace)
    kill_at_each(postgres_workspace, rows, newer_programs[0])


def kill_at_each(address: WorkspaceAddress, rows: Rows, program: ForkServer) -> None:
    killed = 0
    while program.run({"workspace": place(address), "die_at": killed + 1}).signal:
        killed += 1
        version, found = look(address)
        assert found == rows, f"at statement {killed}"
        assert version in {OLD, NEW}
        if version == OLD:
            assert opens_with_the_old_program(address)
    assert killed > 12
    assert look(address) == (NEW, rows)


def test_two_at_once_upgrade_once(
    address: WorkspaceAddress, filled: Rows, newer_programs: tuple[ForkServer, ForkServer]
) -> None:
    order = {"workspace": place(address), "die_at": 0}
    with ThreadPoolExecutor(2) as both:
        endings = list(both.map(lambda program: program.run(order), newer_programs))
    assert [ending.code for ending in endings] == [0, 0]
    assert look(address) == (NEW, filled)


def test_who_comes_second_finds_it_done(address: WorkspaceAddress, filled: Rows) -> None:
    upgrade(address)
    before = backups(address)
    with newer_program():
        database = _open(address, create=False)
        upgrading.upgrade(database, address)
        database.close()
    assert backups(address) == before
    assert look(address) == (NEW, filled)


@pytest.mark.server
def test_a_client_waits_while_another_upgrades(postgres_workspace: WorkspaceAddress) -> None:
    rows = make_filled(postgres_workspace)
    first = _open(postgres_workspace, create=False)
    with ThreadPoolExecutor(1) as thread:
        with first.upgrading() as connection:
            second = thread.submit(upgrade, postgres_workspace)
            waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            deadline = time.monotonic() + 60
            while not connection.execute(waiting).scalar() and not second.done():
                assert time.monotonic() < deadline
            assert not second.done()
        second.result(60)
    first.close()
    assert look(postgres_workspace) == (NEW, rows)


@pytest.mark.server
def test_a_colleague_in_a_long_transaction_is_not_waited_for_for_ever(
    postgres_workspace: WorkspaceAddress,
) -> None:
    rows = make_filled(postgres_workspace)
    with opened_as_it_is(postgres_workspace) as connection:
        connection.exec_driver_sql("SELECT * FROM tag")
        with pytest.raises(StorageError, match="holds"):
            upgrade(postgres_workspace)
    assert look(postgres_workspace) == (OLD, rows)
