"""The search field: tells what is looked for when typing pauses; Escape empties it, Down and Enter go to the list."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolButton

from inbox_app.i18n import _
from ui.theme import fonts, icons
from ui.theme.theme import Theme

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
        self._glass = QAction(self)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._tell)
        self.textChanged.connect(self._type)
        self.returnPressed.connect(self._tell)
        self.returnPressed.connect(self.left)
        self._dress()
        self._glass.setText(_("Search"))
        for button in self.findChildren(QToolButton):
            button.setAccessibleName(_("Search") if button.defaultAction() is self._glass else _("Empty the field"))

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
        if event.type() is QEvent.Type.StyleChange and hasattr(self, "_glass"):
            self._dress()

    def _dress(self) -> None:
        self.setFont(self._theme.font(fonts.BODY))
        self._glass.setIcon(icons.icon(self._theme, "magnifying-glass", "text3", 16))

    def _type(self) -> None:
        self._pause.start()

    def _tell(self) -> None:
        self._pause.stop()
        wanted = self.text().strip()
        if wanted != self._told:
            self._told = wanted
            self.searched.emit(wanted)
