"""A part of the card: a title with what can be done beside it, and below it lines that are made anew each time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from inbox_app.i18n import _
from ui.theme import fonts
from ui.theme.mirroring import at_end, is_mirrored
from ui.theme.theme import Theme
from ui.theme.tokens import PANEL_WIDTH
from ui.theme.widgets import Label, ToolButton, rule


class Section(QWidget):
    """`lines` is filled by whoever shows something; emptied, it says nothing but its title."""

    def __init__(self, theme: Theme, title: str, icon: str = "", deed: str = "") -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(title)
        self.deed = ToolButton(theme, icon or "plus", deed or title)
        self.deed.setObjectName(f"deed:{deed}")
        if not icon:
            self.deed.hide()
        head = QHBoxLayout()
        head.addWidget(Label(theme, title, weight=fonts.BOLD).eliding())
        head.addStretch(1)
        head.addWidget(self.deed)
        self.lines = QVBoxLayout()
        self.lines.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(6)
        column.addWidget(rule())
        column.addLayout(head)
        column.addLayout(self.lines)

    def clear(self) -> None:
        """Take the lines away."""
        empty(self.lines)

    def say(self, sentence: str) -> None:
        """A line of words in the meta colour, for what is not there."""
        self.lines.addWidget(Label(self._theme, sentence, tone="meta").wrapping())


def empty(layout: QLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            empty(inner)
            inner.deleteLater()


def fact_line(theme: Theme, name: str, value: str) -> QWidget:
    """A name at the left, what is known at the right."""
    line = QWidget()
    line.setAccessibleName(_("{name}: {value}").format(name=name, value=value))
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(Label(theme, name, tone="meta"))
    said = Label(theme, value, weight=fonts.MEDIUM).eliding()
    said.setAlignment(at_end())
    row.addWidget(said, 1)
    return line


class Flow(QWidget):
    """Small things side by side, in as many lines as they need."""

    def __init__(self, things: Sequence[QWidget], gap: int = 6) -> None:
        super().__init__()
        self._things, self._gap = things, gap
        for thing in things:
            thing.setParent(self)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def heightForWidth(self, width: int) -> int:
        return self._place(width, move=False)

    def sizeHint(self) -> QSize:
        return QSize(PANEL_WIDTH, self._place(max(self.width(), 1), move=False))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place(self.width(), move=True)

    def event(self, event: QEvent) -> bool:
        """One of the things has another size."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._place(self.width(), move=True)
            self.updateGeometry()
        return super().event(event)

    def _place(self, width: int, *, move: bool) -> int:
        left = top = line = 0
        for thing in self._things:
            size = thing.sizeHint().expandedTo(thing.minimumSize())
            if left and left + size.width() > width:
                left, top, line = 0, top + line + self._gap, 0
            if move:
                at = width - left - size.width() if is_mirrored() else left
                thing.setGeometry(at, top, size.width(), size.height())
            left += size.width() + self._gap
            line = max(line, size.height())
        return top + line
