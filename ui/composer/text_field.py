"""The field one writes in: plain text, as tall as what it holds, and files can be dropped on it."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QImage, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy

from inbox_app.i18n import _
from ui.theme import fonts
from ui.theme.theme import Theme

_FEWEST_LINES, _LOW_LINES, _MOST_LINES = 3, 2, 10


class TextField(QPlainTextEdit):
    """Tab leaves it, so that the keyboard can."""

    files_dropped = Signal(list)
    picture_pasted = Signal(QImage)
    entered_or_left = Signal()
    """The keyboard came here, or went."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._low = False
        self.setAccessibleName(_("Your reply"))
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFont(theme.font(fonts.MESSAGE))
        self.textChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Three lines at least (in a low window two, and one unless it is written in), ten at most; then it scrolls."""
        fewest = _FEWEST_LINES if not self._low else _LOW_LINES if self.hasFocus() else 1
        lines = max(fewest, min(_MOST_LINES, int(self.document().size().height())))
        height = QFontMetricsF(self.font()).lineSpacing() * lines + 2 * self.document().documentMargin() + 2
        return QSize(super().sizeHint().width(), int(height) + 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def fill_room(self) -> None:
        """Be as tall as there is room for, instead of as tall as the text."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def be_low(self, low: bool) -> None:
        """Whether the window is so low that messages would not stay in sight above a tall field."""
        self._low = low
        self.updateGeometry()

    def event(self, event: QEvent) -> bool:
        """Ctrl+Z is text undo as long as there is text or anything to undo; then it is the window's."""
        if _claims_undo(event) and not self.toPlainText() and not self.document().isUndoAvailable():
            event.ignore()
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._resize()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._resize()

    def _resize(self) -> None:
        self.updateGeometry()
        self.entered_or_left.emit()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return bool(_files(source)) or source.hasImage() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Files and pictures become attachments, everything else plain text."""
        files = _files(source)
        if files:
            self.files_dropped.emit(files)
        elif source.hasImage() and not source.hasText():
            self.picture_pasted.emit(QImage(source.imageData()))
        elif source.hasText():
            self.insertPlainText(source.text())


def _claims_undo(event: QEvent) -> bool:
    asks = event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
    return asks and cast(QKeyEvent, event).matches(QKeySequence.StandardKey.Undo)


def _files(source: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
