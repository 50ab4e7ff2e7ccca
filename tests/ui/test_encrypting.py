"""Encrypted workspaces in the window: made, encrypted later, unlocked by the phrase, made readable again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu, QMessageBox

from inbox_app.actions.encrypting import NewKey
from inbox_app.app import App
from inbox_app.events import Bus
from inbox_app.ingest.ingest import ingest
from inbox_app.paths import WorkspaceAddress, resolve_workspace
from inbox_app.sealing.key import make_content_key
from inbox_app.sealing.phrase import phrase_of
from inbox_app.settings import SettingsFile
from inbox_app.storage import cipher, converting
from inbox_app.storage.store import Store
from tests.ui.keeping import Keep
from tests.ui.patience import closed, dialog_of, until
from tests.unit.ingest.tales import connect, said
from ui.app_window import AppWindow
from ui.commands import Does
from ui.core import Core
from ui.session import Session
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.vault.encryption_dialog import Change, EncryptionDialog, NewWorkspaceDialog
from ui.vault.phrase_dialog import PhraseDialog
from ui.vault.phrase_sheet import write_sheet
from ui.vault.unlock_dialog import UnlockDialog, ask_phrase

pytestmark = pytest.mark.ui


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WorkspaceAddress:
    monkeypatch.setenv("PORTAVOCE_HOME", str(tmp_path))
    monkeypatch.setenv("PORTAVOCE_KEYRING", "session")
    return resolve_workspace("brand")


@pytest.fixture
async def filled(address: WorkspaceAddress) -> WorkspaceAddress:
    store = await Store.open(address, Bus(), create=True)
    account = await store.write(connect)
    await store.write(lambda tx: ingest(tx, account, [said("a", 1, text="A secret recipe")]))
    await store.close()
    return address


@pytest.fixture
async def start(
    tasks: Tasks, theme: Theme, keep: Keep, tmp_path: Path, address: WorkspaceAddress
) -> AsyncIterator[Callable[[], Session]]:
    settings = SettingsFile(tmp_path / "settings.json")
    sessions: list[Session] = []

    def begin() -> Session:
        window = keep(AppWindow(tasks, theme))

        async def open_core(address: WorkspaceAddress, *, create: bool) -> Core:
            return await App.open(
                address, {}, settings, create=create, ask_phrase=lambda name, why: ask_phrase(theme, window, name, why)
            )

        sessions.append(Session(window, tasks, theme, open_core))
        return sessions[-1]

    yield begin
    for one in sessions:
        await one.close()


def window_of(session: Session) -> AppWindow:
    window = session.parent()
    assert isinstance(window, AppWindow)
    return window


async def shown(session: Session) -> None:
    """The workspace is open, with its conversation in the list."""
    window = window_of(session)
    await until(lambda: window.workplace is not None and len(window.workplace.bridge.ids) == 1, "the list")


async def type_back(window: AppWindow) -> str:
    dialog = await dialog_of(window, PhraseDialog)
    assert not dialog.go.isEnabled()
    dialog.typed.setText("ABCD")
    assert "56" in dialog.problem.text()
    press_enter(dialog.typed)
    assert dialog.findChildren(QFileDialog) == [], "Enter too early saves no phrase"
    phrase = dialog._made.phrase
    dialog.typed.setText(phrase.lower())
    assert dialog.go.isEnabled()
    press_enter(dialog.typed)
    return phrase


def press_enter(field: QLineEdit) -> None:
    QTest.keyClick(field, Qt.Key.Key_Return)


async def test_it_is_encrypted_and_made_readable_again(start: Callable[[], Session], filled: WorkspaceAddress) -> None:
    session = start()
    window = window_of(session)
    await session.begin(filled)
    await shown(session)
    window.give(Does.ENCRYPTION)
    dialog = await dialog_of(window, EncryptionDialog)
    assert set(dialog.buttons) == {Change.ENCRYPT}
    dialog.buttons[Change.ENCRYPT].click()
    await type_back(window)
    # Kept nowhere, since keys live for one session here: opened with the key at hand.
    await until(lambda: cipher.is_encrypted(filled) and session.core is not None, "the encrypted workspace")
    await shown(session)
    window.give(Does.ENCRYPTION)
    dialog = await dialog_of(window, EncryptionDialog)
    assert set(dialog.buttons) == {Change.DECRYPT, Change.NEW_KEY}
    dialog.buttons[Change.DECRYPT].click()
    sure = await dialog_of(window, QMessageBox)
    next(one for one in sure.buttons() if sure.buttonRole(one) is QMessageBox.ButtonRole.AcceptRole).click()
    await until(lambda: not cipher.is_encrypted(filled) and session.core is not None, "the plain workspace")
    await shown(session)


async def test_who_does_not_type_the_phrase_back_changes_nothing(
    start: Callable[[], Session], filled: WorkspaceAddress
) -> None:
    session = start()
    window = window_of(session)
    await session.begin(filled)
    await shown(session)
    window.give(Does.ENCRYPTION)
    (await dialog_of(window, EncryptionDialog)).buttons[Change.ENCRYPT].click()
    dialog = await dialog_of(window, PhraseDialog)
    dialog.typed.setText(phrase_of(make_content_key()))
    assert "not the phrase" in dialog.problem.text()
    assert not dialog.go.isEnabled()
    dialog.reject()
    await closed(dialog)
    assert session.core is not None
    assert not cipher.is_encrypted(filled)


async def test_the_phrase_unlocks_it_and_a_wrong_one_is_explained(
    start: Callable[[], Session], filled: WorkspaceAddress
) -> None:
    key = make_content_key()
    await asyncio.to_thread(converting.convert, filled, key, lambda _words: None)
    session = start()
    window = window_of(session)
    beginning = asyncio.ensure_future(session.begin(filled))
    dialog = await dialog_of(window, UnlockDialog)
    assert "recovery phrase" in dialog.why.text()
    other = phrase_of(make_content_key())
    dialog.typed.setText(other[:-1] + ("0" if other[-1] != "0" else "1"))
    press_enter(dialog.typed)
    assert dialog.isVisible(), "one wrong sign is mended where it stands"
    assert "sign" in dialog.problem.text()
    dialog.typed.setText(other)
    press_enter(dialog.typed)
    await until(lambda: _asks_because(window, "another workspace"), "the question once more")
    again = next(one for one in window.findChildren(UnlockDialog) if one.isVisible())
    again.typed.setText(phrase_of(key))
    press_enter(again.typed)
    await beginning
    await shown(session)


def _asks_because(window: AppWindow, why: str) -> bool:
    return any(one.isVisible() and why in one.why.text() for one in window.findChildren(UnlockDialog))


async def test_who_gives_up_unlocking_is_told_and_can_go_elsewhere(
    start: Callable[[], Session], filled: WorkspaceAddress, troubles: list[str]
) -> None:
    await asyncio.to_thread(converting.convert, filled, make_content_key(), lambda _words: None)
    session = start()
    window = window_of(session)
    beginning = asyncio.ensure_future(session.begin(filled))
    (await dialog_of(window, UnlockDialog)).reject()
    await beginning
    await until(lambda: troubles, "the sentence")
    assert "recovery phrase" in troubles.pop()
    assert window.first_start.practice.isEnabled()


async def test_a_new_workspace_is_made_encrypted(start: Callable[[], Session], filled: WorkspaceAddress) -> None:
    session = start()
    window = window_of(session)
    await session.begin(filled)
    await shown(session)
    window.give(Does.NEW_WORKSPACE)
    dialog = await dialog_of(window, NewWorkspaceDialog)
    assert not dialog.go.isEnabled()
    dialog.name.setText("brand")
    assert "already" in dialog.problem.text()
    dialog.name.setText("other")
    dialog.encrypted.setChecked(True)
    press_enter(dialog.name)
    await type_back(window)
    there = resolve_workspace("other")
    await until(lambda: cipher.is_encrypted(there) and window.workplace is None, "the new workspace")
    await until(lambda: "other" in window.windowTitle(), "its name")


async def test_the_menu_says_which_are_encrypted(start: Callable[[], Session], filled: WorkspaceAddress) -> None:
    session = start()
    window = window_of(session)
    await session.begin(filled)
    await shown(session)
    sealed = resolve_workspace("sealed")
    key = make_content_key()
    store = await Store.open(replace(sealed, key=key), Bus(), create=True)
    await store.close()
    assert session.core is not None
    session.core.settings.change(lambda now: now.opened("sealed").opened("brand"))
    window.give(Does.WORKSPACES)
    menus: list[QMenu] = []

    def look() -> bool:
        menus[:] = [one for one in window.findChildren(QMenu) if one.isVisible()]
        return bool(menus)

    await until(look, "the menu")
    names = [one.text() for one in menus[0].actions() if one.text()]
    assert "sealed (encrypted)" in names
    assert "brand" in names
    assert not next(one for one in menus[0].actions() if one.text() == "sealed (encrypted)").icon().isNull()
    menus[0].close()


def test_a_server_is_told_to_encrypt_itself(theme: Theme, keep: Keep) -> None:
    dialog = keep(EncryptionDialog(theme, None, "team", encrypted=False, on_server=True))
    assert dialog.buttons == {}


def test_the_sheet_holds_the_phrase_and_is_private(qapp: QApplication, tmp_path: Path) -> None:
    key = make_content_key()
    made = NewKey(key, phrase_of(key))
    path = tmp_path / "sheet.pdf"
    write_sheet(path, "brand", made.phrase)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes().startswith(b"%PDF")
