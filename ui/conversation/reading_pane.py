"""The middle pane: a conversation, bars about it, and the composer below them at the same margins."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.conversation.column import margin_of

_ABOVE, _BELOW = 8, 16


class ReadingPane(QWidget):
    """Keeps the composer in line with the messages, however wide it is."""

    def __init__(self, thread: QWidget, *below: QWidget) -> None:
        """`below` ends with the composer."""
        super().__init__()
        self.setProperty("pane", "thread")
        self.setFocusProxy(thread)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(thread, 1)
        *bars, composer = below
        for bar in bars:
            column.addWidget(bar)
        self._around = QVBoxLayout()
        self._around.addWidget(composer)
        column.addLayout(self._around)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        margin = margin_of(self.width())
        self._around.setContentsMargins(margin, _ABOVE, margin, _BELOW)
