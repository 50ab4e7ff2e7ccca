"""A reply that was just sent is taken back by the keys that the bar names, and no text is lost by them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from inbox_app.domain.abilities import YES, Abilities, Ability
from inbox_app.domain.words import Action, OutboxState
from inbox_app.queries import writing as questions
from tests.ui.answering import answering
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.app_window import AppWindow
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

pytestmark = pytest.mark.ui
CONTROL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    """A window in which a reply was just sent from the composer by its key."""
    await core.tell(said("a", 1))
    async with answering(core, tasks, theme, keep) as made:
        QTest.keyClicks(made.composer.field, "Thanks")
        press(Qt.Key.Key_Return, CONTROL)
        await until(made.leaving.isVisible, "the bar")
        await until(lambda: made.is_settled, "the thread")
        yield made


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, modifiers)


async def states(core: StoreCore) -> list[OutboxState]:
    return [row.state for row in await questions.outbox(core.store)]


async def came_back(place: Workplace, core: StoreCore) -> None:
    await until(lambda: place.composer.text == "Thanks" and place.is_settled, "the text")
    assert await states(core) == [OutboxState.UNDONE]
    assert QApplication.focusWidget() is place.composer.field
    press(Qt.Key.Key_Exclam)
    assert place.composer.text == "Thanks!"


@pytest.mark.parametrize("modifiers", [NONE, CONTROL], ids=["Z", "Ctrl+Z"])
async def test_after_sending_the_keys_of_undo_take_the_reply_back(
    place: Workplace, core: StoreCore, modifiers: Qt.KeyboardModifier
) -> None:
    assert QApplication.focusWidget() is place.thread_view.column
    press(Qt.Key.Key_Z, modifiers)
    await came_back(place, core)


async def test_control_z_in_the_empty_composer_takes_the_reply_back(place: Workplace, core: StoreCore) -> None:
    place.composer.field.setFocus()
    press(Qt.Key.Key_Z, CONTROL)
    await came_back(place, core)


async def test_in_a_reply_begun_since_control_z_is_text_undo_and_z_a_letter(place: Workplace, core: StoreCore) -> None:
    place.composer.field.setFocus()
    QTest.keyClicks(place.composer.field, "Zoe")
    assert place.composer.text == "Zoe"
    press(Qt.Key.Key_Z, CONTROL)
    assert place.composer.text == ""
    assert await states(core) == [OutboxState.QUEUED]


async def test_control_z_never_reaches_past_text_that_cannot_be_undone(place: Workplace, core: StoreCore) -> None:
    place.composer.fill("kept from yesterday", None)
    place.composer.field.setFocus()
    press(Qt.Key.Key_Z, CONTROL)
    await place.answering.writing.save()
    assert place.composer.text == "kept from yesterday"
    assert await states(core) == [OutboxState.QUEUED]


async def test_an_invitation_is_accepted_and_that_is_taken_back(
    core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep
) -> None:
    can = Abilities({Action.ACCEPT: YES, Action.DECLINE: YES, Action.REPLY: Ability(False, "Accept it first.")})
    invited = said("invitation", 1)
    await core.tell(replace(invited, message=replace(invited.message, abilities=can)))
    window = keep(AppWindow(tasks, theme))
    made = Workplace(core, tasks, theme)
    window.put_in(made)
    window.show()
    await until(lambda: len(made.bridge.ids) == 1, "the list")
    made.open(made.bridge.ids[0])
    await until(lambda: made.is_settled and named(made, "Accept"), "the invitation")
    assert [not one.isEnabled() for one in named(made, "Reply")] == [True]
    named(made, "Accept")[0].click()
    await until(made.toast.isVisible, "what was done")
    (row,) = await questions.outbox(core.store)
    assert row.state is OutboxState.QUEUED
    await until(made.leaving.isVisible, "the countdown")
    made.leaving.undo()
    async with asyncio.timeout(60):
        while await states(core) != [OutboxState.UNDONE]:
            await asyncio.sleep(0.01)
    await made.close_down()


def named(place: Workplace, name: str) -> list[QAbstractButton]:
    """The buttons of the thread with this name."""
    return [one for one in place.thread_view.findChildren(QAbstractButton) if one.accessibleName() == name]
