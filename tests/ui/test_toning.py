"""The tone sheet in the window: laid down in its dialog, checked live, mended at a key, undone by Ctrl+Z."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from inbox_app.actions import toning
from inbox_app.domain.tone import Rule
from inbox_app.queries import tone
from tests.ui.answering import answering
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import dialog_of, until
from tests.unit.ingest.tales import said
from ui.commands import Does
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.tone_dialog import ToneDialog
from ui.workplace import Workplace

pytestmark = pytest.mark.ui


@pytest.fixture
async def place(core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep) -> AsyncIterator[Workplace]:
    """A comment that can be answered, with the composer in front."""
    await core.tell(said("a", 1))
    await toning.lay_down(core.store, "", {Rule.EXCLAMATION: ["1"], Rule.NEVER: ["synergy"]})
    async with answering(core, tasks, theme, keep) as made:
        yield made


def reasons(place: Workplace) -> list[str]:
    return [one.reason for one in place.composer.tone.found]


async def test_what_departs_is_said_with_its_reason_and_mended_by_one_key(place: Workplace) -> None:
    field = place.composer.field
    QTest.keyClicks(field, "Synergy! Great!")
    await until(lambda: len(reasons(place)) == 2 and place.composer.tone.isVisible(), "both findings")
    assert "Synergy" in reasons(place)[0]
    assert len(field.extraSelections()) == 2
    assert [one.text() for one in place.composer.tone.findChildren(QPushButton)] == ["Make the others full stops"]
    focus = QApplication.focusWidget()
    assert focus is field
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    assert place.composer.text == "Synergy! Great."
    assert len(reasons(place)) == 1
    QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert place.composer.text == "Synergy! Great!"


async def test_a_key_with_nothing_to_do_says_so(place: Workplace) -> None:
    QTest.keyClicks(place.composer.field, "Fine")
    QTest.keyClick(place.composer.field, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    assert place.toast.words.accessibleName() == "Nothing here departs from the tone sheet."
    place.answering.spelling.go_on()
    await until(lambda: "there is no dictionary" in place.toast.words.accessibleName(), "why no word is looked for")


async def test_nothing_is_changed_and_nothing_blocked_unasked(place: Workplace) -> None:
    QTest.keyClicks(place.composer.field, "Synergy")
    await until(lambda: reasons(place), "the finding")
    assert place.composer.is_ready
    assert place.composer.text == "Synergy"


async def test_rules_are_laid_down_in_the_dialog_and_hold_at_once(place: Workplace, core: StoreCore) -> None:
    QTest.keyClicks(place.composer.field, "It is cheap")
    place.give(Does.TONE)
    dialog = await dialog_of(place, ToneDialog)
    assert dialog.lines[Rule.EXCLAMATION].text() == "1"
    dialog.prefer.setPlainText("cheap")
    dialog.keep.click()
    await until(dialog.problem.isVisible, "why it cannot be kept")
    dialog.prefer.setPlainText("cheap = affordable")
    dialog.question.setCurrentIndex(dialog.question.findData("yes"))
    dialog.keep.click()
    await until(lambda: len(reasons(place)) == 2, "both findings")
    voice = (await tone.sheet(core.store)).everywhere
    assert (voice.exclamations, dict(voice.prefer), voice.question) == (1, {"cheap": "affordable"}, True)
    assert any("affordable" in one.text() for one in place.composer.tone.findChildren(QLabel))
