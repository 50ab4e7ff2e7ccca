"""A filter as text: one line that is as high as it needs to be, so that none of it is out of sight."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy

_MOST_LINES, _SLACK = 5, 2
"""Qt counts a line that fits to the pixel as one that is out of sight."""


class FilterLine(QPlainTextEdit):
    """Signals:
    edited: the person changed it; the text.
    """

    edited = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._is_told = False
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.textChanged.connect(self._change)

    def text(self) -> str:
        """What stands there, on one line."""
        return " ".join(self.toPlainText().split("\n"))

    def setText(self, text: str) -> None:
        """Let this stand there instead, telling nobody."""
        if text != self.toPlainText():
            self._is_told = True
            self.setPlainText(text)
            self._is_told = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is the dialog's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        lines = min(max(round(self.document().size().height()), 1), _MOST_LINES)
        around = self.height() - self.viewport().height() + _SLACK
        return QSize(super().sizeHint().width(), lines * self.fontMetrics().lineSpacing() + around)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def _change(self) -> None:
        self._fit()
        if not self._is_told:
            self.edited.emit(self.text())

    def _fit(self) -> None:
        if self.height() != self.sizeHint().height():
            self.updateGeometry()
