"""Joining what is selected, taking a message out, moving it, and what is important: said, and taken back by Z."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from inbox_app.actions import regrouping
from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.filters import All, By, Is
from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.domain.inbox import ConversationRow, Thread
from inbox_app.i18n import _, ngettext
from inbox_app.queries import inbox
from ui import dialogs
from ui.choices import Choice, Choices, fitting
from ui.commands import Does, first_key
from ui.core import Core
from ui.deciding import Matter
from ui.tasks import Tasks, Work
from ui.theme.moments import at
from ui.theme.numbers import number
from ui.theme.theme import Theme
from ui.theme.titled import titled_column
from ui.toast import Undoing

_SHOWN = 70
_OFFERED = 200
"""Conversations that a message can be moved to: the newest."""


class Regrouping(QObject):
    """Asks which message where that is not plain; the menu of a message names it.

    Signals:
        made: the conversation to show now.
    """

    made = Signal(str)

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, window: QWidget, desk: Matter, undoing: Undoing) -> None:
        super().__init__(window)
        self._core, self._tasks, self._theme, self._window, self._desk = core, tasks, theme, window, desk
        self._undoing = undoing
        self.deeds: dict[Does, Callable[[], object]] = {
            Does.MERGE: lambda: self._begin(self._merge()),
            Does.SPLIT: lambda: self._begin(self._split()),
            Does.MOVE: lambda: self._begin(self._move()),
        }

    def part(self, which: MessageId, moves: bool) -> None:
        """Take this message out, with what answers it; where it moves, ask to which conversation."""
        self._begin(self._move(which) if moves else self._take_out(which))

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
        with self._core.store.recording() as decided:
            into = await regrouping.merge(self._core.store, self._core.me, chosen[::-1])
        self._desk.settle()
        self.made.emit(into)
        said = ngettext("{count} conversation is one now.", "{count} conversations are one now.", len(chosen))
        self._desk.toast.say(said.format(count=number(len(chosen))), self._undoing(decided))

    async def _split(self) -> None:
        shown = self._desk.bridge.on_screen
        if shown is None:
            return
        which = await self._which(MessageDialog(self._theme, self._window.window(), shown))
        if which is not None:
            await self._take_out(MessageId(int(which)))

    async def _take_out(self, which: MessageId) -> None:
        with self._core.store.recording() as decided:
            made = await regrouping.split(self._core.store, self._core.me, [which])
        self.made.emit(made)
        self._desk.toast.say(_("A conversation of its own now."), self._undoing(decided))

    async def _move(self, named: MessageId | None = None) -> None:
        shown = self._desk.bridge.on_screen
        if shown is None:
            return
        within = All((Is(By.ACCOUNT, (shown.row.account,)), Is(By.KIND, (shown.row.kind.value,))))
        page = await inbox.conversation_page(self._core.store, self._core.me, within, limit=_OFFERED)
        others = [row for row in page.rows if row.id != shown.row.id]
        if not others:
            self._desk.toast.say(_("There is no other conversation of this account and kind to move a message to."))
            return
        which = named or await self._which(
            MessageDialog(self._theme, self._window.window(), shown, _("Move which message?"))
        )
        to = which and await self._which(PlaceDialog(self._theme, self._window.window(), others))
        if which is None or to is None:
            return
        with self._core.store.recording() as decided:
            place = await regrouping.move(self._core.store, self._core.me, [MessageId(int(which))], ConversationId(to))
        self.made.emit(place)
        self._desk.toast.say(_("Moved here, with what answers it."), self._undoing(decided))

    async def _which(self, dialog: Picking) -> str | None:
        await dialogs.ask(dialog)
        return dialog.chosen


class Picking(QDialog):
    """One of some lines; `chosen` is its id, or None when the person gave up."""

    def __init__(self, theme: Theme, parent: QWidget, title: str, choices: Choices, lines: Sequence[Choice]) -> None:
        super().__init__(parent)
        self.chosen: str | None = None
        self.choices, self._lines = choices, lines
        self.setWindowTitle(title)
        self.resize(560, 420)
        column = titled_column(theme, self)
        column.addWidget(self.choices)
        self.choices.typed.connect(lambda words: self.choices.offer(fitting(words, self._lines)))
        self.choices.chosen.connect(self._choose)
        self.choices.offer(self._lines)
        self.choices.setFocus()

    def _choose(self, one: object) -> None:
        self.chosen = str(one)
        self.accept()


class MessageDialog(Picking):
    """Which message of a conversation."""

    def __init__(self, theme: Theme, parent: QWidget, shown: Thread, title: str = "") -> None:
        here = [one for one in shown.messages if one.conversation == shown.row.id]
        choices = Choices(
            theme, _("Find the message"), _("It goes with what answers it"), _("There is no such message.")
        )
        lines = [_line(one.id, one.author.name, one.text, one.sent_at) for one in reversed(here)]
        super().__init__(theme, parent, title or _("Take which message out?"), choices, lines)


class PlaceDialog(Picking):
    """To which of some conversations."""

    def __init__(self, theme: Theme, parent: QWidget, rows: Sequence[ConversationRow]) -> None:
        nothing = _("It is not among the newest {count} of this account.").format(count=number(len(rows)))
        choices = Choices(theme, _("Find the conversation"), _("Find the conversation"), nothing)
        lines = [_line(row.id, ", ".join(row.members), row.title or row.snippet, row.last_at) for row in rows]
        super().__init__(theme, parent, _("Move it to which conversation?"), choices, lines)


def _line(value: str | int, who: str, words: str, moment: datetime) -> Choice:
    text = " ".join(words.split())[:_SHOWN]
    return Choice(value, _("{author}: {text}").format(author=who, text=text), at(moment))
