"""A sheet to write on: a frame around a field, lit while the keyboard is in it, since a cursor is easily overlooked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout, QWidget


def paper(field: QPlainTextEdit) -> QFrame:
    """A sheet around a field of its own."""
    made = QFrame()
    made.setProperty("card", "composer")
    column = QVBoxLayout(made)
    column.setContentsMargins(6, 4, 6, 4)
    column.addWidget(field)
    Lamp(made, field)
    return made


class Lamp(QObject):
    """Lights a frame while the keyboard is in its field."""

    def __init__(self, frame: QFrame, field: QWidget) -> None:
        super().__init__(frame)
        self._frame = frame
        field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._frame.setProperty("lit", event.type() is QEvent.Type.FocusIn)
            style = self._frame.style()
            style.unpolish(self._frame)
            style.polish(self._frame)
        return False
