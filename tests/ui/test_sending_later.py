"""Send later and send and done: a reply waits for its moment, can be taken back until then, and no bar counts to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from inbox_app.domain.inbox import OutboxRow
from inbox_app.domain.words import OutboxState, State
from inbox_app.queries import inbox
from inbox_app.queries import writing as questions
from tests.ui.answering import answering
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import dialog_of, until
from tests.unit.ingest.tales import said
from ui.composer.later_dialog import LaterDialog
from ui.conversation.sending_row import SendingRow
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

pytestmark = pytest.mark.ui
CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    """A comment with an answer in the composer."""
    await core.tell(said("a", 1))
    async with answering(core, tasks, theme, keep) as made:
        QTest.keyClicks(made.composer.field, "See you then")
        yield made


async def only(core: StoreCore) -> OutboxRow:
    (row,) = await questions.outbox(core.store)
    return row


async def later(place: Workplace) -> LaterDialog:
    QTest.keyClick(place.composer.field, Qt.Key.Key_Y, CONTROL | SHIFT)
    return await dialog_of(place, LaterDialog)


async def test_a_reply_waits_for_its_moment_and_is_taken_back_where_it_stands(
    place: Workplace, core: StoreCore
) -> None:
    dialog = await later(place)
    QTest.keyClicks(dialog.choices.field, "domani alle 9")
    QTest.keyClick(dialog.choices.field, Qt.Key.Key_Return)
    await until(lambda: place.composer.text == "" and place.is_settled, "the commit")
    row = await only(core)
    here = row.not_before.astimezone()
    assert (here.hour, here.minute) == (9, 0)
    assert row.not_before > datetime.now(UTC) + timedelta(minutes=1)
    assert place.leaving.last is None, "nothing counts down for hours, and closing the window asks nothing"
    await until(lambda: place.thread_view.findChildren(SendingRow), "the reply in the thread")
    (sending,) = place.thread_view.findChildren(SendingRow)
    button = next(one for one in sending.findChildren(QPushButton) if one.isVisible())
    button.click()
    await until(lambda: place.composer.text == "See you then", "the text")
    assert (await only(core)).state is OutboxState.UNDONE


async def test_words_that_are_no_moment_send_nothing(place: Workplace, core: StoreCore) -> None:
    dialog = await later(place)
    QTest.keyClicks(dialog.choices.field, "yesterday")
    QTest.keyClick(dialog.choices.field, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert dialog.choices.nothing.isVisible()
    dialog.reject()
    assert await questions.outbox(core.store) == ()
    assert place.composer.text == "See you then"


async def test_send_and_done_by_one_key(place: Workplace, core: StoreCore) -> None:
    opened = place.bridge.ids[0]
    focus = QApplication.focusWidget()
    assert focus is place.composer.field
    QTest.keyClick(focus, Qt.Key.Key_Return, CONTROL | ALT)
    await until(lambda: place.leaving.isVisible() and not place.bridge.ids, "it left the list")
    (row,) = await inbox.conversation_rows(core.store, core.me, [opened])
    assert row.state is State.DONE
    assert (await only(core)).state is OutboxState.QUEUED
