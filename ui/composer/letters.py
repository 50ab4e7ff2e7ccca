"""Mails that begin a conversation, in the window: opened from a command or a message, one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from inbox_app.actions import writing as actions
from inbox_app.actions.lettering import pass_on
from inbox_app.actions.letters import Letter
from inbox_app.domain.errors import Refused
from inbox_app.domain.inbox import AccountRow, MessageRow, OutboxRow, Thread
from inbox_app.domain.titles import snippet_of
from inbox_app.domain.words import AccountState
from inbox_app.i18n import _
from inbox_app.queries import accounts, writing
from ui import dialogs
from ui.composer.checking import Checking
from ui.composer.letter_dialog import Begun, LetterDialog, draft_for
from ui.core import Core
from ui.tasks import Tasks
from ui.templates.inserting import Inserting
from ui.theme.theme import Theme


class Letters(QObject):
    """Opens the dialog with what was begun before, and hears what was sent."""

    sent = Signal(OutboxRow)

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._core, self._tasks, self._theme, self._parent = core, tasks, theme, parent
        self.dialog: LetterDialog | None = None

    def write(self) -> None:
        """Begin a mail, or go on with the one that was begun."""
        self._tasks.start(self._write(), "new mail")

    def forward(self, thread: Thread, message: MessageRow) -> None:
        """Pass a message on."""
        self._tasks.start(self._forward(thread, message), "forward")

    def take_back(self, sent: OutboxRow) -> None:
        """Undo a send and go on writing."""
        self._tasks.start(self._take_back(sent), "take back")

    async def keep(self) -> None:
        """Keep what is written: before the program ends."""
        if self.dialog is not None:
            await self.dialog.keep()

    def look_again(self) -> None:
        """A draft was changed, maybe by another window."""
        if self.dialog is not None:
            self.dialog.look_again()

    async def _write(self) -> None:
        await self._open(await draft_for(self._core, None) or Begun(), None)

    async def _forward(self, thread: Thread, message: MessageRow) -> None:
        passed = pass_on(message)
        fresh = Begun(letter=Letter(recipients=(), subject=passed.subject, forwards=message.id))
        begun = await draft_for(self._core, message.id) or fresh
        kept = {one.name for one in begun.files}
        left = begun.letter.leaves
        files = [one for one in message.attachments if one.name not in kept and one.id not in left]
        who = message.author.name or message.author.handle
        begun = replace(
            begun,
            passed_on=_("Below it goes the mail of {name}: {words}").format(
                name=who, words=snippet_of(message.text)[:120]
            ),
            their_files=tuple((one.id, one.name, one.media_type, one.size) for one in files),
        )
        await self._open(begun, thread.account.handle)

    async def _take_back(self, sent: OutboxRow) -> None:
        back = await actions.undo(self._core.store, sent.id)
        for draft in await writing.beginning(self._core.store, self._core.me):
            if draft.id == back:
                await self._open(Begun.of(draft), None)

    def _why_not(self, here: Sequence[AccountRow]) -> str:
        manifests = (self._core.catalogue.get(one.channel) for one in here)
        if any(one is not None and one.practice is not None for one in manifests):
            return _("The practice room's mailbox only answers. To write to an address, connect a mailbox of your own.")
        return _("No account here can write to addresses. Connect a mailbox first.")

    async def _open(self, begun: Begun, first: str | None) -> None:
        if self.dialog is not None:
            self.dialog.raise_()
            return
        here = [one for one in await accounts.every(self._core.store) if one.state is not AccountState.REMOVED]
        able = [one for one in here if one.writes]
        if not able:
            raise Refused(self._why_not(here))
        able.sort(key=lambda one: one.handle != first)
        self.dialog = LetterDialog(self._core, self._tasks, self._theme, able, begun, self._parent.window())
        self.dialog.sent.connect(self.sent)
        checking = Checking(self._core, self._tasks, self.dialog, self.dialog.subject)
        self.dialog.read_in.connect(checking.tone.follow)
        checking.tone.follow(self.dialog.places)
        Inserting(self._core, self._tasks, self._theme, self.dialog)
        try:
            await dialogs.ask(self.dialog)
            checking.close()
            await self.dialog.finish()
        finally:
            self.dialog = None
