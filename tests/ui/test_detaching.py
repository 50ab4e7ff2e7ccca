"""A conversation in a window of its own: one draft, one composer, and nothing lost when either window closes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from inbox_app.actions import templating
from inbox_app.domain.inbox import Thread
from inbox_app.domain.wording import Wording
from inbox_app.domain.words import OutboxState, State
from inbox_app.queries import inbox
from inbox_app.queries import writing as questions
from inbox_app.storage import outbox
from tests.ui import sample_threads
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import dialog_of, until
from tests.unit.ingest.tales import said
from ui.app_window import AppWindow
from ui.command_bar import CommandBar
from ui.commands import COMMANDS, Does
from ui.inbox.snooze_dialog import SnoozeDialog
from ui.members.note_dialog import NoteDialog
from ui.tasks import Tasks
from ui.templates.picker import Picker
from ui.theme.theme import Theme
from ui.theme.widgets import NameButton
from ui.thread_window import ThreadWindow
from ui.workplace import Workplace

pytestmark = pytest.mark.ui


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    """Two conversations; in the newer one an answer was begun, and it was given a window of its own."""
    await core.tell(said("a", 1), said("b", 2))
    window = keep(AppWindow(tasks, theme))
    made = Workplace(core, tasks, theme)
    window.put_in(made)
    window.show()
    await until(lambda: len(made.bridge.ids) == 2, "the list")
    made.open(made.bridge.ids[0])
    await until(lambda: made.is_settled and made.answering.writing.conversation is not None, "the conversation")
    QTest.keyClicks(made.composer.field, "Begun here")
    made.give(Does.DETACH)
    yield made
    await made.close_down()


async def own(place: Workplace) -> ThreadWindow:
    (window,) = place.detaching.windows.values()
    await until(lambda: window.bridge.on_screen is not None and window.composer.text, "the draft in its window")
    return window


async def draft(core: StoreCore, place: Workplace) -> str:
    kept = await questions.draft(core.store, core.me, place.bridge.ids[0])
    return "" if kept is None else kept.text


async def test_the_draft_goes_along_and_is_written_in_one_place(place: Workplace, core: StoreCore) -> None:
    window = await own(place)
    assert window.composer.text == "Begun here"
    assert window.windowTitle().endswith("Portavoce")
    assert not place.composer.isVisible()
    assert place.answering.writing.conversation is None
    QTest.keyClicks(window.composer.field, " and there")
    window.close()
    await until(lambda: place.composer.isVisible() and place.composer.text == "Begun here and there", "the draft back")
    assert await draft(core, place) == "Begun here and there"
    assert place.detaching.windows == {}


async def test_elsewhere_one_writes_on_in_the_main_window(place: Workplace) -> None:
    await own(place)
    newer, older = place.bridge.ids
    place.open(older)
    await until(lambda: place.answering.writing.conversation == older, "the other conversation")
    assert place.composer.isVisible()
    place.open(newer)
    assert not place.composer.isVisible()
    place.give(Does.REPLY)
    assert len(place.detaching.windows) == 1


async def test_what_was_sent_there_is_taken_back_there(place: Workplace, core: StoreCore) -> None:
    window = await own(place)
    window.give(Does.SEND)
    await until(lambda: place.leaving.isVisible() and window.leaving.isVisible(), "both bars")
    assert window.composer.text == ""
    assert place.leaving.undo()
    await until(lambda: window.composer.text == "Begun here", "the text where it was written")
    assert [row.state for row in await questions.outbox(core.store)] == [OutboxState.UNDONE]
    assert place.composer.text == ""


async def test_what_was_not_sent_and_is_discarded_is_written_on(place: Workplace, core: StoreCore) -> None:
    def choices() -> list[QPushButton]:
        return [one for one in window.thread_view.findChildren(QPushButton) if one.text() == "Discard"]

    window = await own(place)
    window.give(Does.SEND)
    await until(window.leaving.isVisible, "it sent")
    (row,) = await questions.outbox(core.store)
    await core.store.write(lambda tx: outbox.release(tx, row.id))
    claimed = await core.store.write(lambda tx: outbox.claim(tx, row.id, b"wire", "desk"))
    assert claimed is not None
    await core.store.write(lambda tx: outbox.settle_failed(tx, claimed, "Refused", "rejected"))
    await until(lambda: len(choices()) == 1, "the choices")
    choices()[0].click()
    await until(lambda: window.composer.text == "Begun here", "the text to go on with")
    await until(lambda: "draft again" in window.toast.words.text(), "the word on it")


async def test_its_buttons_close_and_reopen_the_conversation(place: Workplace, core: StoreCore) -> None:
    window = await own(place)
    newer = place.bridge.ids[0]

    async def state() -> State:
        return (await inbox.conversation_rows(core.store, core.me, [newer]))[0].state

    assert offered(window) == ["Snooze or remind", "Done"]
    press(window, "Done")
    await until(lambda: not place.detaching.windows, "its end")
    assert await state() is State.DONE
    place.open(newer)
    place.give(Does.DETACH)
    window = await own(place)
    await until(lambda: offered(window) == ["Snooze or remind", "Open again"], "what can be done now")
    press(window, "Open again")
    await until(lambda: offered(window) == ["Snooze or remind", "Done"], "it open again")
    assert await state() is State.OPEN


def offered(window: ThreadWindow) -> list[str]:
    buttons = window.thread_view.header.findChildren(QPushButton)
    return [one.accessibleName() for one in buttons if one.isVisible() and one.text()]


def press(window: ThreadWindow, name: str) -> None:
    (button,) = (one for one in window.thread_view.header.findChildren(QPushButton) if one.accessibleName() == name)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def test_the_main_window_takes_it_along_and_nothing_is_lost(place: Workplace, core: StoreCore) -> None:
    window = await own(place)
    QTest.keyClicks(window.composer.field, ", and the last word")
    place.window().close()
    assert not window.isVisible()
    await place.close_down()
    assert await draft(core, place) == "Begun here, and the last word"


async def test_its_keys_are_heard(place: Workplace) -> None:
    window = await own(place)
    window.activateWindow()
    await until(window.isActiveWindow, "it in front")
    window.thread_view.column.setFocus()
    QTest.keyClick(window.thread_view.column, Qt.Key.Key_R)
    assert window.composer.field.hasFocus()


async def test_it_fits_the_screen_makes_room_when_low_and_is_as_large_as_it_was_left(place: Workplace) -> None:
    window = await own(place)
    room = window.screen().availableGeometry()
    assert window.height() < room.height(), "its frame is in sight too"
    tall = window.composer.height()
    window.resize(600, 380)
    await until(lambda: window.composer.height() < tall, "the composer lower")
    window.close()
    await until(lambda: not place.detaching.windows, "its end")
    place.give(Does.DETACH)
    assert (await own(place)).size() == QSize(600, 380)


async def test_what_only_the_main_window_shows_is_shown_there(place: Workplace) -> None:
    window = await own(place)
    main = place.window()
    place.members.hide()
    (name,) = window.thread_view.column.findChildren(NameButton)
    name.click()
    await until(lambda: place.members.isVisible() and place.members.shown is not None, "the card")
    window.activateWindow()
    await until(window.isActiveWindow, "the own window in front again")
    window.thread_view.post_asked.emit(sample_threads.POST)
    await until(main.isActiveWindow, "the main window in front")
    assert place.list.shown_view.key == f"post:{sample_threads.POST.id}"


def shown(window: ThreadWindow) -> Thread:
    """What it shows."""
    assert window.bridge.on_screen is not None
    return window.bridge.on_screen


async def test_what_can_be_done_with_a_conversation_is_done_in_its_window_too(
    place: Workplace, core: StoreCore
) -> None:
    await templating.add(core.store, core.me, Wording("Thanks", "Thank you!"))
    window = await own(place)
    window.activateWindow()
    await until(window.isActiveWindow, "it in front")
    window.give(Does.NOTE_HERE)
    note = await dialog_of(window, NoteDialog)
    note.field.setPlainText("Ask Ben")
    note.accept()
    await until(lambda: window.toast.isVisible() and shown(window).notes, "the note")
    window.give(Does.UNDO)
    await until(lambda: not shown(window).notes, "it gone again")
    window.give(Does.COMMANDS)
    bar = await dialog_of(window, CommandBar)
    offered = {choice.value for choice in bar.choices.offered}
    assert {Does.SNOOZE, Does.TAG, Does.TEMPLATE, Does.NOTE} <= offered
    assert not {Does.NEXT, Does.SEARCH, Does.ASSIGN} & offered, "only what can be done here"
    bar.choices.field.setText(str(next(one.name for one in COMMANDS if one.does is Does.SNOOZE)))
    QTest.keyClick(bar.choices.field, Qt.Key.Key_Return)
    snooze = await dialog_of(window, SnoozeDialog)
    QTest.keyClicks(snooze.choices.field, "in 3 days")
    QTest.keyClick(snooze.choices.field, Qt.Key.Key_Return)
    await until(lambda: shown(window).row.state is State.SNOOZED, "it snoozed")
    window.composer.field.clear()
    window.give(Does.TEMPLATE)
    picker = await dialog_of(window, Picker)
    QTest.keyClick(picker.choices.field, Qt.Key.Key_Return)
    await until(lambda: window.composer.text == "Thank you!", "the template's text")
    window.give(Does.NEXT)
    assert window.toast.words.text() == "That is done in the main window."
