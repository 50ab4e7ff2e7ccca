"""One conversation in a window of its own: read, answered and closed there, with a bridge and a composer of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inbox_app.actions import triage
from inbox_app.domain.ids import ConversationId
from inbox_app.domain.inbox import ConversationRow, OutboxRow, Thread
from inbox_app.i18n import _
from inbox_app.queries import members
from inbox_app.queries.colleagues import Colleague
from ui import links
from ui.acting import Acting, Scene
from ui.answering import Answering, Table
from ui.bars import Leaving
from ui.bridge import Bridge
from ui.command_bar import choose_command
from ui.commands import Command, Does, When, why_not
from ui.composer.composer import Composer
from ui.conversation.elsewhere_pictures import ElsewherePictures
from ui.conversation.pictures import Pictures
from ui.conversation.reading_pane import ReadingPane
from ui.conversation.saving import Saving
from ui.conversation.thread_view import ThreadView
from ui.conversation.titles import title_of
from ui.core import Core
from ui.deciding import Chosen, Deciding
from ui.header_actions import HeaderActions
from ui.inbox.list_state import ListState, Mood
from ui.members.member_panel import members_of
from ui.members.noting import Noting
from ui.regrouping import Regrouping
from ui.screen_room import size_within
from ui.shortcuts import Shortcuts
from ui.tasks import Tasks
from ui.templates.templating import Shelf, Templating
from ui.theme.theme import Theme
from ui.theme.tokens import LOW_WINDOW
from ui.toast import Toast

SIZE, _LEAST = QSize(760, 820), QSize(360, 300)


@dataclass(frozen=True, slots=True)
class OnlyThis:
    """What a decision in this window is about: its one conversation."""

    bridge: Bridge
    toast: Toast

    def chosen(self) -> Chosen:
        """The conversation."""
        return () if self.bridge.opened is None else (self.bridge.opened,)

    def rows(self) -> tuple[ConversationRow, ...]:
        """What the screen shows of it."""
        return () if self.bridge.on_screen is None else (self.bridge.on_screen.row,)

    def go_on(self, leaving: Chosen = ()) -> None:
        """There is no next one here."""

    def settle(self) -> None:
        """Nothing is picked here."""


class ThreadWindow(QWidget):
    """Nobody else writes in this conversation while it is open: the main window shows it without a composer."""

    closed = Signal(str)

    def __init__(
        self, core: Core, tasks: Tasks, theme: Theme, conversation: ConversationId, size: QSize = SIZE
    ) -> None:
        super().__init__()
        self._core, self._tasks, self._theme, self._conversation = core, tasks, theme, conversation
        self._nowhere = QWidget(self)
        self._nowhere.hide()
        self.setProperty("pane", "thread")
        self.setAccessibleName(_("Conversation in a window of its own"))
        self.setWindowTitle("Portavoce")
        self.thread_view, self.composer, self.leaving = ThreadView(theme), Composer(theme), Leaving(theme)
        self.toast = Toast(theme, self, self._nowhere, self.composer)
        self.bridge = Bridge(core, tasks, self)
        table = Table(self.bridge, self.thread_view, self.composer, self.leaving, self.toast.say)
        self.answering = Answering(core, tasks, theme, self, table)
        self._acting = Acting(core, tasks, theme, self, Scene(self.thread_view, self.bridge, lambda _said: None))
        self._saving = Saving(core, tasks, theme, self, self.bridge)
        self._open_rooms()
        self._pictures = Pictures(core, tasks, self)
        self._elsewhere = ElsewherePictures(core, tasks, self.thread_view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(ReadingPane(self.thread_view, self.leaving, self.composer))
        self.setMinimumSize(_LEAST)
        self.resize(size_within(self.screen().availableGeometry().size(), size))
        self._wire()
        theme.changed.connect(self._fit_height)
        self.deeds: dict[Does, Callable[[], object]] = {
            **{does: deed for does, deed in self.answering.deeds.items() if does is not Does.NEW_MAIL},
            **self._acting.deeds,
            **self._deciding.deeds,
            **self._templating.deeds,
            **{does: deed for does, deed in self._regrouping.deeds.items() if does is not Does.MERGE},
            Does.NOTE: partial(self._note, on_member=True),
            Does.NOTE_HERE: partial(self._note, on_member=False),
            Does.COMMANDS: self._show_commands,
            Does.REPLY: self.composer.field.setFocus,
            Does.SEND_AND_DONE: partial(self.answering.writing.send, self.close, finishes=True),
            Does.UNDO: partial(self.leaving.undo_last, self.toast),
            Does.DONE: self._finish,
            Does.BACK: self.thread_view.column.setFocus,
            Does.CLOSE: self.close,
        }
        self._header = HeaderActions(theme, self.give, self)
        self.thread_view.set_actions(self._header.among(self.deeds))
        self._shortcuts = Shortcuts(
            self, (self.thread_view,), self.give, self.allows, lambda when: self.toast.say(why_not(when))
        )

    def begin(self) -> None:
        """Show the conversation and what was begun as its answer."""
        self.bridge.start()
        self.bridge.open(self._conversation)
        self.answering.writing.turn_to(self._conversation)
        self.show()
        self.thread_view.column.setFocus()

    def give(self, does: Does) -> None:
        """Do what a key asks for, as far as it is about this conversation."""
        if does in self.deeds:
            self.deeds[does]()
        else:
            self.toast.say(_("That is done in the main window."))

    def allows(self, when: When) -> bool:
        """There is a conversation here, and no list."""
        return when is not When.TEAM or len(self._header.colleagues) > 1

    async def close_down(self) -> None:
        """Keep what is written, and hear nothing more."""
        self.bridge.close()
        self.hide()
        await self.answering.close_down()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit(self._conversation)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    def _fit_height(self) -> None:
        low = self.height() < self._theme.scaled(LOW_WINDOW)
        self.thread_view.be_low(low)
        self.composer.be_low(low)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and hasattr(self, "answering"):
            self.bridge.set_in_front(self.isActiveWindow())
            if not self.isActiveWindow():
                self.answering.writing.save_soon()

    def _open_rooms(self) -> None:
        """What the main window can do with a conversation, about this one."""
        core, tasks, theme = self._core, self._tasks, self._theme
        matter = OnlyThis(self.bridge, self.toast)
        self._deciding = Deciding(core, tasks, theme, self, matter)
        shelf = Shelf(self.answering.writing, matter, lambda: None, self._deciding.undoing)
        self._templating = Templating(core, tasks, theme, self, shelf)
        self._regrouping = Regrouping(core, tasks, theme, self, matter, self._deciding.undoing)
        self._acting.regroup_asked.connect(self._regrouping.part)
        self._noting = Noting(core, theme, self, self.toast, self._deciding.undoing)

    def _note(self, *, on_member: bool) -> None:
        self._tasks.start(self._ask_note(on_member=on_member), "note")

    async def _ask_note(self, *, on_member: bool) -> None:
        thread = self.bridge.on_screen
        if thread is not None:
            whom = next((one.member for one in members_of(thread)), None)
            card = None if whom is None else await members.card(self._core.store, self._core.me, whom)
            await self._noting.note(self._conversation, card, on_member=on_member)

    def _show_commands(self) -> None:
        self._tasks.start(choose_command(self._theme, self, self._can, self.give), "commands")

    def _can(self, command: Command) -> bool:
        return command.does in self.deeds and self.allows(command.when)

    def _take_colleagues(self, present: tuple[Colleague, ...]) -> None:
        self._header.colleagues = {one.id: one.name for one in present}
        if self.bridge.on_screen is not None:
            self._header.follow(self.bridge.on_screen.row)

    def _wire(self) -> None:
        bridge, view = self.bridge, self.thread_view
        bridge.thread_changed.connect(self._show_thread)
        bridge.thread_failed.connect(lambda sentence: view.show_state(ListState(Mood.ERROR, sentence, _("Try again"))))
        bridge.outbox_changed.connect(self._show_outbox)
        bridge.colleagues_changed.connect(self._take_colleagues)
        view.note_menu_asked.connect(lambda note, place: self._tasks.start(self._noting.offer(note, place), "note"))
        view.earlier_wanted.connect(bridge.load_earlier)
        view.attachment_asked.connect(self._saving.begin)
        links.follow_from(view, self._tasks)
        view.step_asked.connect(bridge.open_again)
        self._pictures.ready.connect(view.add_pictures)

    def _show_thread(self, thread: Thread) -> None:
        self.setWindowTitle(_("{conversation} – Portavoce").format(conversation=title_of(thread)))
        self._header.follow(thread.row)
        self.thread_view.show_thread(thread)
        self.answering.writing.take_note(thread)
        self._pictures.bring(thread)
        self._elsewhere.bring(thread)

    def _show_outbox(self, rows: tuple[OutboxRow, ...]) -> None:
        self.leaving.show_outbox([row for row in rows if self._conversation in (row.conversation, row.written_in)])
        self.thread_view.leave_undo_to_bar(self.leaving.last.id if self.leaving.last else "")

    def _finish(self) -> None:
        done = partial(triage.finish, self._core.store, self._core.me, (self._conversation,))
        self._tasks.start(self._do(done), "decide")

    async def _do(self, deed: Callable[[], Awaitable[object]]) -> None:
        await deed()
        self.close()
