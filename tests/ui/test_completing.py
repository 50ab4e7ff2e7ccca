"""Completion while one writes: emoji by their names, people of the conversation; Esc and Enter as one expects."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget

from inbox_app.domain.emoji_names import find_emoji
from tests.ui.answering import answering
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.unit.ingest.tales import said
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

pytestmark = pytest.mark.ui


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    """A comment by somebody, with the empty composer in front."""
    await core.tell(said("a", 1, by="maya"))
    async with answering(core, tasks, theme, keep) as made:
        yield made


def offered(place: Workplace) -> QListWidget:
    found = [one for one in place.window().findChildren(QListWidget) if one.accessibleName() == "What fits"]
    return found[0]


async def test_an_emoji_is_put_in_by_its_name(place: Workplace) -> None:
    field = place.composer.field
    QTest.keyClicks(field, "Thanks :smi")
    assert offered(place).isVisible()
    first = offered(place).item(1).text()
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert place.composer.text == f"Thanks {first.split()[0]} "
    assert not offered(place).isVisible()


async def test_somebody_of_the_conversation_is_named_by_handle(place: Workplace) -> None:
    QTest.keyClicks(place.composer.field, "@ma")
    assert offered(place).isVisible()
    QTest.keyClick(place.composer.field, Qt.Key.Key_Tab)
    assert place.composer.text == "@maya@example.net "


async def test_escape_leaves_what_was_typed_and_a_time_of_day_offers_nothing(place: Workplace) -> None:
    field = place.composer.field
    QTest.keyClicks(field, ":sm")
    assert offered(place).isVisible()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not offered(place).isVisible()
    assert place.composer.text == ":sm"
    assert field.hasFocus()
    QTest.keyClicks(field, " at 10:30")
    assert not offered(place).isVisible()


def test_the_usual_ones_come_first_and_nonsense_finds_nothing() -> None:
    assert find_emoji("smi")[0].text in "😊😄"
    assert find_emoji("heart")[0].text.startswith("❤")
    assert find_emoji("xyzzy") == ()
