"""What stands in place of a list or a thread: side by side, at one height."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.inbox.list_state import ListState, Mood
from ui.inbox.state_pane import StatePane
from ui.theme.theme import Theme

pytestmark = pytest.mark.ui


def icon_top(pane: StatePane) -> int:
    """Where the icon begins in the window."""
    (icon,) = [one for one in pane.findChildren(QLabel) if one.isVisible() and not one.pixmap().isNull()]
    return icon.mapTo(pane.window(), QPoint()).y()


@pytest.mark.parametrize("height", [480, 768, 1080])
def test_icons_of_panes_side_by_side_stand_at_one_height(theme: Theme, qtbot: QtBot, height: int) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    row, left = QHBoxLayout(window), QVBoxLayout()
    head = QWidget()
    head.setFixedHeight(90)
    left.addWidget(head)
    row.addLayout(left)
    below, beside = StatePane(theme), StatePane(theme)
    left.addWidget(below, 1)
    row.addWidget(beside)
    window.resize(1000, 768)
    below.show_state(ListState(Mood.EMPTY, "Nothing is snoozed here.\nWhat can wait you put aside.", "Show everything"))
    beside.show_state(ListState(Mood.EMPTY, "Choose a conversation to read it here."))
    window.show()
    window.resize(1000, height)
    qtbot.waitUntil(lambda: window.height() == height and icon_top(below) == icon_top(beside))
    assert icon_top(beside) < height / 2
    head.setFixedHeight(120)
    qtbot.waitUntil(lambda: below.geometry().top() > 120 and icon_top(below) == icon_top(beside))
