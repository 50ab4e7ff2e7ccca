"""The engine looks the database over: before it writes when the last process was killed, else soon after the start."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from inbox_app.app import App
from inbox_app.events import Bus
from inbox_app.paths import WorkspaceAddress
from inbox_app.settings import SettingsFile
from inbox_app.storage.errors import Damaged
from inbox_app.storage.sqlite import SQLiteDatabase
from inbox_app.storage.store import Store
from tests.fakes.clock import FakeClock
from tests.unit.storage.damage import break_table

SECONDS = 60


async def broken(address: WorkspaceAddress, folder: Path) -> App:
    """A workspace whose file broke while nobody had it open."""
    settings = SettingsFile(folder / "settings.json")
    await (await App.open(address, {}, settings, create=True)).close()
    break_table(address.database)
    return await App.open(address, {}, settings)


async def test_after_a_bad_end_nothing_is_written_before_the_look(
    sqlite_address: WorkspaceAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = await broken(sqlite_address, tmp_path)
    before = sqlite_address.database.read_bytes()
    # What a killed process leaves is a log that is not empty; SQLite would replay a real one over the damage.
    monkeypatch.setattr(type(app.store), "ended_badly", True)
    with pytest.raises(Damaged):
        await app.engine.sync_once()
    await app.close()
    assert sqlite_address.database.read_bytes() == before
    assert not sqlite_address.database.with_name("workspace.db-wal").exists()


async def test_soon_after_the_start_damage_ends_the_engine(sqlite_address: WorkspaceAddress, tmp_path: Path) -> None:
    app = await broken(sqlite_address, tmp_path)
    clock = app.clock = FakeClock()
    told: list[Exception] = []
    app.start(told.append)
    async with asyncio.timeout(SECONDS):
        await app.engine.at_work.wait()
        assert told == []
        while not told:
            await clock.advance(timedelta(seconds=5))
            await asyncio.sleep(0.01)
    assert [type(one) for one in told] == [Damaged]
    assert not app.engine.at_work.is_set()
    await app.close()


async def test_damage_that_another_process_found_ends_the_engine(
    sqlite_address: WorkspaceAddress, tmp_path: Path
) -> None:
    app = await broken(sqlite_address, tmp_path)
    clock = app.clock = FakeClock()
    told: list[Exception] = []
    app.start(told.append)
    async with asyncio.timeout(SECONDS):
        await app.engine.at_work.wait()
        other = await Store.open(sqlite_address, Bus())
        with pytest.raises(Damaged):
            await other.look_over()
        await other.close()
        while not told:  # whoever waits may begin to only now
            await clock.advance(timedelta(seconds=3))
            await asyncio.sleep(0.01)
    assert [type(one) for one in told] == [Damaged]
    await app.close()


def test_a_log_that_was_left_is_a_bad_end(sqlite_address: WorkspaceAddress) -> None:
    sqlite_address.folder.mkdir()
    sqlite_address.database.touch()
    database = SQLiteDatabase.open(sqlite_address.database, create=False)
    assert not database.ended_badly
    database.close()
    sqlite_address.database.with_name("workspace.db-wal").write_bytes(b"x")
    database = SQLiteDatabase.open(sqlite_address.database, create=False)
    assert database.ended_badly
    database.close()
