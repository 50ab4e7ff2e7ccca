"""The settings: what is chosen holds at once and is kept; the language changes without a restart."""

from __future__ import annotations

import sys
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QRadioButton

from inbox_app.app import App
from inbox_app.domain.ids import AccountId
from inbox_app.i18n import current_language
from inbox_app.ingest.ingest import ingest
from inbox_app.paths import WorkspaceAddress
from inbox_app.settings import Density, Settings, SettingsFile
from inbox_app.settings import Theme as Wanted
from inbox_app.storage.store import Store
from tests.ui.keeping import Keep
from tests.ui.patience import closed, dialog_of, until
from tests.unit.ingest.tales import connect, said
from ui.app_window import AppWindow
from ui.closing import ClosingDialog
from ui.command_bar import KeysPage
from ui.commands import Does, Where, commands, keys_of, wear_keys
from ui.composer.text_field import TextField
from ui.core import Core
from ui.desktop import autostart
from ui.desktop.autostart import AtLogin
from ui.inbox.search_field import SearchField
from ui.inbox.segments import Segments
from ui.key_dialog import KeyDialog
from ui.screen_room import FRAME
from ui.session import Session
from ui.settings.page import Edit, SettingsPage
from ui.tasks import Tasks
from ui.theme import fonts
from ui.theme.theme import Theme
from ui.theme.tokens import ROW_HEIGHT, TALL_ROW
from ui.theme.widgets import Avatar, ChoiceBox, ToolButton
from ui.workplace import Workplace

pytestmark = pytest.mark.ui

Kind = TypeVar("Kind", bound=QDialog)


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
    wear_keys({})


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


async def test_a_window_of_its_own_stays_when_the_language_changes(window: AppWindow) -> None:
    assert window.workplace is not None
    before = window.workplace
    (wanted,) = before.bridge.ids
    before.open(wanted)
    await until(lambda: before.answering.writing.conversation == wanted, "the conversation")
    before.give(Does.DETACH)
    own = before.detaching.windows[wanted]
    await until(lambda: own.answering.writing.conversation == wanted, "its window")
    QTest.keyClicks(own.composer.field, "Begun")
    own.resize(520, 460)
    own.move(60, 40)
    stood = own.geometry()
    window.give(Does.SETTINGS)
    pick((await page_of(window)).languages, "it")
    page = await page_of(window, "Impostazioni")
    place = window.workplace
    assert place is not before
    again = place.detaching.windows[wanted]
    await until(lambda: again.isVisible() and again.composer.text == "Begun", "what was begun, in its window")
    assert again.accessibleName() == "Conversazione in una finestra a parte"
    assert again.geometry() == stood
    place.open(wanted)
    assert not place.composer.isVisible(), "it is written in one place"
    page.reject()


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_the_fields_of_all_parts_begin_below_each_other(theme: Theme, keep: Keep, scale: float) -> None:
    page = keep(SettingsPage(theme, None, Settings(), at_login=None))
    page.show()
    theme.wear(Wanted.LIGHT, scale)
    QApplication.processEvents()
    fields = (page.languages, page.looks, page.sizes, page.densities, page.motions, page.undo)
    assert len({field.mapTo(page, QPoint(0, 0)).x() for field in fields}) == 1


async def test_colours_size_and_undo_hold_at_once_and_are_kept(
    window: AppWindow, settings: SettingsFile, theme: Theme
) -> None:
    window.give(Does.SETTINGS)
    page = await page_of(window)
    pick(page.languages, settings.current.language)
    assert page.isVisible(), "the language that is spoken changes nothing"
    page.looks.choose(Wanted.DARK)
    page.looks.chosen.emit(Wanted.DARK)
    before = page.width()
    pick(page.sizes, 1.5)
    room = page.screen().availableSize().width() - FRAME.width()
    assert page.width() == max(before, min(room, round(before * 1.5))), "the page grows with what is written on it"
    pick(page.undo, 30)
    assert (theme.tokens.dark, theme.scale) == (True, 1.5)
    assert window.workplace is not None
    written = [*window.workplace.findChildren(SearchField), *window.workplace.findChildren(TextField)]
    written += [button for one in window.workplace.findChildren(Segments) for button in one.findChildren(QRadioButton)]
    assert len(written) > 5
    assert [type(one).__name__ for one in written if one.font().pixelSize() < fonts.META * theme.scale] == []
    assert_grown(window.workplace, theme.scale)
    pick(page.sizes, 1.0)
    assert_grown(window.workplace, 1.0)
    pick(page.sizes, 1.5)
    await until(lambda: settings.current.undo_seconds == 30, "the undo kept")
    await until(lambda: (settings.current.theme, settings.current.text_scale) == (Wanted.DARK, 1.5), "the look kept")
    page.reject()


