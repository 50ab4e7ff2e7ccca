"""A row of choices of which exactly one holds, like tabs; the arrow keys move along it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QHBoxLayout, QRadioButton, QSizePolicy

from ui.theme import fonts
from ui.theme.dressed import Dressed
from ui.theme.theme import Theme

Value = TypeVar("Value")


class Segments(QFrame, Generic[Value]):
    """The choices as buttons in one trough; `chosen` tells the value when a person picks another."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, name: str, choices: Sequence[tuple[Value, str]], size: int = fonts.BODY) -> None:
        super().__init__()
        self._values = [value for value, _name in choices]
        self._group = QButtonGroup(self)
        self.setProperty("card", "segments")
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(2)
        for place, (_value, text) in enumerate(choices):
            row.addWidget(self._button(theme, place, text, size))
        self._group.button(0).setChecked(True)
        self._group.idClicked.connect(lambda place: self.chosen.emit(self._values[place]))

    @property
    def value(self) -> Value:
        """The choice that holds."""
        return self._values[self._group.checkedId()]

    @property
    def buttons(self) -> dict[Value, QAbstractButton]:
        """The button of each choice."""
        return {value: self._group.button(place) for place, value in enumerate(self._values)}

    def choose(self, value: Value) -> None:
        """Let this choice hold, without telling."""
        self._group.button(self._values.index(value)).setChecked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
            return
        button = self._group.button((self._group.checkedId() + by) % len(self._values))
        button.setFocus()
        button.click()

    def _button(self, theme: Theme, place: int, text: str, size: int) -> QRadioButton:
        made = _Segment(theme, text, size)
        self._group.addButton(made, place)
        return made


class _Segment(Dressed, QRadioButton):
    """One of the choices, drawn without its circle; so it is told as one of several, and which of them."""

    def __init__(self, theme: Theme, text: str, size: int) -> None:
        super().__init__()
        self._theme, self._size = theme, size
        self.setText(text.replace("&", "&&"))
        self.setProperty("kind", "segment")
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.dress()

    def hitButton(self, pos: QPoint) -> bool:
        """All of it can be pressed, not its words alone."""
        return self.rect().contains(pos)

    def dress(self) -> None:
        self.setFont(self._theme.font(self._size, fonts.MEDIUM))
