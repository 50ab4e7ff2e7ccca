"""Every command by name: a list to type into, and the page of keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from inbox_app.i18n import _
from ui import dialogs
from ui.choices import Choice, Choices, fitting
from ui.commands import Command, Does, key_text, unique_commands
from ui.theme.theme import Theme

_SIZE = QSize(560, 460)
_FROM_TOP = 72


async def choose_command(
    theme: Theme, window: QWidget, allowed: Callable[[Command], bool], give: Callable[[Does], None]
) -> None:
    """Ask for a command by name, and give it."""
    bar = CommandBar(theme, window, allowed)
    await dialogs.ask(bar)
    if bar.chosen is not None:
        give(bar.chosen)


class CommandBar(QDialog):
    """Type a part of a command's name, Enter does it; `chosen` is what was picked."""

    def __init__(self, theme: Theme, parent: QWidget, allowed: Callable[[Command], bool]) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle(_("All commands"))
        self.setProperty("bar", "commands")
        self.chosen: Does | None = None
        self._commands = [
            Choice(command.does, str(command.name), key_text(command.does))
            for command in unique_commands()
            if allowed(command)
        ]
        nothing = _("There is no such command. Try another word for it.")
        self.choices = Choices(theme, _("Find a command"), _("What do you want to do?"), nothing)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(self.choices)
        self.choices.typed.connect(self._narrow)
        self.choices.chosen.connect(self._choose)
        self._narrow("")
        self.choices.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """It belongs to the window: over its upper part, and never larger."""
        super().showEvent(event)
        over = self.parentWidget()
        if over is not None:
            self.resize(_SIZE.boundedTo(over.size() - QSize(24, 24)))
            top = min(_FROM_TOP, max(over.height() - self.height(), 0) // 2)
            self.move(over.mapToGlobal(QPoint((over.width() - self.width()) // 2, top)))

    def _narrow(self, words: str) -> None:
        self.choices.offer(fitting(words, self._commands))

    def _choose(self, does: object) -> None:
        self.chosen = does if isinstance(does, Does) else None
        self.accept()


class KeysPage(CommandBar):
    """The same list with everything in it, whatever makes sense now: to be read, and to give a command another key."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, lambda _command: True)
        self.setWindowTitle(_("Keys"))
        self.choices.field.setPlaceholderText(_("Find a command; Enter changes its key"))
