"""One conversation at a time: what the pane shows is what the list marks, and what every key acts on."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from inbox_app.domain.changes import Changes
from inbox_app.domain.ids import ConversationId
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.app_window import AppWindow
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

pytestmark = pytest.mark.ui


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    await core.tell(*(said(name, number) for number, name in enumerate("abcd", 1)))
    window = keep(AppWindow(tasks, theme))
    made = Workplace(core, tasks, theme)
    window.put_in(made)
    window.show()
    window.activateWindow()
    await until(window.isActiveWindow, "the window in front")
    await until(lambda: len(made.bridge.ids) == 4, "the list")
    yield made
    await made.close_down()


def press(key: str) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClicks(focus, key)


def one_shown(place: Workplace) -> ConversationId | None:
    """The conversation that pane, list and composer agree on; None while they do not."""
    thread = place.thread_view.conversation
    agreed = {thread, place.bridge.opened, place.list.current_id(), place.answering.writing.conversation}
    return thread if agreed == {thread} and place.list.selected_ids() == (thread,) else None


async def shows(place: Workplace, wanted: ConversationId, ids: list[ConversationId]) -> None:
    await until(lambda: one_shown(place) == wanted, f"{wanted} in pane and list")
    await until(lambda: list(place.bridge.ids) == ids and one_shown(place) == wanted, f"{wanted} among {ids}")


async def test_done_undo_and_done_again_act_on_the_conversation_in_sight(place: Workplace) -> None:
    a, b, c, d = place.bridge.ids
    place.open(b)
    place.list.view.setFocus()
    await shows(place, b, [a, b, c, d])
    press("e")
    await shows(place, c, [a, c, d])
    press("z")
    await shows(place, b, [a, b, c, d])
    press("e")
    await shows(place, c, [a, c, d])


async def test_done_and_undo_while_messages_arrive(place: Workplace, core: StoreCore) -> None:
    a, b, c, d = place.bridge.ids
    place.open(b)
    place.list.view.setFocus()
    await shows(place, b, [a, b, c, d])
    press("e")
    await shows(place, c, [a, c, d])
    press("z")
    for number in range(5, 9):
        await core.tell(said(f"new-{number}", number))
        core.bus.publish(Changes(everything=True))
    await until(lambda: len(place.bridge.ids) == 8, "all of them")
    await until(lambda: one_shown(place) == b, "what came back in pane and list")
    press("e")
    await until(lambda: b not in place.bridge.ids, "that one done")
    await until(lambda: len(place.bridge.ids) == 7 and one_shown(place) == c, "the next")


async def test_a_conversation_outside_the_list_leaves_nothing_marked_and_keys_act_on_it(place: Workplace) -> None:
    a, b, c, d = place.bridge.ids
    place.open(a)
    await shows(place, a, [a, b, c, d])
    place.bridge.ids_changed.emit([b, c, d])
    assert (place.list.selected_ids(), place.list.current_id()) == ((), None)
    assert place.deciding._desk.chosen() == (a,)


async def test_the_conversation_taken_out_of_a_selection_is_shown_no_longer(place: Workplace) -> None:
    a, b, c, d = place.bridge.ids
    place.open(a)
    await shows(place, a, [a, b, c, d])
    view = place.list.view
    for row in (1, 1, 0):
        at = QPoint(20, view.rowViewportPosition(row) + 20)
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, at)
        if row == 1:
            await until(lambda: place.bridge.opened in place.list.selected_ids(), "one of those selected")
    await until(lambda: place.bridge.opened in place.list.selected_ids(), "one of those selected")
    assert place.bridge.opened == place.list.current_id()
    assert place.deciding._desk.chosen() == place.list.selected_ids()
