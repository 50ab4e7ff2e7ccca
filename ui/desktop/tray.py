"""Our icon in the desktop's tray: opens the window, quits, and shows a notification where no bus takes it.

https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from inbox_app.i18n import _
from ui.desktop.notes import Note


class Tray(QObject):
    """Made where there is a tray.

    Signals:
        opened: the window is wanted.
        quit_asked: the program is to end.
        note_pressed: the `Note` that was shown last.
    """

    opened = Signal()
    quit_asked = Signal()
    note_pressed = Signal(object)

    def __init__(self, icon: QIcon, parent: QObject) -> None:
        super().__init__(parent)
        self._shown: Note | None = None
        self._menu = QMenu()
        self._opens, self._quits = self._menu.addAction(""), self._menu.addAction("")
        self._opens.triggered.connect(self.opened)
        self._quits.triggered.connect(self.quit_asked)
        self.speak()
        self._icon = QSystemTrayIcon(icon, self)
        self._icon.setToolTip("Portavoce")
        self._icon.setContextMenu(self._menu)
        self._icon.messageClicked.connect(self._press)
        self._icon.activated.connect(self._activate)
        self._icon.show()

    @staticmethod
    def is_there() -> bool:
        """Whether the desktop has a tray."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def speak(self) -> None:
        """Name what it offers, in the language that is spoken now."""
        self._opens.setText(_("Open Portavoce"))
        self._quits.setText(_("Quit"))

    def show_note(self, note: Note) -> None:
        """As far as a tray can: title and text."""
        self._shown = note
        self._icon.showMessage(note.title, note.text, self._icon.icon())

    def _press(self) -> None:
        if self._shown is not None:
            self.note_pressed.emit(self._shown)

    def _activate(self, why: QSystemTrayIcon.ActivationReason) -> None:
        if why is not QSystemTrayIcon.ActivationReason.Context:
            self.opened.emit()
