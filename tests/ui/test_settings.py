"""The settings: what is chosen holds at once and is kept; the language changes without a restart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from inbox_app.app import App
from inbox_app.domain.ids import AccountId
from inbox_app.i18n import current_language, set_language
from inbox_app.ingest.ingest import ingest
from inbox_app.paths import WorkspaceAddress
from inbox_app.settings import SettingsFile
from inbox_app.settings import Theme as Wanted
from inbox_app.storage.store import Store
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import connect, said
from ui.app_window import AppWindow
from ui.commands import Does
from ui.core import Core
from ui.desktop import autostart
from ui.session import Session
from ui.settings.page import SettingsPage
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.theme.widgets import ChoiceBox

pytestmark = pytest.mark.ui


@pytest.fixture
def settings(tmp_path: Path) -> SettingsFile:
    return SettingsFile(tmp_path / "settings.json")


@pytest.fixture
async def window(
    tasks: Tasks,
    theme: Theme,
    keep: Keep,
    settings: SettingsFile,
    sqlite_store: Store,
    sqlite_address: WorkspaceAddress,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> AsyncIterator[AppWindow]:
    """The program with a workspace and a conversation; English and light again afterwards."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    account: AccountId = await sqlite_store.write(connect)
    await sqlite_store.write(lambda tx: ingest(tx, account, [said("a", 1)]))

    async def open_core(address: WorkspaceAddress, *, create: bool) -> Core:
        return await App.open(address, {}, settings, create=create)

    window = keep(AppWindow(tasks, theme))
    session = Session(window, tasks, theme, open_core)
    assert await session.begin(sqlite_address)
    await until(lambda: window.workplace is not None and len(window.workplace.bridge.ids) == 1, "the workspace")
    yield window
    await session.close()
    set_language("en")
    theme.wear(Wanted.LIGHT, 1.0)


async def page_of(window: AppWindow, title: str = "Settings") -> SettingsPage:
    def found() -> list[SettingsPage]:
        pages = window.findChildren(SettingsPage)
        return [one for one in pages if one.isVisible() and one.windowTitle() == title]

    await until(lambda: bool(found()), f"the page {title}")
    return found()[0]


def pick(box: ChoiceBox, value: object) -> None:
    """As a person does: the choice is taken, and told."""
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


async def test_the_language_changes_without_a_restart(window: AppWindow, settings: SettingsFile) -> None:
    assert window.workplace is not None
    before = window.workplace
    before.sidebar.settings.click()
    pick((await page_of(window)).languages, "it")
    page = await page_of(window, "Impostazioni")
    assert current_language() == settings.current.language == "it"
    place = window.workplace
    assert place is not None
    assert place is not before
    assert place.sidebar.settings.accessibleName() == "Impostazioni"
    await until(lambda: len(place.bridge.ids) == 1, "the conversations")
    assert window.first_start.practice.accessibleName() != "", "the welcome is there for later"
    pick(page.languages, "en")
    (await page_of(window)).reject()
    assert settings.current.language == "en"


async def test_colours_size_and_undo_hold_at_once_and_are_kept(
    window: AppWindow, settings: SettingsFile, theme: Theme
) -> None:
    window.give(Does.SETTINGS)
    page = await page_of(window)
    page.looks.choose(Wanted.DARK)
    page.looks.chosen.emit(Wanted.DARK)
    pick(page.sizes, 1.5)
    pick(page.undo, 30)
    assert (theme.tokens.dark, theme.scale) == (True, 1.5)
    await until(lambda: settings.current.undo_seconds == 30, "the undo kept")
    await until(lambda: (settings.current.theme, settings.current.text_scale) == (Wanted.DARK, 1.5), "the look kept")
    page.reject()


async def test_opening_at_login_is_a_file_that_the_desktop_reads(window: AppWindow, tmp_path: Path) -> None:
    window.give(Does.SETTINGS)
    page = await page_of(window)
    file = tmp_path / "config/autostart/app.portavoce.Portavoce.desktop"
    assert not page.at_login.isChecked()
    page.at_login.click()
    await until(file.exists, "the file")
    lines = file.read_text("utf-8").splitlines()
    assert lines[0] == "[Desktop Entry]"
    assert sum(line.startswith("Exec=") for line in lines) == 1
    page.reject()
    window.give(Does.SETTINGS)
    again = await page_of(window)
    assert again.at_login.isChecked()
    again.at_login.click()
    await until(lambda: not file.exists(), "the file gone")
    again.reject()


def test_what_the_desktop_switched_off_is_off(tmp_path: Path) -> None:
    here = {"XDG_CONFIG_HOME": str(tmp_path)}
    autostart.turn(True, here)
    assert autostart.is_on(here)
    (file,) = (tmp_path / "autostart").iterdir()
    file.write_text(file.read_text("utf-8") + "Hidden=true\n", "utf-8")
    assert not autostart.is_on(here)


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("/usr/bin/portavoce", "/usr/bin/portavoce"),
        ("/home/anna maria/bin/portavoce", '"/home/anna maria/bin/portavoce"'),
        ("/tmp/100%", "/tmp/100%%"),
        ("/tmp/$x y", '"/tmp/\\\\$x y"'),
    ],
)
def test_a_path_is_written_as_desktops_read_it(word: str, written: str) -> None:
    assert autostart._quoted(word) == written
