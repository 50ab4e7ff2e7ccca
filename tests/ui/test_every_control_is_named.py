"""What assistive programs see: every control of every page and dialog has a name, as Qt's accessible tree tells it."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from weakref import ref

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QPushButton,
    QScrollArea,
    QWidget,
)

from connectors import CATALOGUE
from inbox_app.actions import writing as decisions
from inbox_app.actions.encrypting import NewKey
from inbox_app.actions.keeping_secrets import Obstacle, Way
from inbox_app.content.mime import parse_mail
from inbox_app.content.parsed import ParsedMail
from inbox_app.contract.limits import Limits
from inbox_app.domain.emptying import Holdings
from inbox_app.sealing.key import make_content_key
from inbox_app.sealing.phrase import phrase_of
from inbox_app.settings import Settings
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.ui.sample import ACCOUNTS
from tests.ui.sample_people import CARD
from tests.ui.sample_threads import THREAD
from tests.unit.ingest.tales import said
from ui.accounts.keyring import KeyringDialog
from ui.accounts.letter_habits import LetterHabits
from ui.accounts.removing import RemoveDialog
from ui.app_window import AppWindow
from ui.closing import ClosingDialog
from ui.commands import Does
from ui.community.lines import LinesPage
from ui.composer.later_dialog import LaterDialog
from ui.conversation.attached_mail import AttachedMail
from ui.conversation.edit_dialog import EditDialog
from ui.conversation.file_viewer import FileViewer, Look
from ui.conversation.history_dialog import HistoryDialog
from ui.desktop.autostart import AtLogin
from ui.dialogs import PassphraseDialog
from ui.key_dialog import KeyDialog
from ui.line_dialog import LineDialog, Wanted
from ui.members.field_dialog import FieldDialog
from ui.members.split_dialog import SplitDialog
from ui.rules.editor import NEW
from ui.rules.over_history import OverHistoryDialog
from ui.settings.page import SettingsPage
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.theme.titled import Title
from ui.vault.encryption_dialog import EncryptionDialog, NewWorkspaceDialog
from ui.vault.phrase_dialog import PhraseDialog
from ui.vault.restore_dialog import RestoreDialog
from ui.vault.unlock_dialog import UnlockDialog
from ui.workplace import Workplace

pytestmark = pytest.mark.ui
Role = QAccessible.Role
SPOKEN = {
    Role.Button, Role.CheckBox, Role.RadioButton,
    Role.ComboBox, Role.EditableText, Role.List, Role.Table, Role.Tree, Role.ListItem, Role.Cell, Role.MenuItem,
    Role.Link, Role.PageTab, Role.SpinBox, Role.Slider, Role.ButtonMenu, Role.ButtonDropDown, Role.Dialog,
}  # fmt: skip
MOST = 20_000


def every(root: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    """The tree below, breadth first."""
    waiting, count = [root], 0
    while waiting and count < MOST:
        one = waiting.pop(0)
        count += 1
        if one.state().invisible:
            continue
        yield one
        waiting += [child for place in range(min(one.childCount(), 200)) if (child := one.child(place)) is not None]


def unnamed(widget: QWidget) -> list[str]:
    """Controls in sight without a name, and what the keyboard stops at without being told as anything."""
    root = QAccessible.queryAccessibleInterface(widget)
    assert root is not None
    found, nameless = 0, []
    for one in every(root):
        if one.role() in SPOKEN:
            found += 1
            if not one.text(QAccessible.Text.Name).strip():
                held = one.object()
                nameless.append(f"{one.role().name} {type(held).__name__}")
        elif one.state().focusable and one.role() in (Role.Client, Role.NoRole):
            nameless.append(f"“{one.text(QAccessible.Text.Name)}” is told as nothing")
    assert found, "the tree has controls at all"
    return nameless


def amiss(widget: QWidget) -> list[str]:
    """What is told otherwise than it is seen: a button by another word or with half of its own, a choice by its value
    alone, and an area that the keyboard stops at on its way to what is inside.
    """
    named = {buddy for label in widget.findChildren(QLabel) if (buddy := label.buddy()) is not None}
    found = [
        f"“{one.text()}” is told as “{one.accessibleName()}”"
        for one in widget.findChildren(QAbstractButton)
        if one.isVisible() and _plain(one.text()) not in _plain(one.accessibleName() or one.text())
    ]
    found += [
        f"“{one.text()}” is cut"
        for one in widget.findChildren(QPushButton)
        if one.isVisible() and one.width() < one.minimumSizeHint().width()
    ]
    found += [
        f"“{one.currentText()}” of nothing"
        for one in widget.findChildren(QComboBox)
        if one.isVisible() and one not in named and not one.accessibleDescription()
    ]
    found += [
        f"a stop at the area “{one.accessibleName()}”"
        for one in widget.findChildren(QScrollArea)
        if _is_stop(one) and any(map(_is_stop, one.viewport().findChildren(QWidget)))
    ]
    return found


def _plain(words: str) -> str:
    return words.replace("&", "").strip(" …").casefold()


def _is_stop(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isVisible() and widget.isEnabled()


@pytest.fixture
async def window(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[AppWindow]:
    core.catalogue = CATALOGUE
    await core.tell(said("a", 1), said("b", 2, parent="a"), said("c", 3))
    made = keep(AppWindow(tasks, theme))
    made.resize(1640, 960)
    place = Workplace(core, tasks, theme)
    made.put_in(place)
    made.show()
    await until(lambda: len(place.bridge.ids) == 2, "the list")
    place.open(place.bridge.ids[1])
    await until(lambda: place.is_settled and place.bridge.on_screen is not None, "the conversation")
    yield made
    await place.close_down()


def place_in(window: AppWindow) -> Workplace:
    assert window.workplace is not None
    return window.workplace


def test_the_measure_finds_what_has_no_name(theme: Theme, keep: Keep) -> None:
    from PySide6.QtWidgets import QToolButton

    room = keep(QWidget())
    QToolButton(room)
    QWidget(room).setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    room.show()
    assert len(unnamed(room)) == 2


def test_the_first_start(theme: Theme, tasks: Tasks, keep: Keep) -> None:
    made = keep(AppWindow(tasks, theme))
    made.show()
    assert unnamed(made) == []


async def test_the_inbox_with_a_conversation_and_a_draft(window: AppWindow) -> None:
    place_in(window).composer.field.insertPlainText("Hello")
    QApplication.processEvents()
    assert unnamed(window) + amiss(window) == []
    tabs = map(QAccessible.queryAccessibleInterface, place_in(window).list.states.buttons.values())
    assert {one.role() for one in tabs if one is not None} == {Role.RadioButton}


async def test_a_search_and_its_hits(window: AppWindow) -> None:
    place = place_in(window)
    place.list.search.setText("text")
    place.list.search._tell()
    await until(lambda: place._search.words == "text" and place.is_settled, "the hits")
    assert unnamed(window) == []


async def test_what_is_about_to_leave(window: AppWindow, core: StoreCore) -> None:
    place = place_in(window)
    place.composer.field.insertPlainText("Hello")
    place.give(Does.SEND)
    await until(place.leaving.isVisible, "the bar")
    await until(lambda: place.is_settled, "the thread")
    assert unnamed(window) == []
    await decisions.undo(core.store, place.leaving.waiting[0].id)


async def test_a_window_of_its_own(window: AppWindow) -> None:
    place = place_in(window)
    place.give(Does.DETACH)
    (made,) = place.detaching.windows.values()
    await until(lambda: made.bridge.on_screen is not None and made.answering.writing.is_idle, "it")
    assert unnamed(made) == []
    assert unnamed(window) == []


async def test_the_tour(window: AppWindow) -> None:
    window.give(Does.TOUR)
    tour = window.touring.tour
    assert tour is not None
    assert unnamed(tour) == []


def dialog() -> QDialog | None:
    """The one in front."""
    shown = (one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible())
    return next(shown, None)


async def names_in(shown: QDialog) -> list[str]:
    """What has no name in it, once it is filled; it is closed again."""
    await until(lambda: bool(getattr(shown, "is_settled", True)), f"all of {type(shown).__name__}", 30)
    shown.grab()
    await until(lambda: bool(getattr(shown, "is_settled", True)), f"all of {type(shown).__name__}", 30)
    nameless = [f"{type(shown).__name__}: {one}" for one in unnamed(shown)]
    if not isinstance(shown, QFileDialog):
        nameless += [f"{type(shown).__name__}: {one}" for one in amiss(shown)]
    is_ours = not isinstance(shown, QFileDialog)
    if is_ours and not shown.windowFlags() & Qt.WindowType.FramelessWindowHint:
        # What has a frame says inside what it is too, at its place: some desktops draw none.
        assert [(one.text(), one.pos()) for one in shown.findChildren(Title)] == [(shown.windowTitle(), QPoint(20, 18))]
    shown.reject()
    await until(lambda: dialog() is not shown, f"the end of {type(shown).__name__}")
    return nameless


DIALOGS = (
    Does.COMMANDS, Does.KEYS, Does.SNOOZE, Does.TAG, Does.ADD_ACCOUNT, Does.IMPORT, Does.EXPORT, Does.NOTE,
    Does.NOTE_HERE, Does.MET, Does.TAG_MEMBER, Does.LINK, Does.TIMELINE, Does.PACK, Does.ERASE, Does.TEMPLATES,
    Does.TONE, Does.PUBLISH, Does.NEW_VIEW, Does.RULES, Does.SPLIT, Does.MOVE, Does.HISTORY, Does.LEDGER,
    Does.REMINDERS, Does.MEMBERS, Does.PAIRS, Does.WELCOME, Does.QUESTIONS, Does.REPORT, Does.NOTIFICATIONS,
    Does.BACKUPS, Does.TEMPLATE, Does.ATTACH,
)  # fmt: skip


def still_there(made: list[ref[QDialog]]) -> list[str]:
    """Those of these dialogs that something holds on to though they are closed."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    return [type(one).__name__ for held in made if (one := held()) is not None]


