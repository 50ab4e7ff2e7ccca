"""The life of the window: one window a workspace, and a workspace that another process syncs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest
from PySide6.QtCore import QLockFile, Qt
from PySide6.QtNetwork import QLocalServer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QMenu
from sqlalchemy import select

from inbox_app.actions import backing_up
from inbox_app.app import App
from inbox_app.domain.deep_links import DeepLink
from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import MemberId, MessageId
from inbox_app.domain.words import AccountState
from inbox_app.events import Bus
from inbox_app.ingest.ingest import ingest
from inbox_app.paths import WorkspaceAddress, resolve_workspace
from inbox_app.settings import Settings, SettingsFile
from inbox_app.settings import Theme as Wanted
from inbox_app.storage import accounts
from inbox_app.storage.locks import EngineLock
from inbox_app.storage.schema import member, message
from inbox_app.storage.store import Store
from tests.ui.keeping import Keep
from tests.ui.patience import dialog_of, until
from tests.unit.ingest.tales import connect, said
from ui import languages
from ui.app_window import AppWindow
from ui.commands import Does
from ui.core import Core
from ui.desktop.notes import Note
from ui.members.timeline_page import TimelinePage
from ui.reminders.page import RemindersPage
from ui.session import Session
from ui.settings.page import SettingsPage
from ui.single_instance import SingleInstance, turn_of
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.vault.encryption_dialog import NewWorkspaceDialog
from ui.workspaces import workspace_of

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
        sessions.append(Session(keep(AppWindow(tasks, theme)), tasks, theme, open_core, settings=settings))
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
    await sqlite_store.write(connect)
    first, second = start(), start()
    assert await first.begin(sqlite_address)
    window = window_of(first)
    await until(lambda: window.workplace is not None, "the workspace")
    window.showMinimized()
    assert not await second.begin(sqlite_address)
    await until(lambda: window.isVisible() and not window.isMinimized(), "the first window in front")
    assert second.core is None
    assert not window_of(second).isVisible()


def test_one_workspace_is_one_whatever_link_leads_there_and_one_claims_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[bool] = []
    remove = QLocalServer.removeServer

    def look(name: str) -> bool:
        turns.append(QLockFile(turn_of(name)).tryLock(0))
        return remove(name)

    monkeypatch.setattr(QLocalServer, "removeServer", look)
    (tmp_path / "shop").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "shop")
    first, second = SingleInstance(), SingleInstance()
    assert first.claim(resolve_workspace(str(tmp_path / "shop")))
    assert not second.claim(resolve_workspace(str(tmp_path / "link")))
    assert turns == [False], "another start waits until the name is ours"
    first.release()
    assert second.claim(resolve_workspace(str(tmp_path / "shop")))
    second.release()


@pytest.mark.usefixtures("sqlite_store")
async def test_while_a_workspace_is_being_opened_nothing_else_can_be_chosen(
    tasks: Tasks, theme: Theme, keep: Keep, sqlite_address: WorkspaceAddress, troubles: list[str]
) -> None:
    window, gate = keep(AppWindow(tasks, theme)), asyncio.Event()

    async def open_core(address: WorkspaceAddress, *, create: bool) -> Core:
        await gate.wait()
        raise Refused("It is broken.")

    session = Session(window, tasks, theme, open_core)
    beginning = asyncio.ensure_future(session.begin(sqlite_address))
    shown = window.first_start
    await until(lambda: sqlite_address.name in [one.text() for one in shown.findChildren(QLabel)], "its name")
    assert not shown.practice.isEnabled()
    assert not shown.practice.isVisible()
    gate.set()
    await beginning
    assert troubles.pop() == "It is broken."
    assert shown.practice.isEnabled()
    assert shown.practice.isVisible()
    await session.close()


async def test_what_waits_out_of_sight_is_read_by_nobody(
    start: Start, sqlite_store: Store, sqlite_address: WorkspaceAddress
) -> None:
    account = await sqlite_store.write(connect)
    await sqlite_store.write(lambda tx: ingest(tx, account, [said("a", 1)]))
    session = start()
    assert await session.begin(sqlite_address, quietly=lambda: None)
    window = window_of(session)
    await until(lambda: window.workplace is not None and window.workplace.bridge.ids, "the workspace")
    assert not window.isVisible()
    place = window.workplace
    assert place is not None
    place.open(place.bridge.ids[0])
    await until(lambda: place.bridge.on_screen is not None and place.bridge.is_idle, "the conversation")
    assert place.bridge._reading.is_idle
    session.show_noted(None)
    await until(lambda: place.bridge.on_screen is not None and not place.bridge.on_screen.row.unread, "it read")


async def test_a_notification_leads_to_whom_it_is_about(
    start: Start, sqlite_store: Store, sqlite_address: WorkspaceAddress
) -> None:
    account = await sqlite_store.write(connect)
    await sqlite_store.write(lambda tx: ingest(tx, account, [said("a", 1, by="noor")]))
    (whose,) = await sqlite_store.read(lambda conn: conn.execute(select(member.c.id)).scalars().all())
    session = start()
    assert await session.begin(sqlite_address)
    await until(lambda: window_of(session).workplace, "the workspace")
    session.show_noted(Note("Reminder", member=MemberId(whose)))
    history = await dialog_of(window_of(session), TimelinePage)
    assert history._card.id == whose
    history.reject()
    session.show_noted(Note("2 reminders are due", several=True))
    (await dialog_of(window_of(session), RemindersPage)).reject()


async def test_a_quiet_start_with_something_to_say_is_seen(start: Start, sqlite_address: WorkspaceAddress) -> None:
    session = start()
    assert await session.begin(sqlite_address, quietly=lambda: None)
    assert window_of(session).isVisible(), "nothing is connected: the ways in are offered"


async def test_a_link_is_followed_at_the_start_and_by_the_window_that_is_open(
    start: Start, sqlite_store: Store, sqlite_address: WorkspaceAddress, troubles: list[str]
) -> None:
    account = await sqlite_store.write(connect)
    await sqlite_store.write(lambda tx: ingest(tx, account, [said("a", 1), said("b", 2)]))
    rows = await sqlite_store.read(lambda conn: conn.execute(select(message.c.id, message.c.conversation)).all())
    first, second = start(), start()
    for row in rows:
        link = DeepLink(MessageId(row.id), sqlite_address.name).text
        if first.core is None:
            assert await first.begin(sqlite_address, link)
        else:
            assert not await second.begin(sqlite_address, link)
        await until(partial(shows, first, row.conversation), "the message that the link leads to")


def shows(session: Session, wanted: str) -> bool:
    workplace = window_of(session).workplace
    return workplace is not None and workplace.bridge.opened == wanted


async def test_a_link_leads_to_no_workspace_that_was_never_opened_here(tmp_path: Path) -> None:
    known = Settings(recent_workspaces=(str(tmp_path / "brand"),))
    assert workspace_of("portavoce:message/1?workspace=brand", known) == str(tmp_path / "brand")
    for named in (str(tmp_path), "other", "postgresql://db.example/brand", ""):
        assert workspace_of(f"portavoce:message/1?workspace={quote(named, safe='')}", known) is None


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


async def test_as_long_as_there_is_no_account_the_welcome_comes_again(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first connect was given up: the next start offers the same ways in."""
    monkeypatch.setenv("PORTAVOCE_HOME", str(tmp_path))
    first = start()
    assert await first.begin(None)
    window_of(first).first_start.connect_channel.click()
    await until(lambda: dialogs(window_of(first)), "the dialog")
    dialogs(window_of(first))[0].reject()
    await until(window_of(first).first_start.connect_channel.isEnabled, "the welcome again")
    await first.close()

    again = start()
    own = resolve_workspace("inbox")
    assert own.database.exists()
    assert await again.begin(own)
    window = window_of(again)
    assert window.workplace is None
    assert window.first_start.isVisible()
    window.first_start.practice.click()
    await until(lambda: again.core is not None, "the practice room")
    assert again.core is not None
    assert again.core.address == resolve_workspace("practice"), "what was made for one's own is left alone"
    assert window.windowTitle() == "Practice room – Portavoce", "in the person's language, not as its folder is called"


