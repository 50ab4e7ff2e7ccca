"""Deciding by keys, menu and buttons: each is said, can be taken back, and moves nothing else in the window."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from inbox_app.actions import lots, triage
from inbox_app.domain.abilities import Abilities, Ability
from inbox_app.domain.inbox import ConversationRow
from inbox_app.domain.reminders import Plan
from inbox_app.domain.words import Action, Hat, State
from inbox_app.queries import history, inbox, writing
from inbox_app.storage import colleagues
from inbox_app.storage.transaction import Tx
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import dialog_of, until
from tests.unit.ingest.tales import said
from ui.app_window import AppWindow
from ui.commands import Does
from ui.inbox.snooze_dialog import SnoozeDialog
from ui.inbox.tag_dialog import TagDialog
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.theme.widgets import ToolButton
from ui.workplace import Workplace

pytestmark = pytest.mark.ui


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    await core.tell(said("a", 1), said("b", 2), said("c", 3))
    window = keep(AppWindow(tasks, theme))
    made = Workplace(core, tasks, theme)
    window.put_in(made)
    window.show()
    window.activateWindow()
    await until(window.isActiveWindow, "the window in front")
    await until(lambda: len(made.bridge.ids) == 3, "the list")
    made.open(made.bridge.ids[0])
    made.list.view.setFocus()
    await until(lambda: made.bridge.on_screen is not None and made.bridge.is_idle, "the conversation")
    yield made
    await made.close_down()


def press(place: Workplace, key: str | Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    if isinstance(key, str):
        QTest.keyClicks(QApplication.focusWidget() or place, key)
    else:
        QTest.keyClick(QApplication.focusWidget() or place, key, held)


@pytest.fixture
def first(core: StoreCore, place: Workplace) -> Callable[[], Awaitable[ConversationRow]]:
    """The conversation that is open when the test begins, as it stands in the database."""
    wanted = place.bridge.ids[0]

    async def read() -> ConversationRow:
        return (await inbox.conversation_rows(core.store, core.me, [wanted]))[0]

    return read


D = TypeVar("D", SnoozeDialog, TagDialog)
Row = Callable[[], Awaitable[ConversationRow]]


async def test_done_is_said_moves_nothing_and_leaves_by_itself(place: Workplace, core: StoreCore, first: Row) -> None:
    before = place.panes.geometry()
    press(place, "e")
    await until(place.toast.isVisible, "the toast")
    assert (place.toast.words.text(), place.toast.undo.isVisible()) == ("Done.", True)
    assert place.panes.geometry() == before
    side = place.sidebar
    assert side.rect().contains(QRect(side.mapFrom(place, place.toast.pos()), place.toast.size())), (
        "it covers no message"
    )
    assert (await first()).state is State.DONE
    place.toast.undo.click()
    (past,) = await history.decisions(core.store)
    await until(lambda: len(place.bridge.ids) == 3, "it back")
    await until(lambda: place.toast.words.text() == f"Taken back: Marked as done, {past.title}", "what was taken back")
    place.toast._leave.setInterval(1)
    place.toast.say("Again.")
    await until(lambda: not place.toast.isVisible(), "its leaving")


async def test_what_is_done_already_is_not_done_again(place: Workplace, core: StoreCore, first: Row) -> None:
    wanted = (await first()).id
    await triage.finish(core.store, core.me, [wanted])
    past = await history.decisions(core.store)
    await until(lambda: wanted not in place.bridge.ids, "its leaving")
    place.open(wanted)
    await until(lambda: place.bridge.on_screen is not None and place.bridge.on_screen.row.id == wanted, "it again")
    press(place, "e")
    await until(lambda: "so already" in place.toast.words.text(), "why nothing is done")
    assert not place.toast.undo.isVisible()
    assert await history.decisions(core.store) == past


async def test_the_button_takes_back_what_its_sentence_tells_of_and_no_newer_decision(
    place: Workplace, core: StoreCore, first: Row, tasks: Tasks
) -> None:
    press(place, "e")
    await until(place.toast.undo.isVisible, "the toast")
    elsewhere = [place.bridge.ids[-1]]
    await triage.rank(core.store, core.me, elsewhere, important=True)
    press(place, "z")
    await until(lambda: "Taken back" in place.toast.words.text() and tasks.are_done, "it back")
    assert (await first()).state is State.OPEN
    assert [row.is_important for row in await inbox.conversation_rows(core.store, core.me, elsewhere)] == [True]
    place.toast.say("Done.", place.deciding.undoing([one.id for one in await history.decisions(core.store)][-1:]))
    place.toast.undo.click()
    await until(lambda: place.toast.words.text() == "This was taken back already.", "why not")
    assert [row.is_important for row in await inbox.conversation_rows(core.store, core.me, elsewhere)] == [True]


async def test_very_many_are_counted_and_stopped_and_what_was_done_comes_back(
    place: Workplace, core: StoreCore, tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store waits before the third lot, so that there is somebody to press Stop."""
    write, written, gate = core.store.write, list[object](), asyncio.Event()

    async def slowly(work: Callable[[Tx], object]) -> object:
        if isinstance(work, partial) and work.func is lots._lot:
            written.append(work)
            if len(written) == 2:
                await gate.wait()
        return await write(work)

    monkeypatch.setattr(lots, "LOT", 1)
    monkeypatch.setattr("ui.progress.LOT", 1)
    monkeypatch.setattr(core.store, "write", slowly)
    ids = list(place.bridge.ids)

    async def states() -> list[State]:
        return [row.state for row in await inbox.conversation_rows(core.store, core.me, ids)]

    place.list.view.pick_all()
    press(place, "e")
    toast = place.toast
    await until(lambda: toast.isVisible() and toast.words.text() == "1 of 3 is done…", "how far it is")
    assert toast.undo.text().startswith("Stop")
    toast.undo.click()
    gate.set()
    await until(lambda: toast.words.text() == "Stopped: 2 of 3 are done.", "it stopped")
    assert sorted(await states()) == [State.DONE, State.DONE, State.OPEN]
    press(place, "z")
    await until(lambda: toast.words.text() == "Taken back: Marked as done, 2 conversations", "it is taken back")
    assert await states() == [State.OPEN] * 3


