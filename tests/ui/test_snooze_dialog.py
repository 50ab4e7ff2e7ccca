"""The dialog that asks when: what is typed stands there as a date, twice where it can mean two."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.ui.keeping import Keep
from ui.inbox.snooze_dialog import Deed, SnoozeDialog
from ui.theme.theme import Theme

pytestmark = pytest.mark.ui
NOW = datetime(2026, 11, 26, 17, 50, tzinfo=ZoneInfo("Europe/Rome"))


@pytest.fixture
def dialog(theme: Theme, keep: Keep) -> SnoozeDialog:
    return keep(SnoozeDialog(theme, keep(QWidget()), NOW))


def test_two_meanings_are_two_lines_and_an_arrow_takes_the_other(dialog: SnoozeDialog) -> None:
    QTest.keyClicks(dialog.choices.field, "mar 9")
    assert len(dialog.choices.offered) == 2
    assert "1" in dialog.meant.text()
    QTest.keyClick(dialog.choices.field, Qt.Key.Key_Down)
    QTest.keyClick(dialog.choices.field, Qt.Key.Key_Return)
    assert dialog.until == datetime(2027, 3, 9, 9, tzinfo=NOW.tzinfo)


def test_where_it_repeats_a_day_is_a_rule(dialog: SnoozeDialog) -> None:
    dialog.deeds.choose(Deed.REPEAT)
    dialog._turn()
    QTest.keyClicks(dialog.choices.field, "every now and then")
    assert "every first monday" in dialog.choices.nothing.text(), "an example that repeats"
    dialog.choices.field.clear()
    QTest.keyClicks(dialog.choices.field, "il primo lunedi del mese")
    assert dialog.meant.text().count("\n") == 3, "three dates and the zone"
    QTest.keyClick(dialog.choices.field, Qt.Key.Key_Return)
    assert dialog.plan is not None
    assert dialog.plan.rule.startswith("FREQ=MONTHLY;BYDAY=1MO")
