"""From reading to answering and back: whom an answer goes to, what goes along, and what is taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from inbox_app.actions import writing as decisions
from inbox_app.actions.lettering import last_said
from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import ConversationId, OutboxId
from inbox_app.domain.inbox import MessageRow, OutboxRow, Thread
from inbox_app.domain.tone_places import Place
from inbox_app.domain.words import Action, ActKind
from inbox_app.i18n import _
from inbox_app.queries import languages
from inbox_app.queries import writing as questions
from inbox_app.settings import local_zone
from ui import dialogs
from ui.bars import Leaving
from ui.bridge import Bridge
from ui.commands import Does
from ui.composer.completing import Completing
from ui.composer.composer import Composer
from ui.composer.later_dialog import LaterDialog
from ui.composer.letters import Letters
from ui.composer.pasted import Pasted
from ui.composer.spelling import Spelling
from ui.composer.toning import Toning
from ui.composer.writing import Writing
from ui.conversation.thread_view import ThreadView
from ui.core import Core
from ui.outbox_page import OutboxPage
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.tone_dialog import ToneDialog


@dataclass(frozen=True, slots=True)
class Table:
    """What lies before the person who writes."""

    bridge: Bridge
    thread: ThreadView
    composer: Composer
    leaving: Leaving
    say: Callable[[str], object]
    """Tells a sentence that leaves by itself."""


class Answering(QObject):
    """Joins the thread with the composer, and the composer with the outbox."""

    open_asked = Signal(str)
    """A conversation is to be shown."""
    post_undone = Signal(OutboxRow)
    """A post is to be taken back."""
    begun = Signal()
    """An answer was begun by a key: the thread is to be in sight."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, window: QWidget, table: Table) -> None:
        super().__init__(window)
        self._core, self._tasks, self._theme, self._window, self._table = core, tasks, theme, window, table
        self.writing = Writing(core, tasks, table.composer)
        self._completing = Completing(theme, table.composer.field)
        self.toning = Toning(core, tasks, table.composer.field, table.composer.tone, table.say)
        self.spelling = Spelling(core, tasks, table.composer.field, table.composer.spelling, table.say)
        self.letters = Letters(core, tasks, theme, window)
        self._pasted = Pasted()
        self.hand_over: Callable[[OutboxRow], bool] = lambda _sent: False
        """Whether somebody else takes a send back: another window in which that conversation is answered."""
        self.deeds: dict[Does, Callable[[], object]] = {
            Does.REPLY_ALL: self._reply_to_all,
            Does.REPLY_PRIVATELY: self._turn_private,
            Does.FORWARD: self.forward,
            Does.NEW_MAIL: self.letters.write,
            Does.SEND: self.writing.send,
            Does.ATTACH: table.composer.files_wanted.emit,
            Does.SEND_LATER: self._send_later,
            Does.TONE: self._edit_tone,
            **self.toning.deeds,
            **self.spelling.deeds,
        }
        self._wire_thread(table.thread)
        self._wire_composer(table.composer)
        self.writing.brought.connect(self.toning.reload)
        self.writing.brought.connect(self._presume_language)
        table.bridge.drafts_changed.connect(self.writing.look_again)
        table.bridge.drafts_changed.connect(self.letters.look_again)
        table.bridge.thread_changed.connect(self._follow_tone)
        table.bridge.thread_changed.connect(self._completing.follow)
        self.letters.sent.connect(self._leave_composer)
        self.writing.queued.connect(self._leave_composer)
        self.writing.queued.connect(self._greet)
        self.writing.brought.connect(self._greet)
        table.leaving.undo_asked.connect(self.take_back)

    async def close_down(self) -> None:
        """Keep what is written."""
        await self.writing.close_down()
        await self.letters.keep()
        self._pasted.forget()
        self.toning.close()
        self.spelling.close()

    async def release(self) -> None:
        """Let what can still be taken back leave at once."""
        await decisions.release(self._core.store, [row.id for row in self._table.leaving.waiting])

    async def take_all_back(self) -> None:
        """Make drafts again of all that has not left."""
        await self.writing.save()
        for row in self._table.leaving.waiting:
            await decisions.undo(self._core.store, row.id)

    def forward(self, wanted: object = None) -> None:
        """Pass a message on: the one named, else the last from outside."""
        thread = self._table.bridge.on_screen
        named = next((one for one in self._messages() if one.id == wanted), None)
        message = named or last_said(self._messages())
        if thread is not None and message is not None:
            self.letters.forward(thread, message)

    def take_back(self, sent: OutboxRow) -> None:
        """Undo a send: its text returns to where it was written."""
        if sent.kind == ActKind.NEW and not sent.is_private_answer:
            self.letters.take_back(sent)
            return
        if sent.kind == ActKind.POST:
            self.post_undone.emit(sent)
            return
        if not ActKind(sent.kind).writes_text:
            self._tasks.start(self._undo_act(sent.id), "take an act back")
            return
        if self.hand_over(sent):
            return
        self.writing.take_back(sent, partial(self._come_back, sent.written_in))

    async def _undo_act(self, wanted: OutboxId) -> None:
        await decisions.undo(self._core.store, wanted)

    def show_outbox(self) -> None:
        """What waits, failed or is not sure, with its choices."""
        self._tasks.start(self._show_outbox(), "outbox page")

    def _wire_thread(self, thread: ThreadView) -> None:
        thread.reply_to_asked.connect(self._answer)
        thread.reply_privately_asked.connect(self.answer_privately)
        thread.reply_all_asked.connect(partial(self._answer, everybody=True))
        thread.forward_asked.connect(self.forward)
        thread.undo_asked.connect(self._undo_of_thread)
        thread.resolve_asked.connect(self._resolve)

    def _wire_composer(self, composer: Composer) -> None:
        composer.send_asked.connect(self.writing.send)
        composer.later_asked.connect(self._send_later)
        composer.picture_pasted.connect(lambda picture: self._tasks.start(self._paste(picture), "paste"))
        composer.files_wanted.connect(lambda: self._tasks.start(self._attach(), "attach"))
        composer.target_dropped.connect(self._greet)
        composer.addresses.completion_wanted.connect(self._complete_address)

    def _reply_to_all(self) -> None:
        """Answer everybody who got the last mail from outside."""
        last = last_said(self._messages())
        if last is None:
            self._say_nothing_to_answer()
            return
        self._answer(last.id, everybody=True)
        self.begun.emit()

    def _turn_private(self) -> None:
        """Answer what is named to its author alone, or to everybody again."""
        composer = self._table.composer
        if composer.named is None:
            self._say_nothing_to_answer()
            return
        self.answer_privately(composer.named, privately=not composer.privately)

    def _say_nothing_to_answer(self) -> None:
        self._tasks.take(Refused(_("There is nothing in this conversation yet that could be answered.")))

    def answer_privately(self, wanted: object, *, privately: bool = True) -> None:
        """Answer a message of the thread to its author alone. Says why where that cannot be."""
        message = next((one for one in self._messages() if one.id == wanted), None)
        if message is None:
            return
        ability = message.abilities.of(Action.REPLY_PRIVATELY)
        if privately and not ability.possible:
            self._tasks.take(Refused(ability.reason or _("This cannot be answered in private.")))
            return
        self._answer(wanted, privately=privately)
        self.begun.emit()

    def _answer(self, wanted: object, *, everybody: bool = False, privately: bool | None = None) -> None:
        thread = self._table.bridge.on_screen
        if thread is not None:
            for message in thread.messages:
                if message.id == wanted:
                    self.writing.answer(message, thread, everybody=everybody, privately=privately)

    def _greet(self, _about: object = None) -> None:
        if self._table.bridge.on_screen is not None:
            self.writing.take_note(self._table.bridge.on_screen)

    def _leave_composer(self, sent: OutboxRow) -> None:
        """What follows a send is a command: Z takes it back instead of being typed into the next reply."""
        if sent.conversation == self._table.bridge.opened:
            self._table.thread.column.setFocus()

    def _come_back(self, conversation: ConversationId | None) -> None:
        if conversation is not None:
            self.open_asked.emit(conversation)
            self._table.composer.field.setFocus()

    def _undo_of_thread(self, wanted: str) -> None:
        for message in self._messages():
            if message.outbox is not None and message.outbox.id == wanted:
                self.take_back(message.outbox)

    def _messages(self) -> tuple[MessageRow, ...]:
        shown = self._table.bridge.on_screen
        return () if shown is None else shown.messages

    def _resolve(self, wanted: str, word: str) -> None:
        self._tasks.start(self._settle(OutboxId(wanted), word), "resolve")

    async def _settle(self, wanted: OutboxId, word: str) -> None:
        choice = decisions.Resolution(word)
        decided = await decisions.resolve(self._core.store, wanted, choice)
        if choice is decisions.Resolution.DISCARD and ActKind(decided.kind).writes_text:
            self._table.say(_("This is not sent. Its text is a draft again."))

    async def _show_outbox(self) -> None:
        page = OutboxPage(self._theme, self._window.window())
        page.show_outbox(await questions.outbox(self._core.store, settled=False))
        page.undo_asked.connect(self.take_back)
        page.resolve_asked.connect(self._resolve)
        page.conversation_asked.connect(self.open_asked)
        self._table.bridge.outbox_changed.connect(page.show_outbox)
        await dialogs.ask(page)

    def _presume_language(self, conversation: str) -> None:
        wanted = ConversationId(conversation)
        self.spelling.presume(partial(languages.of_answer, self._core.store, self._core.me, wanted))

    def _follow_tone(self, thread: Thread) -> None:
        self.toning.follow([Place(thread.account.channel, thread.row.hat)])

    def _edit_tone(self) -> None:
        self._tasks.start(self._lay_down_tone(), "tone sheet")

    async def _lay_down_tone(self) -> None:
        dialog = ToneDialog(self._core, self._tasks, self._theme, self._window.window())
        await dialog.load()
        await dialogs.ask(dialog)
        self.toning.reload()

    def _send_later(self) -> None:
        if self._table.composer.is_ready:
            self._tasks.start(self._ask_when(), "send later")

    async def _ask_when(self) -> None:
        dialog = LaterDialog(self._theme, self._window.window(), datetime.now(local_zone()).replace(microsecond=0))
        await dialogs.ask(dialog)
        if dialog.chosen is not None:
            self.writing.send(at=dialog.chosen)

    def _complete_address(self, typed: str) -> None:
        shown = self._table.bridge.on_screen
        if shown is not None:
            self.writing.complete(typed, shown.account.channel)

    async def _paste(self, picture: QImage) -> None:
        self._table.composer.paste_picture(await self._pasted.keep(picture))

    async def _attach(self) -> None:
        self._table.composer.add_files(await dialogs.choose_files(self._window.window(), _("Attach files")))
