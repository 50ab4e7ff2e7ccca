"""Joining what is selected, taking a message out, moving it, and what is important: said, and taken back by Z."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from inbox_app.actions import regrouping
from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.inbox import MessageRow, Thread
from inbox_app.i18n import _, ngettext
from ui import dialogs
from ui.choices import Choice, Choices, fitting
from ui.commands import Does, first_key
from ui.core import Core
from ui.deciding import Desk
from ui.tasks import Tasks, Work
from ui.theme.moments import at
from ui.theme.theme import Theme
from ui.theme.titled import titled_column

_SHOWN = 70


class Regrouping(QObject):
    """Asks which message where that is not plain.

    Signals:
        made: the conversation to show now.
    """

    made = Signal(str)

    def __init__(
        self, core: Core, tasks: Tasks, theme: Theme, window: QWidget, desk: Desk, undo: Callable[[], object]
    ) -> None:
        super().__init__(window)
        self._core, self._tasks, self._theme, self._window, self._desk = core, tasks, theme, window, desk
        self._undo = undo
        self.deeds: dict[Does, Callable[[], object]] = {
            Does.MERGE: lambda: self._begin(self._merge()),
            Does.SPLIT: lambda: self._begin(self._split()),
        }

    def _begin(self, work: Work) -> None:
        self._tasks.start(self._heed(work), "regroup")

    async def _heed(self, work: Work) -> None:
        try:
            await work
        except UserFacingError as no:
            self._desk.toast.say(no.message)

    async def _merge(self) -> None:
        chosen = self._desk.chosen()
        if len(chosen) < 2:
            said = _("Select what is to be one first: {pick} on each conversation, then {join}.")
            self._desk.toast.say(said.format(pick=first_key(Does.PICK), join=first_key(Does.MERGE)))
            return
        into = await regrouping.merge(self._core.store, self._core.me, chosen[::-1])
        self._desk.settle()
        self.made.emit(into)
        said = ngettext("{count} conversation is one now.", "{count} conversations are one now.", len(chosen))
        self._desk.toast.say(said.format(count=len(chosen)), self._undo)

    async def _split(self) -> None:
        shown = self._desk.bridge.on_screen
        if shown is None:
            return
        dialog = MessageDialog(self._theme, self._window.window(), shown)
        await dialogs.ask(dialog)
        if dialog.chosen is None:
            return
        made = await regrouping.split(self._core.store, self._core.me, [dialog.chosen.id])
        self.made.emit(made)
        self._desk.toast.say(_("A conversation of its own now."), self._undo)


class MessageDialog(QDialog):
    """Which message of a conversation; `chosen` is None when the person gave up."""

    def __init__(self, theme: Theme, parent: QWidget, shown: Thread) -> None:
        super().__init__(parent)
        self.chosen: MessageRow | None = None
        self.setWindowTitle(_("Take which message out?"))
        self.resize(560, 420)
        here = [one for one in shown.messages if one.conversation == shown.row.id]
        self._lines = [_line(one) for one in reversed(here)]
        self.choices = Choices(
            theme, _("Find the message"), _("It goes with what answers it"), _("There is no such message.")
        )
        column = titled_column(theme, self)
        column.addWidget(self.choices)
        self.choices.typed.connect(lambda words: self.choices.offer(fitting(words, self._lines)))
        self.choices.chosen.connect(self._choose)
        self.choices.offer(self._lines)
        self.choices.setFocus()

    def _choose(self, one: object) -> None:
        if isinstance(one, MessageRow):
            self.chosen = one
            self.accept()


def _line(one: MessageRow) -> Choice:
    text = " ".join(one.text.split())[:_SHOWN]
    return Choice(one, _("{author}: {text}").format(author=one.author.name, text=text), at(one.sent_at))
