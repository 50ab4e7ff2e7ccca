"""The life of the window: one window a workspace, and a workspace that another process syncs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from inbox_app.app import App
from inbox_app.events import Bus
from inbox_app.ingest.ingest import ingest
from inbox_app.paths import WorkspaceAddress, resolve_workspace
from inbox_app.settings import SettingsFile
from inbox_app.storage.locks import EngineLock
from inbox_app.storage.store import Store
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import connect, said
from ui.app_window import AppWindow
from ui.core import Core
from ui.session import Session
from ui.single_instance import SingleInstance
from ui.tasks import Tasks
from ui.theme.theme import Theme

pytestmark = pytest.mark.ui

Start = Callable[[], Session]


@pytest.fixture
async def start(tasks: Tasks, theme: Theme, keep: Keep, tmp_path: Path) -> AsyncIterator[Start]:
    """Starts the program once more, each time with a window of its own; no channel is known."""
    settings = SettingsFile(tmp_path / "settings.json")
    sessions: list[Session] = []

    async def open_core(address: WorkspaceAddress, *, create: bool) -> Core:
        return await App.open(address, {}, settings, create=create)

    def begin() -> Session:
        sessions.append(Session(keep(AppWindow(tasks, theme)), tasks, theme, open_core))
        return sessions[-1]

    yield begin
    for one in sessions:
        await one.close()


def window_of(session: Session) -> AppWindow:
    window = session.parent()
    assert isinstance(window, AppWindow)
    return window


async def test_a_second_start_calls_the_first_window_and_ends(
    start: Start, sqlite_store: Store, sqlite_address: WorkspaceAddress
) -> None:
    first, second = start(), start()
    assert await first.begin(sqlite_address)
    window = window_of(first)
    await until(lambda: window.workplace is not None, "the workspace")
    window.showMinimized()
    assert not await second.begin(sqlite_address)
    await until(lambda: window.isVisible() and not window.isMinimized(), "the first window in front")
    assert second.core is None
    assert not window_of(second).isVisible()


async def test_a_way_in_that_was_given_up_can_be_taken_again(sqlite_address: WorkspaceAddress) -> None:
    window, other = SingleInstance(), SingleInstance()
    assert window.claim(sqlite_address)
    assert window.claim(sqlite_address)
    assert not other.claim(sqlite_address)


async def test_a_window_on_another_workspace_is_let_in(
    start: Start, sqlite_store: Store, sqlite_address: WorkspaceAddress, tmp_path: Path
) -> None:
    other = resolve_workspace(str(tmp_path / "other"))
    await (await Store.open(other, Bus(), create=True)).close()
    first, second = start(), start()
    assert await first.begin(sqlite_address)
    assert await second.begin(other)


async def test_where_another_process_syncs_the_window_follows_what_that_one_does(
    start: Start, sqlite_store: Store, sqlite_address: WorkspaceAddress, troubles: list[str]
) -> None:
    """The other process is a store of its own that holds the engine's lock."""
    account = await sqlite_store.write(connect)
    with EngineLock.take(sqlite_address):
        session = start()
        assert await session.begin(sqlite_address)
        await until(lambda: troubles, "the sentence about the other process")
        assert "already at work" in troubles.pop()
        window = window_of(session)
        assert window.trouble.isVisible()
        await sqlite_store.write(lambda tx: ingest(tx, account, [said("a", 1)]))
        await until(lambda: window.workplace is not None and len(window.workplace.bridge.ids) == 1, "what it pulled")
