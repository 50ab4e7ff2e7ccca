"""What appears without moving the keyboard is told to whoever listens, in the order of its weight.

What becomes of it on the accessibility bus is Qt's own; here stands what is handed to Qt.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.choices import Choice, Choices
from ui.theme import announcing
from ui.theme.theme import Theme
from ui.toast import Toast
from ui.trouble import Trouble

pytestmark = pytest.mark.ui
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
