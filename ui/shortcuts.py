"""Keys become commands: a shortcut for each key of the table, silent where the key is wanted for something else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from ui.commands import Command, Does, When, Where, commands

Give = Callable[[Does], None]
Allowed = Callable[[When], bool]
Refused = Callable[[When], object]


class Shortcuts(QObject):
    """Made once for the window; `places` are the list and the thread. What is not allowed now is `refused`."""

    def __init__(
        self, window: QWidget, places: Sequence[QWidget], give: Give, allowed: Allowed, refused: Refused
    ) -> None:
        super().__init__(window)
        self._give, self._allowed, self._refused = give, allowed, refused
        self.made: list[tuple[Command, QShortcut]] = []
        for command in commands():
            everywhere = command.where is not Where.LIST_AND_THREAD
            for owner in (window,) if everywhere else places:
                for key in command.keys:
                    self._bind(command, key, owner, everywhere=everywhere)

    def end(self) -> None:
        """Hear no key any more."""
        for _command, shortcut in self.made:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self.deleteLater()

    def _bind(self, command: Command, key: str, owner: QWidget, *, everywhere: bool) -> None:
        context = Qt.ShortcutContext.WindowShortcut if everywhere else Qt.ShortcutContext.WidgetWithChildrenShortcut
        shortcut = QShortcut(QKeySequence(key), owner)
        shortcut.setContext(context)
        shortcut.setAutoRepeat(command.does in (Does.NEXT, Does.PREVIOUS))
        shortcut.activated.connect(partial(self._act, command))
        self.made.append((command, shortcut))

    def _act(self, command: Command) -> None:
        if command.where is not Where.ANYWHERE and is_text(QApplication.focusWidget()):
            return
        if self._allowed(command.when):
            self._give(command.does)
        else:
            self._refused(command.when)


def is_text(widget: QWidget | None) -> bool:
    """Whether keys typed now would become text."""
    if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit):
        return not widget.isReadOnly() and widget.isEnabled()
    return False
