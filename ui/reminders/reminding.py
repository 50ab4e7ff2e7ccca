"""Reminders in the window: what is due here, the page of all, a promise that was made, and what fell due just now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inbox_app.actions import reminders, triage
from inbox_app.domain.changes import Changes
from inbox_app.domain.ids import ConversationId, MemberId, ReminderId
from inbox_app.domain.inbox import OutboxRow, Thread
from inbox_app.domain.reminders import About, Plan, ReminderRow
from inbox_app.i18n import _
from inbox_app.queries import accounts, views
from inbox_app.queries import reminders as questions
from inbox_app.queries.promises import promise_in
from inbox_app.settings import local_zone
from ui import dialogs
from ui.asking import Asking
from ui.bridge import GATHER, Bridge
from ui.commands import Does
from ui.core import Core
from ui.deciding import Desk
from ui.desktop.manners import MannersDialog
from ui.desktop.notes import Act, Note
from ui.inbox.snooze_dialog import SnoozeDialog
from ui.members.member_panel import MemberPanel
from ui.reminders.bars import DueBar, PromiseBar
from ui.reminders.cards import ReminderCards
from ui.reminders.page import RemindersPage
from ui.reminders.words import said_of
from ui.tasks import Tasks, Work
from ui.theme.theme import Theme
from ui.toast import Undoing

_MINUTE_MS = 60_000
"""How long since one fell due stays true for so long."""
_MOST_BESIDE = 3


class Reminding(QObject):
    """Hears of reminders by the bus, whoever fired them: this engine, another process, or a colleague's desk.

    Signals:
        fell_due: the `ReminderRow`s of the person that fired since the window looked last.
        due_changed: the ids of all that are due now.
        conversation_asked: a conversation to show.
        member_asked: a member whose history is to be shown.
    """

    fell_due = Signal(tuple)
    due_changed = Signal(frozenset)
    conversation_asked = Signal(str)
    member_asked = Signal(str)

    def __init__(
        self,
        core: Core,
        tasks: Tasks,
        theme: Theme,
        window: QWidget,
        desk: Desk,
        undo: Callable[[], None],
        undoing: Undoing,
    ) -> None:
        super().__init__(window)
        self._core, self._tasks, self._theme, self._window, self._desk = core, tasks, theme, window, desk
        self._undo, self._undoing = undo, undoing
        self._about = About()
        self._promised: ConversationId | None = None
        self._known: frozenset[tuple[ReminderId, datetime | None]] = frozenset()
        self._here, self._due, self._pages = Asking(tasks, "reminders"), Asking(tasks, "due"), Asking(tasks, "page")
        self._page: RemindersPage | None = None
        self.due_bar, self.promise_bar = DueBar(theme), PromiseBar(theme)
        self.beside = ReminderCards(theme, with_links=False)
        self.bars = QWidget()
        column = QVBoxLayout(self.bars)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.due_bar)
        column.addWidget(self.promise_bar)
        self.deeds: dict[Does, Callable[[], object]] = {
            Does.REMINDERS: self.show_page,
            Does.KEEP_PROMISE: self._keep_promise,
            Does.NOTIFICATIONS: lambda: self._begin(self._mind_manners()),
        }
        self._connect(desk.bridge)
        self._unsubscribe = core.bus.subscribe(self._hear, loop=asyncio.get_running_loop(), gather=GATHER)
        self._due.ask(self._read_due)
        minute = QTimer(self, interval=_MINUTE_MS)
        minute.timeout.connect(self._here.ask_again)
        minute.start()

    def close(self) -> None:
        """Hear nothing more."""
        self._unsubscribe()
        for asking in (self._here, self._due, self._pages):
            asking.forget()

    @property
    def is_idle(self) -> bool:
        """Whether all that was asked for is on screen."""
        return all(asking.is_idle for asking in (self._here, self._due, self._pages))

    def settle_in(self, panel: MemberPanel) -> None:
        """The reminders of what is on screen stand on the card of who is on screen."""
        panel.reminders.lines.addWidget(self.beside)

    def look_for_promise(self, sent: OutboxRow) -> None:
        """Offer a reminder where what was just sent promises something."""
        self.promise_bar.forget()
        promise = promise_in(sent.text, self._now()) if sent.conversation is not None else None
        if promise is not None:
            self._promised = sent.conversation
            self.promise_bar.offer(promise)

    def show_page(self) -> None:
        """All reminders."""
        if self._page is None:
            self._begin(self._show_page())

    def finish(self, wanted: str) -> None:
        """A reminder is dealt with."""
        self._begin(self._finish(ReminderId(wanted)))

    def change(self, row: ReminderRow) -> None:
        """Ask when else, and what."""
        self._begin(self._change(row))

    def answer(self, note: Note, act: Act) -> None:
        """Do what was pressed on a notification."""
        self._begin(self._answer(note, act))

    # --- wiring -----------------------------------------------------------------------------------------------------

    def _connect(self, bridge: Bridge) -> None:
        bridge.thread_changed.connect(self._show_thread)
        self.promise_bar.accepted.connect(self._keep_promise)
        for place in (self.due_bar, self.beside):
            place.done_asked.connect(self.finish)
            place.change_asked.connect(self.change)

    def _begin(self, work: Work) -> None:
        self._tasks.start(work, "reminder")

    def _hear(self, changes: Changes) -> None:
        if changes.everything or changes.reminders:
            self._due.ask_again()
            self._here.ask_again()
            self._pages.ask_again()

    def _show_thread(self, thread: Thread) -> None:
        if thread.row.id != self._about.conversation:
            self._turn_to(About(thread.row.id))

    def show_member(self, member: str) -> None:
        """The card of this one is shown: what is to be remembered about them counts here."""
        about = About(self._about.conversation, MemberId(member))
        if about != self._about:
            self._turn_to(about)

    def _turn_to(self, about: About) -> None:
        self._about = about
        self._here.ask(partial(self._read_here, about))

    async def _read_here(self, about: About) -> None:
        rows = await questions.every(self._core.store, self._core.me, about=about)
        self.due_bar.show_rows(rows)
        self.beside.show_rows(rows[:_MOST_BESIDE])
        self.beside.setVisible(bool(rows))

    async def _read_due(self) -> None:
        """Tell of what fell due since the last look; at the first one, of all that is due and not dealt with."""
        rows = [row for row in await questions.every(self._core.store, self._core.me, due=True) if row.fired_at]
        known, self._known = self._known, frozenset((row.id, row.fired_at) for row in rows)
        new = tuple(row for row in rows if (row.id, row.fired_at) not in known)
        self.due_changed.emit(frozenset(row.id for row in rows))
        if new:
            self.fell_due.emit(new)

    # --- doing ------------------------------------------------------------------------------------------------------

    async def _finish(self, wanted: ReminderId) -> None:
        row = await questions.one(self._core.store, self._core.me, wanted)
        with self._core.store.recording() as decided:
            await reminders.finish(self._core.store, self._core.me, [wanted])
        ends = row.rule and not row.is_due
        said = _("The reminder is gone, and repeats no more.") if ends else _("The reminder is dealt with.")
        self._desk.toast.say(said, self._undoing(decided))

    async def _answer(self, note: Note, act: Act) -> None:
        store, me, later = self._core.store, self._core.me, self._now() + timedelta(hours=1)
        if note.reminder is not None:
            row = await questions.one(store, me, note.reminder)
            if row.done_at is None and act is Act.DONE:
                await reminders.finish(store, me, [row.id])
            elif row.done_at is None:
                await reminders.move(store, me, row.id, Plan(later, row.text, row.if_no_reply))
        elif note.conversation is not None and act is Act.DONE:
            await triage.finish(store, me, [note.conversation])
        elif note.conversation is not None:
            await triage.snooze(store, me, [note.conversation], later)

    async def _change(self, row: ReminderRow) -> None:
        # What has fired comes once more; its rule goes on by itself.
        known = Plan(row.due_at, row.text, row.if_no_reply, row.rule if row.fired_at is None else "")
        dialog = SnoozeDialog(self._theme, self._page or self._window, self._now(), known)
        await dialogs.ask(dialog)
        if dialog.plan is not None:
            with self._core.store.recording() as decided:
                await reminders.move(self._core.store, self._core.me, row.id, dialog.plan)
            self._desk.toast.say(said_of(dialog.plan), self._undoing(decided))

    def _keep_promise(self) -> None:
        promise, conversation = self.promise_bar.promise, self._promised
        if promise is None or conversation is None:
            self._desk.toast.say(_("Nothing was promised just now."))
            return
        self.promise_bar.forget()
        self._begin(self._promise(conversation, Plan(promise.moment, promise.sentence)))

    async def _promise(self, conversation: ConversationId, plan: Plan) -> None:
        with self._core.store.recording() as decided:
            await reminders.remind(self._core.store, self._core.me, [About(conversation)], plan)
        self._desk.toast.say(said_of(plan), self._undoing(decided))

    async def _show_page(self) -> None:
        page = self._page = RemindersPage(self._theme, self._window)
        page.cards.done_asked.connect(self.finish)
        page.cards.change_asked.connect(self.change)
        page.cards.conversation_asked.connect(self.conversation_asked)
        page.cards.member_asked.connect(self.member_asked)
        page.undo_asked.connect(self._undo)
        page.calendar_asked.connect(lambda: self._begin(self._write_calendar(page)))
        self._pages.ask(partial(self._read_page, page))
        try:
            await dialogs.ask(page)
        finally:
            self._page = None
            self._pages.forget()

    async def _read_page(self, page: RemindersPage) -> None:
        page.show_rows(await questions.every(self._core.store, self._core.me))

    async def _write_calendar(self, page: RemindersPage) -> None:
        from inbox_app.exchange.calendar import write_calendar

        place = await dialogs.choose_place(page, _("Write a calendar file"), "portavoce.ics")
        if place is not None:
            rows = await questions.every(self._core.store, self._core.me)
            await asyncio.to_thread(write_calendar, rows, self._now(), place)
            self._desk.toast.say(_("{path} is written.").format(path=place))

    async def _mind_manners(self) -> None:
        settings = self._core.settings
        store, now = self._core.store, settings.current
        known = await views.every(store, self._core.me)
        dialog = MannersDialog(self._theme, self._window, now, await accounts.every(store), known)
        if await dialogs.ask(dialog):
            await asyncio.to_thread(settings.change, dialog.edit())

    def _now(self) -> datetime:
        zone: ZoneInfo = local_zone()
        return datetime.now(zone).replace(microsecond=0)
