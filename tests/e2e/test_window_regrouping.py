"""Two conversations are joined and one is taken apart on the real window, by keys, and come back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from inbox_app.domain.filters import All, By, Is
from inbox_app.domain.ids import ConversationId
from inbox_app.domain.inbox import ConversationRow
from inbox_app.domain.words import Kind, State
from inbox_app.queries import inbox
from tests.e2e.counting import Hands
from tests.e2e.person import Person
from tests.ui.patience import dialog_of, until
from ui.core import Core
from ui.inbox.views import View
from ui.regrouping import MessageDialog, PlaceDialog

pytestmark = [pytest.mark.ui, pytest.mark.e2e]
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
COMMENTS = All((Is(By.KIND, (Kind.COMMENTS.value,)), Is(By.STATE, (State.OPEN.value,))))


async def begin(person: Person) -> tuple[Core, list[ConversationRow]]:
    """The practice room, where the open comments are listed; two of one account, and one with an answer below it."""
    await person.move_in()
    core = person.session.core
    assert core is not None
    person.place.show_view(View("Comments", COMMENTS, "comments", None))
    await until(lambda: person.place.list.shown_view.key == "comments", "the comments")
    await until(lambda: person.place.is_settled and len(person.place.bridge.ids) > 3, "the list")
    return core, list(await inbox.conversation_rows(core.store, core.me, person.place.bridge.ids))


async def row_of(core: Core, wanted: ConversationId) -> ConversationRow:
    (row,) = await inbox.conversation_rows(core.store, core.me, [wanted])
    return row


async def test_joined_by_four_keys_and_back(person: Person, hands: Hands) -> None:
    core, rows = await begin(person)
    first = rows[0]
    other = next(row for row in rows[1:] if row.account == first.account)
    await person.open(first.id)
    between = person.place.bridge.ids.index(other.id) - person.place.bridge.ids.index(first.id) - 1
    hands.begin()
    person.press(Qt.Key.Key_X)
    while person.place.list.current_id() != other.id:
        person.press(Qt.Key.Key_J)
    hands.keys -= between  # on the way to one that happens to stand further down
    person.press(Qt.Key.Key_X)
    person.press(Qt.Key.Key_M, CONTROL)
    await until(lambda: person.place.toast.words.text() == "2 conversations are one now.", "they are one")
    hands.did("20 join")
    joined = await inbox.whole_thread(core.store, core.me, first.id)
    assert joined.row.messages == first.messages + other.messages
    assert joined.row.id == (await inbox.whole_thread(core.store, core.me, other.id)).row.id
    undone: list[object] = []
    person.place.deciding.undone.connect(undone.append)
    person.click(person.place.toast.undo)
    await until(lambda: undone and person.place.is_settled, "it back")  # before it the list may still show both
    await until(lambda: {first.id, other.id} <= set(person.place.bridge.ids), "two again")
    for before in (first, other):
        assert (await row_of(core, before.id)).messages == before.messages
    assert person.told == []


async def test_taken_out_and_back(person: Person, hands: Hands) -> None:
    core, rows = await begin(person)
    wanted = next(row for row in rows if row.messages > 1)
    thread = await person.open(wanted.id)
    hands.begin()
    person.press(Qt.Key.Key_M, CONTROL | SHIFT)
    QTest.keyClick((await dialog_of(person.window, MessageDialog)).choices.field, Qt.Key.Key_Return)
    await until(lambda: person.place.bridge.opened not in (None, wanted.id), "the new one")
    hands.did("20 split")
    assert person.place.bridge.opened is not None
    made = await row_of(core, person.place.bridge.opened)
    left = await row_of(core, wanted.id)
    assert made.messages + left.messages == thread.row.messages
    person.window.activateWindow()
    await until(person.window.isActiveWindow, "the window in front")
    person.place.list.view.setFocus()
    person.press(Qt.Key.Key_Z)
    await until(lambda: person.place.bridge.opened == wanted.id and person.place.is_settled, "one again")
    assert (await row_of(core, wanted.id)).messages == thread.row.messages
    assert person.told == []


async def test_moved_to_another_and_back(person: Person) -> None:
    core, rows = await begin(person)
    wanted = next(row for row in rows if row.messages > 1)
    other = next(row for row in rows if row.account == wanted.account and row.id != wanted.id)
    await person.open(wanted.id)
    person.press(Qt.Key.Key_M, CONTROL | Qt.KeyboardModifier.AltModifier)
    QTest.keyClick((await dialog_of(person.window, MessageDialog)).choices.field, Qt.Key.Key_Return)
    places = await dialog_of(person.window, PlaceDialog)
    typed = [word for word in (other.title or other.snippet).split() if word.isascii()]  # QTest knows no other keys
    QTest.keyClicks(places.choices.field, " ".join(typed[:3]))
    QTest.keyClick(places.choices.field, Qt.Key.Key_Return)
    await until(lambda: person.place.bridge.opened == other.id, "where it is now")
    left, joined = await row_of(core, wanted.id), await row_of(core, other.id)
    assert left.messages < wanted.messages
    assert left.messages + joined.messages == wanted.messages + other.messages
    undone: list[object] = []
    person.place.deciding.undone.connect(undone.append)
    person.click(person.place.toast.undo)
    await until(lambda: undone and person.place.is_settled, "it back")
    await person.open(wanted.id)
    await until(lambda: person.thread.row.messages == wanted.messages, "it back on screen")
    assert [(await row_of(core, one.id)).messages for one in (wanted, other)] == [wanted.messages, other.messages]
    assert person.told == []
