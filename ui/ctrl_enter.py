"""Ctrl+Enter in a field of several lines, where Enter alone begins the next one, does what its dialog is for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CtrlEnter(QObject):
    """Belongs to the field and listens to its keys."""

    def __init__(self, field: QWidget, do: Callable[[], None]) -> None:
        super().__init__(field)
        self._do = do
        field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Whether it was that key."""
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress or event.key() not in _ENTER:
            return False
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._do()
            return True
        return False