@pytest.mark.timeout(240)
async def test_every_dialog_and_every_page(window: AppWindow, tasks: Tasks) -> None:
    nameless: list[str] = []
    made: list[ref[QDialog]] = []
    for does in DIALOGS:
        window.give(does)
        await until(lambda: dialog() is not None, f"the dialog of {does.name}", 30)
        shown = dialog()
        assert shown is not None
        nameless += await names_in(shown)
        made.append(ref(shown))
        del shown
    assert nameless == []
    await until(lambda: tasks.are_done, "the end of the last one")
    assert still_there(made) == []


async def test_what_no_command_opens(window: AppWindow, theme: Theme, core: StoreCore, tasks: Tasks) -> None:
    nameless: list[str] = []
    account, key = ACCOUNTS[0], make_content_key()
    mail = parse_mail(b"Subject: Old list\r\n\r\nThe list.")
    assert isinstance(mail, ParsedMail)

    async def count(_moment: datetime) -> tuple[int, int]:
        return 2, 3

    shown: list[ref[QDialog]] = []
    made: QDialog
    for made in (
        SettingsPage(theme, window, Settings(), at_login=AtLogin.NOTHING),
        KeyDialog(theme, window, Does.SNOOZE),
        LaterDialog(theme, window, datetime.now(UTC)),
        PassphraseDialog(theme, window, is_new=True),
        KeyringDialog(theme, window, Obstacle("It is locked.", tuple(Way))),
        FieldDialog(theme, window),
        EditDialog(theme, window, "As it was", Limits(text=500)),
        ClosingDialog(theme, window, 2),
        RestoreDialog(theme, "here", "beside", window),
        EncryptionDialog(theme, window, "brand", encrypted=True, on_server=False),
        NewWorkspaceDialog(theme, window),
        PhraseDialog(theme, window, "brand", NewKey(key, phrase_of(key))),
        UnlockDialog(theme, window, "brand", "Its key is not in the keyring."),
        RemoveDialog(theme, account, Holdings(account.handle, messages=3), window),
        LetterHabits(theme, account, window),
        LineDialog(theme, window, Wanted("A name", "It is shown to nobody else.", "Keep")),
        SplitDialog(tasks, theme, window, CARD.handles[0], count),
        OverHistoryDialog(core, tasks, theme, window, replace(NEW, name="Parcels")),
        HistoryDialog(theme, window, THREAD.messages[0], ()),
        AttachedMail(theme, mail, window),
        FileViewer(theme, "list.txt", Look(text="The list."), window),
        LinesPage(theme, window, "Questions that wait", ()),
    ):
        made.open()
        nameless += await names_in(made)
        made.deleteLater()
        shown.append(ref(made))
    del made
    assert nameless == []
    assert still_there(shown) == []


async def test_the_outbox(window: AppWindow) -> None:
    place_in(window).answering.show_outbox()
    await until(lambda: dialog() is not None, "the page")
    shown = dialog()
    assert shown is not None
    assert await names_in(shown) == []