def dialogs(window: AppWindow) -> list[QDialog]:
    return [one for one in window.findChildren(QDialog) if one.isVisible()]


async def test_history_without_an_account_is_still_shown(
    start: Start, sqlite_store: Store, sqlite_address: WorkspaceAddress
) -> None:
    account = await sqlite_store.write(connect)
    await sqlite_store.write(lambda tx: ingest(tx, account, [said("a", 1)]))
    await sqlite_store.write(lambda tx: accounts.set_state(tx, account, AccountState.REMOVED))
    session = start()
    assert await session.begin(sqlite_address)
    assert window_of(session).workplace is not None


async def test_the_name_of_the_workspace_leads_to_the_others(
    start: Start, sqlite_store: Store, sqlite_address: WorkspaceAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAVOCE_HOME", str(tmp_path / "home"))
    await sqlite_store.write(connect)
    other = resolve_workspace(str(tmp_path / "other"))
    made = await Store.open(other, Bus(), create=True)
    await made.write(connect)
    await made.close()
    first = start()
    assert await first.begin(other)
    await first.close()

    session = start()
    assert await session.begin(sqlite_address)
    window = window_of(session)
    assert window.workplace is not None
    QTest.mouseClick(window.workplace.sidebar, Qt.MouseButton.LeftButton, pos=window.workplace.sidebar.switch.pos())
    await until(lambda: menus(window), "the menu of workspaces")
    (menu,) = menus(window)
    names = [one.text() for one in menu.actions() if one.text()]
    closed = "A closed workspace neither syncs nor reminds."
    assert names[:4] == [sqlite_address.name, closed, "other", "Practice room"]
    assert names[4:] == ["New workspace…", "Encryption of this workspace…"]
    next(one for one in menu.actions() if one.text() == "other").trigger()
    menu.close()
    await until(lambda: session.core is not None and session.core.address == other, "the other workspace")
    await until(lambda: window.windowTitle() == "other – Portavoce", "its name")


async def test_nobody_is_held_by_a_workspace_that_is_empty(
    start: Start, sqlite_store: Store, sqlite_address: WorkspaceAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAVOCE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    await sqlite_store.write(connect)
    session = start()
    assert await session.begin(sqlite_address)
    window = window_of(session)
    await until(lambda: window.workplace is not None, "the workspace")
    window.give(Does.NEW_WORKSPACE)
    asked = await dialog_of(window, NewWorkspaceDialog)
    asked.name.setText("empty")
    asked.go.click()
    await until(lambda: window.workplace is None and window.first_start.others.isVisible(), "its welcome")
    window.first_start.settings.click()
    page = await dialog_of(window, SettingsPage)
    page.languages.setCurrentIndex(page.languages.findData("it"))
    page.languages.activated.emit(page.languages.currentIndex())
    await until(lambda: window.first_start.settings.accessibleName() == "Impostazioni…", "the welcome in Italian")
    (await dialog_of(window, SettingsPage)).reject()
    languages.speak("en")
    await until(window.first_start.others.isVisible, "the way back")
    window.first_start.others.click()
    await until(lambda: bool(menus(window)), "the menu")
    (menu,) = menus(window)
    back = next(one for one in menu.actions() if one.text() == sqlite_address.name)
    back.trigger()
    menu.close()
    await until(lambda: session.core is not None and window.workplace is not None, "the workspace again")
    assert session.core is not None
    assert session.core.address == sqlite_address


def menus(window: AppWindow) -> list[QMenu]:
    return [one for one in window.findChildren(QMenu) if one.isVisible()]


async def test_light_and_dark_change_by_a_command_and_stay(
    start: Start, sqlite_store: Store, sqlite_address: WorkspaceAddress, theme: Theme
) -> None:
    await sqlite_store.write(connect)
    session = start()
    assert await session.begin(sqlite_address)
    assert session.core is not None
    try:
        window_of(session).give(Does.THEME)
        await until(lambda: theme.tokens.dark, "the dark one")
        kept = session.core.settings
        await until(lambda: kept.current.theme is Wanted.DARK, "it kept")
        window_of(session).give(Does.THEME)
        await until(lambda: kept.current.theme is Wanted.LIGHT, "the light one")
    finally:
        theme.wear(Wanted.LIGHT)


async def test_a_backup_takes_the_place_of_the_workspace(
    start: Start, sqlite_store: Store, sqlite_address: WorkspaceAddress
) -> None:
    account = await sqlite_store.write(connect)
    await sqlite_store.write(lambda tx: ingest(tx, account, [said("early", 0)]))
    backup = await backing_up.make(sqlite_store, sqlite_address)
    await sqlite_store.write(lambda tx: ingest(tx, account, [said("late", 1)]))
    await sqlite_store.close()
    session = start()
    assert await session.begin(sqlite_address)
    window = window_of(session)
    await until(lambda: window.workplace is not None and len(window.workplace.bridge.ids) == 2, "the workspace")
    before = window.workplace
    assert before is not None
    before.vault.over_asked.emit(backup.path)
    await until(
        lambda: window.workplace not in (None, before) and len(window.workplace.bridge.ids) == 1, "the backup's list"
    )
    shown = window.workplace
    assert shown is not None
    (aside,) = sqlite_address.backups.glob("before-restore-*.db")
    await until(lambda: aside.name in shown.toast.words.accessibleName(), "where the old one lies")


async def test_what_cannot_be_restored_leaves_the_workspace(
    start: Start, sqlite_store: Store, sqlite_address: WorkspaceAddress, tmp_path: Path, troubles: list[str]
) -> None:
    account = await sqlite_store.write(connect)
    await sqlite_store.write(lambda tx: ingest(tx, account, [said("early", 0)]))
    await sqlite_store.close()
    session = start()
    assert await session.begin(sqlite_address)
    window = window_of(session)
    await until(lambda: window.workplace is not None and len(window.workplace.bridge.ids) == 1, "the workspace")
    before = window.workplace
    assert before is not None
    before.vault.over_asked.emit(tmp_path)
    await until(
        lambda: window.workplace not in (None, before) and len(window.workplace.bridge.ids) == 1, "the list once more"
    )
    assert window.trouble.isVisible()
    assert "no backup of Portavoce" in troubles.pop()
