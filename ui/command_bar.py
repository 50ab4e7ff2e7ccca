"""Every command by name: a list to type into, and the page of keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from inbox_app.i18n import _
from ui.commands import Command, Does, When, keys_of, unique_commands
from ui.theme import fonts
from ui.theme.theme import Theme

_LIST_KEYS = {Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}
_COMMAND = Qt.ItemDataRole.UserRole


class CommandBar(QDialog):
    """Type a part of a command's name, Enter does it; `chosen` is what was picked."""

    def __init__(self, theme: Theme, parent: QWidget, allowed: Callable[[When], bool]) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("All commands"))
        self.resize(460, 420)
        self.chosen: Does | None = None
        self.field = QLineEdit()
        self.field.setPlaceholderText(_("What do you want to do?"))
        self.field.setAccessibleName(_("Find a command"))
        self.list = QListWidget()
        self.list.setAccessibleName(_("Commands"))
        self.list.setFont(theme.font(fonts.BODY))
        for command in unique_commands():
            if allowed(command.when):
                self.list.addItem(_item(command))
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        column.addWidget(self.list)
        self.field.textChanged.connect(self._narrow)
        self.field.returnPressed.connect(self._choose)
        self.list.itemClicked.connect(lambda _item: self._choose())
        self.field.installEventFilter(self)
        self._narrow("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows move in the list while one types."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and event.key() in _LIST_KEYS:
            self.list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def _narrow(self, words: str) -> None:
        wanted = words.casefold().split()
        first: QListWidgetItem | None = None
        for place in range(self.list.count()):
            item = self.list.item(place)
            fits = all(word in item.text().casefold() for word in wanted)
            item.setHidden(not fits)
            if fits and first is None:
                first = item
        if first is not None:
            self.list.setCurrentItem(first)

    def _choose(self) -> None:
        item = self.list.currentItem()
        if item is not None and not item.isHidden():
            self.chosen = item.data(_COMMAND)
            self.accept()


class KeysPage(QDialog):
    """All keys, to be read."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Keys"))
        self.resize(420, 520)
        page = QListWidget()
        page.setAccessibleName(_("Keys"))
        page.setFont(theme.font(fonts.BODY))
        page.addItems([_line(command) for command in unique_commands()])
        QVBoxLayout(self).addWidget(page)


def _item(command: Command) -> QListWidgetItem:
    item = QListWidgetItem(_line(command))
    item.setData(_COMMAND, command.does)
    return item


def _line(command: Command) -> str:
    shown = (QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in keys_of(command.does))
    return f"{command.name}    {' · '.join(shown)}"
