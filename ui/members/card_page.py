"""A member's card as a page of its own, whoever is on screen; all that can be done on a card is done there by keys."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from inbox_app.domain.changes import Changes
from inbox_app.domain.ids import MemberId
from inbox_app.domain.people import Leading
from inbox_app.i18n import _
from ui.bridge import GATHER
from ui.commands import Does, keys_of
from ui.core import Core
from ui.foremost import hear_once
from ui.members.people import Around, People
from ui.reminders.words import left, what
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.theme.titled import grow_with_text
from ui.theme.widgets import Label
from ui.vault.vault import Vault

_SIZE = QSize(460, 700)


class CardPage(QDialog):
    """`chosen` is the message to open; None when the card was only read or written on. Once erased they are gone."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, parent: QWidget, whom: MemberId, around: Around) -> None:
        super().__init__(parent)
        self._theme, self._whom = theme, whom
        self.chosen: Leading | None = None
        self.setWindowTitle(_("Member"))
        self.resize(_SIZE)
        grow_with_text(theme, self)
        self.is_gone = False
        self.panel = around.panel
        self.people = People(core, tasks, theme, self, around)
        self.people.message_asked.connect(self._choose)
        self.people.card_shown.connect(self._complete)
        vault = Vault(core, tasks, theme, self, self.people.card)
        vault.said.connect(around.toast.say)
        vault.erased.connect(self._go)
        erase = vault.deeds[Does.ERASE]
        self.panel.erase_asked.connect(erase)
        for does, deed in (*self.people.deeds.items(), (Does.UNDO, around.undo), (Does.ERASE, erase)):
            for key in keys_of(does) if does is not Does.NOTE_HERE else ():
                hear_once(self, key, deed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.panel)
        self._unsubscribe = core.bus.subscribe(self._hear, loop=asyncio.get_running_loop(), gather=GATHER)
        self.people.show_member(whom)

    @property
    def is_settled(self) -> bool:
        """Whether the card shows what is known."""
        return self.people.is_idle and self.panel.shown is not None

    def done(self, result: int) -> None:
        """Closed, it asks nothing more."""
        self._unsubscribe()
        self.people.close()
        super().done(result)

    def _hear(self, changes: Changes) -> None:
        if changes.everything or changes.members or changes.reminders or {"members", "tags"} & changes.topics:
            self.people.show_member(self._whom)

    def _complete(self) -> None:
        """What stands beside the card in the window: whose it is in the title, and the reminders."""
        card = self.panel.shown
        if card is None:
            return
        if self.windowTitle() != card.name:
            self.setWindowTitle(card.name)
        self.panel.reminders.clear()
        for row in card.reminders:
            told = Label(self._theme, f"{what(row)} · {left(row)}").wrapping()
            self.panel.reminders.lines.addWidget(told)
        if self.focusWidget() is None:
            self.panel.begin_here()

    def _go(self) -> None:
        self.is_gone = True
        self.reject()

    def _choose(self, line: Leading) -> None:
        self.chosen = line
        self.accept()
