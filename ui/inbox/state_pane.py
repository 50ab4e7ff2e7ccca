"""The sentence that stands in place of a list or a thread, with the next step."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QMoveEvent, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from ui.inbox.list_state import ListState, Mood
from ui.theme import fonts, icons
from ui.theme.announcing import announce
from ui.theme.dressed import Dressed
from ui.theme.signs import Sign
from ui.theme.theme import Theme
from ui.theme.widgets import Label, PushButton

_HEIGHT = 0.36
"""Where the icon stands in the window."""


class StatePane(Dressed, QWidget):
    """An icon, a sentence and a button, at one height of the window in panes that stand side by side."""

    step_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state = ListState(Mood.EMPTY)
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence = Label(theme, tone="second").wrapping()
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._sentence.setMaximumWidth(340)
        self._step = PushButton(theme, "", "outline")
        self._step.clicked.connect(self.step_asked)
        self._step.hide()
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        self._above = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        column.addSpacerItem(self._above)
        column.addWidget(self._picture)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._sentence, 8)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self._step, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def show_state(self, state: ListState) -> None:
        """Say this."""
        self._state = state
        self._sentence.say(state.sentence)
        self._step.setText(state.step)
        self._step.setVisible(bool(state.step))
        self.setAccessibleName(state.sentence)
        self.dress()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._settle()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._settle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle()

    def _settle(self) -> None:
        """Keep the icon at its height of the window; where that is above this pane, at the pane's top."""
        window = self.window()
        wanted = (
            round(window.height() * _HEIGHT) - self.mapTo(window, QPoint()).y() - self._column.contentsMargins().top()
        )
        self._above.changeSize(0, max(0, wanted), QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        self._column.invalidate()

    def dress(self) -> None:
        ink = "red" if self._state.mood is Mood.ERROR else "text3"
        side = self._theme.scaled(32)
        name = self._state.mood.value
        self._picture.setPixmap(icons.icon(self._theme, name, ink, side).pixmap(side, side) if name else QPixmap())


class NoticeBar(QFrame):
    """A line above a list that is still shown: no service can be reached, or a condition is none."""

    def __init__(self, theme: Theme, sign: str) -> None:
        super().__init__()
        self.setProperty("card", "note")
        self._sign = Sign(theme, sign, "warn")
        self._sentence = Label(theme, size=fonts.META, tone="warn").wrapping()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(10)
        row.addWidget(self._sign)
        row.addWidget(self._sentence, 1)
        self.hide()

    def say(self, sentence: str) -> None:
        """Say it; an empty sentence when there is nothing to say any more."""
        if sentence != self._sentence.said:
            announce(self, sentence)
        self._sentence.say(sentence)
        self.setAccessibleName(sentence)
        self.setVisible(bool(sentence))
