"""The whole program in this process: the real window on the real core, from the first start on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from connectors import CATALOGUE
from connectors.practice.client import Community
from inbox_app.app import App
from inbox_app.paths import WorkspaceAddress, find_places
from inbox_app.settings import SettingsFile
from inbox_app.settings import Theme as Wanted
from tests.e2e.counting import Hands
from tests.e2e.person import Person
from tests.ui.jitter import jitter
from tests.ui.keeping import Keep
from tests.ui.loop import pytest_asyncio_loop_factories
from ui import toast
from ui.app_window import AppWindow
from ui.core import Core
from ui.session import Session
from ui.tasks import Tasks
from ui.theme.theme import Theme

__all__ = ["jitter", "pytest_asyncio_loop_factories"]
Start = Callable[[], Person]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Five minutes for each, on a busy machine: whoever is the first to move in also waits for the practice room."""
    for item in items:
        if item.path.parent == HERE and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's folders, as on a new computer, and a keychain for this session only; nobody need hurry to undo.

    Nor does anybody say something new: what is done would be open again, and what is counted one more, as soon as a
    test takes longer than the community waits with its first answer.
    """
    monkeypatch.setattr(toast, "STAYS_MS", 300_000)
    monkeypatch.setattr(Community, "open_doors", lambda _town, _now: None)
    monkeypatch.setenv("PORTAVOCE_HOME", str(tmp_path))
    monkeypatch.setenv("PORTAVOCE_KEYRING", "session")
    return tmp_path


@pytest.fixture
def hands(qapp: QApplication) -> Iterator[Hands]:
    """What is pressed and clicked is counted by it."""
    watching = Hands(qapp)
    yield watching
    qapp.removeEventFilter(watching)


@pytest.fixture
def keep() -> Iterator[Keep]:
    """Give a widget to it and it is taken down with the test."""
    kept = Keep()
    yield kept
    kept.take_down()


@pytest.fixture
async def person(home: Path, qapp: QApplication, qtbot: QtBot) -> AsyncIterator[Person]:
    """Somebody in front of the window at its first start."""
    settings = SettingsFile(find_places().settings_file)
    tasks = Tasks(asyncio.get_running_loop())
    theme = Theme(Wanted.LIGHT)
    theme.dress(qapp)
    keep = Keep()
    window = keep(AppWindow(tasks, theme))

    async def open_core(address: WorkspaceAddress, *, create: bool) -> Core:
        return await App.open(address, CATALOGUE, settings, create=create)

    session = Session(window, tasks, theme, open_core)
    somebody = Person(window, session)
    tasks.failed.connect(somebody.told.append)
    assert await session.begin(None)
    yield somebody
    await session.close()
    keep.take_down()


@pytest.fixture
async def start(home: Path, qapp: QApplication, qtbot: QtBot) -> AsyncIterator[Start]:
    """Starts the program as `ui.main` does, with what a window remembers."""
    settings = SettingsFile(find_places().settings_file)
    tasks = Tasks(asyncio.get_running_loop())
    theme = Theme(Wanted.LIGHT)
    theme.dress(qapp)
    keep = Keep()
    sessions: list[Session] = []

    async def open_core(address: WorkspaceAddress, *, create: bool) -> Core:
        return await App.open(address, CATALOGUE, settings, create=create)

    def begin() -> Person:
        kept = QSettings(str(home / "window.ini"), QSettings.Format.IniFormat)
        window = keep(AppWindow(tasks, theme, kept))
        window.resize(1366, 768)
        sessions.append(Session(window, tasks, theme, open_core))
        return Person(window, sessions[-1])

    yield begin
    for one in sessions:
        await one.close()
    keep.take_down()
