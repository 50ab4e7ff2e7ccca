"""What tests of the window share: a dressed theme, Qt's loop, a core on a real store, a task keeper that tells."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from inbox_app.events import Bus
from inbox_app.paths import WorkspaceAddress
from inbox_app.settings import LONGEST_UNDO, SettingsFile
from inbox_app.settings import Theme as Wanted
from inbox_app.storage.store import Store
from tests.servers.notification_service import NotificationBusDaemon
from tests.servers.programs import ProgramMissing
from tests.ui.cores import StoreCore
from tests.ui.jitter import jitter
from tests.ui.keeping import Keep
from tests.ui.loop import pytest_asyncio_loop_factories
from tests.unit.ingest.tales import connect
from ui.tasks import Tasks
from ui.theme.theme import Theme

__all__ = ["jitter", "pytest_asyncio_loop_factories"]


@pytest.fixture(scope="session")
def worn(qapp: QApplication) -> Theme:
    """Worn once for all tests: dressing polishes every widget there is."""
    made = Theme(Wanted.LIGHT)
    made.dress(qapp)
    return made


@pytest.fixture
def theme(worn: Theme) -> Iterator[Theme]:
    """The look and the size of text that every test begins with, whatever the one before it wore."""
    light, size = worn.tokens, worn.scale
    yield worn
    if (worn.tokens, worn.scale) != (light, size):
        worn.wear(Wanted.LIGHT, 1.0)


@pytest.fixture
async def core(
    sqlite_store: Store, sqlite_address: WorkspaceAddress, bus: Bus, tmp_path: Path
) -> AsyncIterator[StoreCore]:
    """A workspace with one account and nothing in it; however busy the machine, what was sent can be taken back."""
    account = await sqlite_store.write(connect)
    settings = SettingsFile(tmp_path / "settings.json")
    settings.change(lambda now: replace(now, undo_seconds=LONGEST_UNDO))
    made = StoreCore(sqlite_address, sqlite_store, bus, settings, account)
    yield made
    await made.speller.close()


@pytest.fixture
def troubles() -> list[str]:
    """What the task keeper told the person; a test that expects something empties it."""
    return []


@pytest.fixture
async def tasks(qapp: QApplication, troubles: list[str]) -> AsyncIterator[Tasks]:
    """A task keeper; a test fails when it heard of a failure that the test does not expect."""
    keeper = Tasks(asyncio.get_running_loop())
    keeper.failed.connect(troubles.append)
    yield keeper
    await keeper.close()
    assert troubles == []


@pytest.fixture
async def keep(tasks: Tasks) -> AsyncIterator[Keep]:
    """Give a widget to it and it is taken down with the test, after the tasks that fill it."""
    kept = Keep()
    yield kept
    await tasks.close()
    kept.take_down()


@pytest.fixture(scope="module")
def daemon() -> Iterator[NotificationBusDaemon]:
    """A session bus of its own, for what the desktop tells and is told."""
    try:
        made = NotificationBusDaemon()
    except ProgramMissing as missing:
        pytest.skip(str(missing))
    made.bus.start()
    yield made
    made.close()
