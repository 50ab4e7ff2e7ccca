"""Many at once on the real window: twelve spam comments hidden by five clicks, and by keys; all of it comes back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from inbox_app.domain.filters import All, By, Is
from inbox_app.domain.ids import ConversationId
from inbox_app.domain.words import Kind, OutboxState, State
from inbox_app.queries import history, inbox, writing
from tests.e2e.counting import Hands
from tests.e2e.person import Person
from tests.ui.patience import until
from ui.core import Core
from ui.history_page import HistoryPage
from ui.inbox.views import View

pytestmark = [pytest.mark.ui, pytest.mark.e2e]
SPAM = 12
COMMENTS = All((Is(By.KIND, (Kind.COMMENTS.value,)), Is(By.STATE, (State.OPEN.value,))))
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


async def begin(person: Person) -> tuple[Core, list[ConversationId]]:
    """The practice room, where the open comments are listed; the first twelve of them."""
    await person.move_in()
    core = person.session.core
    assert core is not None
    person.place.show_view(View("Comments", COMMENTS, "comments", None))
    await until(lambda: person.place.list.shown_view.key == "comments" and len(person.place.bridge.ids) > SPAM, "it")
    await until(lambda: person.place.is_settled, "the list")
    wanted = await inbox.conversation_ids(core.store, core.me, COMMENTS)
    await until(lambda: set(person.place.bridge.ids) >= set(wanted) and person.place.is_settled, "all of them")
    person.window.activateWindow()
    await until(person.window.isActiveWindow, "the window in front")
    return core, list(person.place.bridge.ids[:SPAM])


async def open_now(core: Core, wanted: list[ConversationId]) -> set[ConversationId]:
    rows = await inbox.conversation_rows(core.store, core.me, wanted)
    return {row.id for row in rows if row.state is State.OPEN}


async def waiting(core: Core) -> int:
    rows = await writing.outbox(core.store, settled=True)
    return sum(row.state is OutboxState.QUEUED and row.kind == "moderation" for row in rows)


def picked(person: Person) -> tuple[ConversationId, ...]:
    return person.place.list.picked_ids


def press_row(person: Person, row: int, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    view = person.place.list.view
    index = view.model().index(row, 0)
    view.scrollTo(index)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, held, view.visualRect(index).center())


def ask_menu(person: Person, row: int) -> None:
    """Press the right button on a row, as the window system tells it: the press, and that a menu is wanted."""
    view = person.place.list.view
    at = view.visualRect(view.model().index(row, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=at)
    wanted = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.viewport().mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), wanted)


async def menu_of(window: QWidget) -> QMenu:
    found: list[QMenu] = []

    def look() -> bool:
        found[:] = [one for one in window.findChildren(QMenu) if one.isVisible()]
        return bool(found)

    await until(look, "the menu")
    return found[0]


async def test_twelve_spam_comments_in_five_clicks_and_back(person: Person, hands: Hands) -> None:
    core, yard = await begin(person)
    rows = await inbox.conversation_rows(core.store, core.me, yard)
    acts = sum(row.needs_reply for row in rows)
    assert acts >= SPAM
    hands.begin()
    press_row(person, 0)
    press_row(person, SPAM - 1, SHIFT)
    assert set(person.place.list.selected_ids()) == set(yard)
    ask_menu(person, SPAM - 1)
    menu = await menu_of(person.window)
    (line,) = [one for one in menu.actions() if one.text().startswith("Hide on the service")]
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(line).center())
    said = f"{acts} messages will be hidden."
    await until(lambda: person.place.toast.isVisible() and person.place.toast.words.text() == said, said)
    assert await open_now(core, yard) == set()
    assert await waiting(core) == acts
    (past,) = [one for one in await history.decisions(core.store) if one.kind == "hide"]
    assert (past.acts, set(past.conversations)) == (acts, set(yard))

    await until(lambda: not set(yard) & set(person.place.bridge.ids), "the list without them")
    person.click(person.place.toast.undo)
    hands.did("16 clean the yard")
    await until(lambda: set(yard) <= set(person.place.bridge.ids), "all twelve again")
    assert await open_now(core, yard) == set(yard)
    assert await waiting(core) == 0
    assert person.told == []


async def test_picked_by_keys_and_taken_back_in_the_history(person: Person) -> None:
    core, yard = await begin(person)
    press_row(person, 0)
    person.press(Qt.Key.Key_X)
    for _step in range(2):
        person.press(Qt.Key.Key_J)
    person.press(Qt.Key.Key_X)
    assert picked(person) == (yard[0], yard[2])
    await until(lambda: person.place.bridge.opened == yard[2], "what is read while picking")
    assert picked(person) == (yard[0], yard[2])
    person.press(Qt.Key.Key_J)
    person.press(Qt.Key.Key_J)
    person.press(Qt.Key.Key_X, SHIFT)
    assert picked(person) == (yard[0], *yard[2:5])
    person.press(Qt.Key.Key_E)
    await until(lambda: not set(person.place.list.view.selected_ids()) & set(yard[2:5]), "they are done")
    assert await open_now(core, yard[:5]) == {yard[1]}
    assert picked(person) == ()

    person.press(Qt.Key.Key_H, CONTROL | SHIFT)
    page = await page_of(person)
    await until(lambda: page.is_settled and bool(page.choices.offered), "what was decided")
    assert "4 conversations" in page.choices.offered[0].name
    person.click(page.take_back)
    await until(lambda: page.is_settled and not page.take_back.isEnabled(), "taken back")
    assert await open_now(core, yard[:5]) == set(yard[:5])
    page.close()
    assert person.told == []


async def page_of(person: Person) -> HistoryPage:
    found: list[HistoryPage] = []

    def look() -> bool:
        found[:] = [one for one in person.window.findChildren(HistoryPage) if one.isVisible()]
        return bool(found)

    await until(look, "the history")
    return found[0]


async def test_all_of_the_list_is_picked_and_let_go(person: Person) -> None:
    _core, _yard = await begin(person)
    press_row(person, 0)
    person.press(Qt.Key.Key_A, CONTROL)
    assert picked(person) == tuple(person.place.bridge.ids)
    person.press(Qt.Key.Key_Escape)
    assert picked(person) == ()