def assert_grown(place: Workplace, scale: float) -> None:
    """What stands beside text is as much larger as the text is."""
    (emblem,) = place.sidebar.findChildren(Avatar)
    assert emblem.width() == 30 * scale
    buttons = [*place.findChildren(ToolButton), *place.thread_view.header.findChildren(QPushButton)]
    assert {one.iconSize().width() / scale for one in buttons if not one.icon().isNull()} <= {14, 16}


async def test_conversations_stand_close_together_at_once(
    window: AppWindow, settings: SettingsFile, theme: Theme
) -> None:
    assert window.workplace is not None
    window.resize(1366, 768)
    listing = window.workplace.list.view
    window.give(Does.SETTINGS)
    page = await page_of(window)
    await until(lambda: listing.rowHeight(0) == theme.scaled(ROW_HEIGHT), "a row of one line")
    roomy = listing.rowHeight(0)
    page.densities.choose(Density.COMPACT)
    page.densities.chosen.emit(Density.COMPACT)
    await until(lambda: 0 < listing.rowHeight(0) < roomy, "the rows closer")
    await until(lambda: settings.current.density is Density.COMPACT, "it kept")
    close = listing.rowHeight(0)
    window.resize(1200, 900)
    await until(lambda: listing.height() > theme.scaled(700), "a higher list")
    assert listing.rowHeight(0) == close, "one line, whatever the room"
    theme.stand(Density.COMFORTABLE)
    assert listing.rowHeight(0) == theme.scaled(TALL_ROW) > roomy
    page.reject()


async def test_texts_of_deleted_messages_are_hidden_at_once(
    window: AppWindow, settings: SettingsFile, theme: Theme
) -> None:
    window.give(Does.SETTINGS)
    page = await page_of(window)
    page.withholding.click()
    await until(lambda: theme.withholds_deleted and settings.current.withhold_deleted, "it kept")
    assert SettingsFile(settings._path).current.withhold_deleted, "at the next start too"
    page.withholding.click()
    assert not theme.withholds_deleted
    await until(lambda: not settings.current.withhold_deleted, "the other way too")
    page.reject()


async def test_whoever_wants_no_movement_has_none_at_once(
    window: AppWindow, settings: SettingsFile, theme: Theme
) -> None:
    theme.motion.wanted = True
    window.give(Does.SETTINGS)
    page = await page_of(window)
    page.motions.choose(False)
    page.motions.chosen.emit(False)
    assert not theme.motion.moves
    await until(lambda: settings.current.motion is False, "it kept")
    page.reject()


async def test_what_another_window_changes_holds_here_too(
    window: AppWindow, settings: SettingsFile, theme: Theme
) -> None:
    def edit(current: Settings) -> Settings:
        return replace(current, theme=Wanted.DARK, undo_seconds=60, keys={"settings": "Ctrl+Alt+Y"})

    SettingsFile(settings.folder / "settings.json").change(edit)
    await until(lambda: theme.tokens.dark, "the colours of the other window")
    assert settings.current.undo_seconds == 60
    assert keys_of(Does.SETTINGS)[0] == "Ctrl+Alt+Y"


