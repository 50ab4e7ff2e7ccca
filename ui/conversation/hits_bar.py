"""Which of the messages found in a conversation is in sight, and the way to the next one and the one before."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from inbox_app.i18n import _
from ui.theme import fonts
from ui.theme.announcing import announce
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.widgets import Label


class HitsBar(QFrame):
    """Shown while a search is on and something was found here.

    Signals:
        stepped: 1 for the next, -1 for the one before.
    """

    stepped = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("bar", True)
        self._said = Label(theme, size=fonts.META, tone="second")
        line = QHBoxLayout(self)
        line.setContentsMargins(24, 4, 16, 4)
        line.setSpacing(6)
        line.addWidget(self._said, 1)
        self.before = self._button(theme, _("Previous hit"), -1)
        self.next = self._button(theme, _("Next hit"), 1)
        line.addWidget(self.before)
        line.addWidget(self.next)
        self.hide()

    def show_place(self, place: int, count: int) -> None:
        """Say that it is this one (from 1) of so many; 0 hides the bar."""
        self.setVisible(count > 0)
        said = _("{place} of {count} found in this conversation").format(place=number(place), count=number(count))
        if count > 0 and said != self.said:
            announce(self, said)
        self._said.say(said)

    @property
    def said(self) -> str:
        """What it says."""
        return self._said.text()

    def _button(self, theme: Theme, name: str, by: int) -> QPushButton:
        made = QPushButton(name)
        made.setProperty("kind", "small")
        made.setAccessibleName(name)
        made.setFont(theme.font(fonts.META))
        made.clicked.connect(lambda: self.stepped.emit(by))
        return made
