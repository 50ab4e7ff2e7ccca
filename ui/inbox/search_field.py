"""The search field: tells what is looked for when typing pauses; Escape empties it, Down and Enter go to the list."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QToolButton

from inbox_app.i18n import _
from ui.theme import fonts, icons
from ui.theme.mirroring import placed
from ui.theme.theme import Theme

_GLASS, _AROUND = 16, 7
"""How large the glass is, and how far from the field's edge."""
_PAUSE_MS = 180
"""How long nobody types before a search begins."""


class SearchField(QLineEdit):
    """Signals:
    searched: what is looked for, after a pause; empty when the search is over.
    left: from the field into the list, by a key.
    """

    searched = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._told = ""
        self.setPlaceholderText(_("Search people and messages"))
        self.setAccessibleName(_("Search people and messages"))
        self.setClearButtonEnabled(True)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._tell)
        self.textChanged.connect(self._type)
        self.returnPressed.connect(self._tell)
        self.returnPressed.connect(self.left)
        self._dress()
        for button in self.findChildren(QToolButton):
            button.setAccessibleName(_("Empty the field"))

    def stop(self) -> None:
        """Empty it without telling."""
        self._told = ""
        self.clear()
        self._pause.stop()

    def finish(self) -> None:
        """The search is over: empty it, and tell."""
        self.clear()
        self._tell()

    def write(self, words: str, cursor: int | None = None) -> None:
        """Let this stand there instead, as if it were typed."""
        self.setText(words)
        self.setCursorPosition(len(words) if cursor is None else cursor)

    def event(self, event: QEvent) -> bool:
        """Enter is a key of this field here, and none of the list's around it."""
        if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return super().event(event)
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return super().event(event)
        event.accept()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.finish()
            self.left.emit()
        elif event.key() == Qt.Key.Key_Down:
            self._tell()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.LayoutDirectionChange) and hasattr(self, "_theme"):
            self._dress()

    def paintEvent(self, event: QPaintEvent) -> None:
        """With a glass where it begins; as an action of the field it would keep its size whatever that of text."""
        super().paintEvent(event)
        side, room = float(self._theme.scaled(_GLASS)), QRectF(self.rect())
        painter = QPainter(self)
        square = placed(QRectF(_AROUND, room.center().y() - side / 2, side, side), room)
        icons.draw(painter, square, "magnifying-glass", self._theme.colour("text3"))
        painter.end()

    def _dress(self) -> None:
        self.setFont(self._theme.font(fonts.BODY))
        beside = self._theme.scaled(_GLASS) + _AROUND
        left, right = (0, beside) if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else (beside, 0)
        self.setTextMargins(left, 0, right, 0)

    def _type(self) -> None:
        self._pause.start()

    def _tell(self) -> None:
        self._pause.stop()
        wanted = self.text().strip()
        if wanted != self._told:
            self._told = wanted
            self.searched.emit(wanted)
