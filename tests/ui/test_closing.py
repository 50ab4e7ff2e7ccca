"""Closing the window while a reply can still be taken back: nothing is left unsent without a word."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from PySide6.QtTest import QTest

from inbox_app.domain.words import OutboxState
from inbox_app.queries import writing as questions
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.app_window import AppWindow
from ui.closing import ClosingDialog
from ui.commands import Does
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

pytestmark = pytest.mark.ui


@pytest.fixture
async def window(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[AppWindow]:
    """A reply was sent a moment ago, and another one begun."""
    await core.tell(said("a", 1))
    made = keep(AppWindow(tasks, theme))
    place = Workplace(core, tasks, theme)
    made.put_in(place)
    made.show()
    await until(lambda: place.bridge.ids, "the list")
    place.open(place.bridge.ids[0])
    await until(lambda: place.answering.writing.conversation, "the draft")
    QTest.keyClicks(place.composer.field, "Too early")
    place.give(Does.SEND)
    await until(lambda: place.leaving.waiting and place.answering.writing.is_idle, "the countdown")
    QTest.keyClicks(place.composer.field, "begun since")
    yield made
    await place.close_down()


async def question(window: AppWindow) -> ClosingDialog:
    assert not window.close(), "first it asks"
    assert not window.close(), "and only once"

    def found() -> list[ClosingDialog]:
        return [one for one in window.findChildren(ClosingDialog) if one.isVisible()]

    await until(found, "the question")
    (asked,) = found()
    return asked


async def test_kept_for_later_it_stays_as_it_is(window: AppWindow, core: StoreCore) -> None:
    (await question(window)).buttons["later"].click()
    await until(lambda: not window.isVisible(), "the window closed")
    (row,) = await questions.outbox(core.store)
    assert row.state is OutboxState.QUEUED


async def test_what_does_not_leave_in_time_keeps_the_window_open(
    window: AppWindow, core: StoreCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.closing._PATIENCE", 0.2)
    (await question(window)).buttons["now"].click()
    assert window.workplace is not None
    toast = window.workplace.toast
    await until(lambda: "not left yet" in toast.words.text(), "the word about it")
    assert window.isVisible()
    (row,) = await questions.outbox(core.store)
    assert row.state is OutboxState.QUEUED


async def test_taken_back_it_is_a_draft_in_front_of_what_was_begun(window: AppWindow, core: StoreCore) -> None:
    (await question(window)).buttons["back"].click()
    await until(lambda: not window.isVisible(), "the window closed")
    assert window.workplace is not None
    await window.workplace.close_down()
    (row,) = await questions.outbox(core.store)
    assert row.state is OutboxState.UNDONE
    assert row.conversation is not None
    kept = await questions.draft(core.store, core.me, row.conversation)
    assert kept is not None
    assert kept.text == "Too early\n\nbegun since"


async def test_who_does_not_close_after_all_finds_everything_as_it_was(window: AppWindow) -> None:
    (await question(window)).reject()
    place = window.workplace
    assert place is not None
    await until(lambda: not window.findChildren(ClosingDialog), "the question gone")
    assert window.isVisible()
    assert (place.composer.text, len(place.leaving.waiting)) == ("begun since", 1)


async def test_with_nothing_on_its_way_it_simply_closes(window: AppWindow) -> None:
    place = window.workplace
    assert place is not None
    place.leaving.show_outbox([])
    assert window.close()
