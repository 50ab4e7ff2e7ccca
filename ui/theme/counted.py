"""What there is of several things, a line each: how many, and of what."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from ui.theme import fonts
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.widgets import Label


def counted(theme: Theme, lines: Iterable[tuple[str, int]]) -> QGridLayout:
    """The lines of which there are some, their numbers below one another."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(3)
    grid.setColumnStretch(1, 1)
    for row, (what, count) in enumerate(line for line in lines if line[1]):
        grid.addWidget(Label(theme, number(count), weight=fonts.BOLD), row, 0, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(Label(theme, what).eliding(), row, 1)
    return grid