async def test_what_is_chosen_last_is_kept_however_long_the_one_before_takes(
    window: AppWindow, settings: SettingsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    change, later, kept = settings.change, threading.Event(), list[int]()

    def slow(edit: Edit) -> Settings:
        if edit(settings.current).undo_seconds == 30:
            later.wait(0.2)
        changed = change(edit)
        kept.append(changed.undo_seconds)
        later.set()
        return changed

    monkeypatch.setattr(settings, "change", slow)
    window.give(Does.SETTINGS)
    page = await page_of(window)
    for seconds in (30, 60):
        pick(page.undo, seconds)
    await until(lambda: len(kept) == 2, "both kept")
    assert kept == [30, 60]
    page.reject()


async def test_what_the_desktop_could_not_be_told_is_not_shown_as_done(
    window: AppWindow, tmp_path: Path, troubles: list[str]
) -> None:
    (tmp_path / "config").write_text("no folder")
    window.give(Does.SETTINGS)
    page = await page_of(window)
    page.at_login.click()
    await until(lambda: bool(troubles) and not page.at_login.isChecked(), "the truth")
    assert "could not be arranged" in troubles.pop()
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
    (opens,) = [line for line in lines if line.startswith("Exec=")]
    page.minimised.click()
    await until(lambda: f"{opens} --minimised" in file.read_text("utf-8").splitlines(), "a quiet start")
    page.reject()
    window.give(Does.SETTINGS)
    again = await page_of(window)
    assert again.at_login.isChecked()
    assert again.minimised.isChecked()
    again.at_login.click()
    await until(lambda: not file.exists(), "the file gone")
    again.reject()


async def test_another_workspace_waits_until_what_can_be_taken_back_is_decided(
    window: AppWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PORTAVOCE_HOME", str(tmp_path / "home"))
    place = window.workplace
    assert place is not None
    place.open(place.bridge.ids[0])
    await until(lambda: place.answering.writing.conversation, "the draft")
    QTest.keyClicks(place.composer.field, "Too early")
    place.give(Does.SEND)
    await until(lambda: place.leaving.waiting and place.answering.writing.is_idle, "the countdown")
    window.give(Does.PRACTICE)
    asked = await dialog_of(window, ClosingDialog)
    assert "this workspace" in asked.about.text()
    asked.reject()
    await closed(asked)
    assert window.workplace is place
    window.give(Does.PRACTICE)
    (await dialog_of(window, ClosingDialog)).buttons["back"].click()
    await until(lambda: window.workplace is not place, "the other workspace")


async def test_a_command_gets_another_key_and_its_first_one_back(window: AppWindow, settings: SettingsFile) -> None:
    assert window.workplace is not None
    window.give(Does.KEYS)
    keys = await dialog_of(window, KeysPage)
    keys.choices.chosen.emit(Does.DONE)
    dialog = await dialog_of(window, KeyDialog)
    dialog.field.setKeySequence(QKeySequence("Ctrl+K"))
    assert "All commands" in dialog.said.text()
    assert not dialog.save.isEnabled()
    dialog.field.setKeySequence(QKeySequence("G"))
    assert not dialog.save.isEnabled(), "G begins other keys"
    dialog.field.setKeySequence(QKeySequence("Ctrl+D"))
    assert dialog.save.isEnabled()
    dialog.save.click()
    await until(lambda: dict(settings.current.keys) == {"done": "Ctrl+D"}, "it kept")
    await until(lambda: keys_of(Does.DONE) == ("Ctrl+D",), "it worn")
    assert window.shortcuts is not None
    heard = [shortcut.key().toString() for command, shortcut in window.shortcuts.made if command.does is Does.DONE]
    assert heard == ["Ctrl+D"]

    (await dialog_of(window, KeysPage)).choices.chosen.emit(Does.DONE)
    (await dialog_of(window, KeyDialog)).usual.click()
    await until(lambda: keys_of(Does.DONE) == ("E",), "the first key")
    assert dict(settings.current.keys) == {}
    (await dialog_of(window, KeysPage)).reject()


def test_a_letter_of_ones_own_is_typed_where_one_types() -> None:
    try:
        wear_keys({"send": "X", "done": "F7", "nonsense": "Y"})
        where = {command.does: command.where for command in commands()}
        assert (where[Does.SEND], where[Does.DONE]) == (Where.OUTSIDE_TEXT, Where.ANYWHERE)
        assert keys_of(Does.SEND) == ("X",)
        assert keys_of(Does.UNDO) == ("Z", "Ctrl+Z")
    finally:
        wear_keys({})


def test_no_desktop_reads_what_stands_within_the_walls_of_a_flatpak() -> None:
    assert not autostart.is_possible({"FLATPAK_ID": "app.portavoce.Portavoce"})
    assert autostart.is_possible({}) is (sys.platform == "linux")


def test_a_checkout_is_opened_at_login_in_its_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(__file__).parents[2]
    monkeypatch.setattr(sys, "argv", [str(root / "inbox_app/__main__.py")])
    monkeypatch.setattr("shutil.which", lambda _name: None)
    autostart.arrange(AtLogin.OPENS, {"XDG_CONFIG_HOME": str(tmp_path)})
    lines = next((tmp_path / "autostart").iterdir()).read_text("utf-8").splitlines()
    assert any(one.startswith("Exec=") and one.endswith(" -m inbox_app") for one in lines)
    assert f"Path={root}" in lines


def test_what_the_desktop_switched_off_is_off(tmp_path: Path) -> None:
    here = {"XDG_CONFIG_HOME": str(tmp_path)}
    autostart.arrange(AtLogin.OPENS_MINIMISED, here)
    assert autostart.arranged(here) is AtLogin.OPENS_MINIMISED
    (file,) = (tmp_path / "autostart").iterdir()
    file.write_text(file.read_text("utf-8") + "Hidden=true\n", "utf-8")
    assert autostart.arranged(here) is AtLogin.NOTHING


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
