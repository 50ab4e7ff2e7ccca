"""The parts put together: who syncs when two processes have one workspace open."""

from __future__ import annotations

import asyncio
from pathlib import Path

from inbox_app.app import App
from inbox_app.paths import resolve_workspace
from inbox_app.settings import SettingsFile
from inbox_app.storage import wishes
from inbox_app.storage.locks import EngineLock

SECONDS = 30


async def test_a_wish_is_not_waited_for_longer_than_there_is_an_engine(tmp_path: Path) -> None:
    address = resolve_workspace(str(tmp_path / "workspace"))
    app = await App.open(address, {}, SettingsFile(tmp_path / "settings.json"), create=True)
    async with asyncio.timeout(SECONDS):
        with EngineLock.take(address):
            asking = asyncio.create_task(app.sync())
            while not await app.store.read(wishes.count_untaken):
                await asyncio.sleep(0.01)
        assert await asking == ()
    await app.close()
