"""What appears without moving the keyboard is told to whoever listens, in the order of its weight.

What becomes of it on the accessibility bus is Qt's own; here stands what is handed to Qt.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from inbox_app.domain.report import Figure, Part, Span
from ui.choices import Choice, Choices
from ui.community.charts import Bars
from ui.theme import announcing
from ui.theme.theme import Theme
from ui.toast import Toast
from ui.trouble import Trouble

pytestmark = pytest.mark.ui
DAYS = ((1, "in", 1), (1, "out", 2), (2, "in", 3), (2, "out", 0))
Politeness = QAccessible.AnnouncementPoliteness


class Listener:
    """Stands where a screen reader would: there is none on the screen that tests have."""

    AnnouncementPoliteness = Politeness

    def __init__(self) -> None:
        self.listens = True
        self.heard: list[tuple[str, bool]] = []

    def isActive(self) -> bool:
        return self.listens

    def updateAccessibility(self, event: QAccessibleAnnouncementEvent) -> None:
        self.heard.append((event.message(), event.politeness() is Politeness.Assertive))


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Listener:
    made = Listener()
    monkeypatch.setattr(announcing, "QAccessible", made)
    return made


@pytest.fixture
def room(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(400, 500)
    QVBoxLayout(made)
    made.show()
    return made


def put_in(room: QWidget, part: QWidget) -> None:
    layout = room.layout()
    assert layout is not None
    layout.addWidget(part)


def test_the_line_that_an_arrow_goes_to_from_the_field(
    theme: Theme, room: QWidget, listener: Listener, qtbot: QtBot
) -> None:
    choices = Choices(theme, "Find a tag", "", "")
    put_in(room, choices)
    choices.offer(Choice(name, name) for name in ("Press", "Regular"))
    assert listener.heard == [], "who writes elsewhere is not disturbed"
    room.activateWindow()
    choices.setFocus()
    qtbot.waitUntil(choices.field.hasFocus)
    QTest.keyClick(choices.field, Qt.Key.Key_Down)
    assert listener.heard == [("Regular, 2 of 2", False)]


def test_a_chart_sums_itself_up_and_each_step_tells_one_figure(theme: Theme, room: QWidget, listener: Listener) -> None:
    chart = Bars(theme, Part.TIME, "Messages over time")
    put_in(room, chart)
    figures = [Figure(f"2026-11-{day:02} {way}", value, value) for day, way, value in DAYS]
    chart.show_figures(figures, Span(date(2026, 11, 1), date(2026, 11, 2), ZoneInfo("UTC")))
    told = QAccessible.queryAccessibleInterface(chart)
    assert told is not None
    assert told.role() is QAccessible.Role.Chart
    assert told.text(QAccessible.Text.Name) == (
        "Messages over time: 6 messages in all; the most: 2 Nov, from members: 3"
    )
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(chart, key)
    assert listener.heard == [("1 Nov, from us: 2", False), ("2 Nov, from us: 0", False)]
    chart.show_figures([], Span(date(2026, 11, 1), date(2026, 11, 2), ZoneInfo("UTC")))
    assert chart.accessibleName() == "Messages over time: no message"


@pytest.mark.parametrize("listens", [True, False])
def test_what_was_done_waits_and_what_went_wrong_does_not(
    theme: Theme, room: QWidget, listener: Listener, listens: bool
) -> None:
    listener.listens = listens
    toast, trouble = Toast(theme, room, room, room), Trouble(theme)
    put_in(room, trouble)
    undo: Callable[[], object] = room.update
    toast.say("Done.", undo)
    trouble.say("The disk is full.")
    QApplication.processEvents()
    assert listener.heard == ([("Done.", False), ("The disk is full.", True)] if listens else [])