async def test_z_without_a_toast_says_which_decision_it_took_back_also_to_screen_readers(
    place: Workplace, core: StoreCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came back in several lots left nothing that the button could take back."""
    monkeypatch.setattr(lots, "UNDONE_AT_ONCE", 1)
    await triage.rank(core.store, core.me, place.bridge.ids, important=True)
    await triage.retag(core.store, core.me, place.bridge.ids[:1], put=("Shipping",))
    title = (await history.decisions(core.store))[0].title
    toast = place.toast
    for said_so in (
        f"Taken back: Tags changed (Shipping), {title}",
        "Taken back: Importance changed, 3 conversations",
        "There is nothing to undo.",
    ):
        press(place, "z")
        await until(lambda: toast.isVisible() and toast.words.accessibleName() == said_so, said_so)  # noqa: B023
        assert not toast.undo.isVisible()


async def test_what_is_hidden_has_a_view_from_which_it_is_shown_again(place: Workplace, core: StoreCore) -> None:
    may = Abilities({Action.UNHIDE: Ability(True)})
    await core.tell(said("d", 4, hidden=True, abilities=may))
    assert place.sidebar.choose("hidden")
    await until(lambda: len(place.bridge.ids) == 1 and place.is_settled, "what is hidden alone")
    place.open(place.bridge.ids[0])
    press(place, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    said_so = "1 message will be seen again."
    await until(lambda: place.toast.isVisible() and place.toast.words.text() == said_so, said_so)
    (act,) = await writing.outbox(core.store)
    assert act.kind == "moderation"


async def test_send_and_done_is_about_what_was_answered(place: Workplace, core: StoreCore) -> None:
    """Not about what is selected, nor about where one has gone before it was kept; one Z takes back both."""
    first, second, third = place.bridge.ids
    place.list.view.pick()
    place.list.step(1)
    await until(lambda: place.answering.writing.conversation == second, "the second")
    place.composer.field.insertPlainText("Thank you")
    place.give(Does.SEND_AND_DONE)
    place.list.step(1)
    await until(lambda: place.leaving.last is not None and place.is_settled, "the answer under way")

    async def states() -> list[State]:
        return [row.state for row in await inbox.conversation_rows(core.store, core.me, [first, second, third])]

    assert (await states(), place.bridge.opened) == ([State.OPEN, State.DONE, State.OPEN], third)
    place.give(Does.UNDO)
    await until(lambda: place.bridge.opened == second and place.composer.text == "Thank you", "the text back")
    assert await states() == [State.OPEN] * 3


async def test_after_many_are_done_one_that_stays_is_shown(place: Workplace, core: StoreCore) -> None:
    """Selected from below to above, so that the next one leaves too."""
    await core.tell(said("d", 4))
    await until(lambda: len(place.bridge.ids) == 4, "the fourth")
    stays, *leave, last = place.bridge.ids
    place.open(leave[1])
    for one in (leave[1], leave[0]):
        place.open(one)
        place.list.view.pick()
    place.give(Does.DONE)
    await until(lambda: list(place.bridge.ids) == [stays, last] and place.is_settled, "the others")
    assert place.bridge.opened == last


async def test_nothing_to_undo_is_said_in_passing(place: Workplace) -> None:
    before = place.panes.mapTo(place.window(), QPoint(0, 0))
    press(place, "z")
    await until(place.toast.isVisible, "the toast")
    assert place.toast.words.text() == "There is nothing to undo."
    assert place.panes.mapTo(place.window(), QPoint(0, 0)) == before
    window = place.window()
    assert isinstance(window, AppWindow)
    assert not window.trouble.isVisible()


async def test_snooze_shows_what_the_words_mean(place: Workplace, first: Row) -> None:
    press(place, "s")
    dialog = await shown(place, SnoozeDialog)
    assert len(dialog.choices.offered) >= 4, "presets"
    QTest.keyClicks(dialog.choices.field, "the day after never")
    assert dialog.choices.offered == []
    assert dialog.choices.nothing.isVisible()
    dialog.choices.field.clear()
    QTest.keyClicks(dialog.choices.field, "in 3 days")
    (moment,) = dialog.choices.offered
    assert isinstance(moment.value, Plan)
    assert timedelta(days=2) < moment.value.due - datetime.now(UTC) < timedelta(days=4)
    QTest.keyClick(dialog.choices.field, Qt.Key.Key_Return)
    await until(lambda: len(place.bridge.ids) == 2, "it put off")
    row = await first()
    assert (row.state, row.snoozed_until) == (State.SNOOZED, moment.value.due)
    assert place.toast.words.text().startswith("Snoozed until ")
    place.give(Does.UNDO)
    await until(lambda: len(place.bridge.ids) == 3, "it back")


async def test_a_tag_is_made_put_on_and_taken_off(place: Workplace, first: Row) -> None:
    press(place, "l")
    dialog = await shown(place, TagDialog)
    QTest.keyClicks(dialog.choices.field, "Shipping")
    QTest.keyClick(dialog.choices.field, Qt.Key.Key_Return)
    await until(lambda: place.toast.words.text() == "Tagged “Shipping”.", "what was done")
    assert [tag.name for tag in (await first()).tags] == ["Shipping"]
    next(one for one in place.sidebar.findChildren(ToolButton) if one.accessibleName().startswith("Tag the")).click()
    dialog = await shown(place, TagDialog)
    assert [(one.name, one.aside) for one in dialog.choices.offered] == [("Shipping", "take off")]
    QTest.keyClick(dialog.choices.field, Qt.Key.Key_Return)
    await until(lambda: "taken off" in place.toast.words.text(), "what was done")
    assert (await first()).tags == ()


async def test_one_key_changes_the_hat_and_the_same_key_changes_it_back(place: Workplace, first: Row) -> None:
    press(place, "h")
    await until(lambda: "social" in place.toast.words.text(), "the social hat")
    assert (await first()).hat is Hat.SOCIAL
    press(place, "h")
    await until(lambda: "community" in place.toast.words.text(), "the community hat")
    assert (await first()).hat is Hat.COMMUNITY


async def test_of_rows_that_were_never_in_sight_the_store_tells_how_they_stand(
    place: Workplace, core: StoreCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = list(place.bridge.ids)
    await triage.wear(core.store, core.me, everything[:1], Hat.SOCIAL)
    await triage.retag(core.store, core.me, everything[:1], put=["Shipping"])
    await triage.retag(core.store, core.me, everything, put=["Late"])
    await until(lambda: len(place.bridge.on_screen.row.tags if place.bridge.on_screen else ()) == 2, "the tags")
    monkeypatch.setattr(place.list, "row", lambda _one: None)
    place.list.view.pick_all()
    place.give(Does.TAG)
    dialog = await shown(place, TagDialog)
    assert {one.name: one.aside for one in dialog.choices.offered} == {"Shipping": "", "Late": "take off"}
    dialog.reject()
    place.give(Does.HAT)
    await until(lambda: place.toast.words.text() == "Under the social hat now.", "the hat of all")
    assert {row.hat for row in await inbox.conversation_rows(core.store, core.me, everything)} == {Hat.SOCIAL}


async def test_assigning_is_there_with_a_second_colleague_alone(place: Workplace, core: StoreCore, first: Row) -> None:
    assert "Assign" not in header(place)
    assert place.sidebar.view_of("mine") is None
    added = await core.store.write(lambda tx: colleagues.add_colleague(tx, "Noor"))
    await until(lambda: place.sidebar.view_of("mine") is not None, "what is assigned to one")
    await until(lambda: "Assign" in header(place), "the button")
    press(place, "a")
    menu = await open_menu(place)
    next(one for one in menu.actions() if one.text() == "Noor").trigger()
    menu.close()
    await until(lambda: place.toast.words.text() == "Assigned to Noor.", "what was done")
    assert (await first()).assignee == added
    await until(lambda: "Noor" in header(place), "whose it is")


async def test_the_header_does_by_mouse_what_keys_do(place: Workplace, first: Row) -> None:
    assert {"Snooze or remind", "Done"} <= set(header(place))
    wanted = place.bridge.opened
    header(place)["Done"].click()
    await until(lambda: len(place.bridge.ids) == 2, "it done")
    assert wanted is not None
    place.open(wanted)
    await until(lambda: "Open again" in header(place), "the way back")
    header(place)["Open again"].click()
    await until(lambda: len(place.bridge.ids) == 3, "it open again")
    assert (await first()).state is State.OPEN


async def test_the_list_has_a_menu_with_the_keys(place: Workplace) -> None:
    view = place.list.view
    at = QPoint(20, view.rowViewportPosition(1) + 20)
    second = place.bridge.ids[1]
    view.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.viewport().mapToGlobal(at)))
    menu = await open_menu(place)
    names = [one.text() for one in menu.actions()]
    assert names == [
        "Done\tE",
        "Snooze or remind…\tS",
        "Tag…\tL",
        "Change the hat\tH",
        "Mark as unread\tU",
        "Mark as important\tI",
        "Hide on the service\tShift+H",
        "Mark as spam on the service\t!",
        "Export…\tCtrl+Shift+E",
    ]
    menu.actions()[0].trigger()
    menu.close()
    await until(lambda: second not in place.bridge.ids, "the row under the pointer done")


async def test_the_focus_alone_opens_nothing(place: Workplace) -> None:
    place.bridge.leave()
    place.list.view.selectionModel().clear()
    place.composer.field.setFocus()
    opened: list[str] = []
    place.list.opened.connect(opened.append)
    place.list.view.setFocus()
    assert opened == []
    QTest.keyClick(place.list.view, Qt.Key.Key_Down)
    assert opened == [place.bridge.ids[0]]


async def test_to_another_view_and_back_opens_nothing_and_marks_the_right_line(place: Workplace) -> None:
    wanted = place.bridge.opened
    press(place, "g")
    press(place, "w")
    await until(lambda: place.list.chosen_state is State.WAITING and place.bridge.is_idle, "the waiting ones")
    assert place.sidebar.lines._current() is not None
    press(place, "g")
    press(place, "i")
    await until(lambda: place.list.chosen_state is State.OPEN and len(place.bridge.ids) == 3, "the open ones")
    assert place.bridge.opened == wanted


def header(place: Workplace) -> dict[str, QPushButton]:
    buttons = place.thread_view.header.findChildren(QPushButton)
    return {one.accessibleName(): one for one in buttons if one.isVisibleTo(place.thread_view.header)}


async def shown(place: Workplace, kind: type[D]) -> D:
    """Not only seen but in front: before that the window below swallows Enter."""
    return await dialog_of(place, kind)


async def open_menu(place: Workplace) -> QMenu:
    def found() -> list[QMenu]:
        return [one for one in place.findChildren(QMenu) if one.isVisible()]

    await until(found, "the menu")
    return found()[0]


async def test_a_key_that_can_do_nothing_says_why(place: Workplace, troubles: list[str]) -> None:
    press(place, "a")
    assert place.toast.words.text() == "There is no colleague here to give it to."
    press(place, "p")
    assert place.toast.words.text() == "Nothing was promised just now."
    place.bridge.leave()
    press(place, "s")
    assert place.toast.words.text() == "Open a conversation first."
    place.give(Does.REPLY_ALL)
    assert troubles.pop() == "There is nothing in this conversation yet that could be answered."
