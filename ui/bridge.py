"""The one bridge between the bus and the window: news as ids come in, what is shown is asked again, rows go out.

Nothing is read on the window's thread; an answer that a newer question made old is never painted; a lost event is
harmless, because every answer is read from the database afresh.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from PySide6.QtCore import QObject, Signal

from inbox_app.actions import triage
from inbox_app.domain.changes import Changes
from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.filters import EVERYTHING, Filter
from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.domain.inbox import AccountRow, ConversationRow, OutboxRow, SidebarCounts, Thread
from inbox_app.queries import accounts, colleagues, inbox, search, writing
from inbox_app.queries.search import Found
from ui.asking import Asking
from ui.core import Core
from ui.tasks import Tasks

GATHER = 0.05
"""Seconds for which news is united before anything is asked again."""
PAGE = 100
"""Rows asked for at a time."""
HITS = 500
"""Messages that a search in the list looks through at most."""
FIRST_HITS = 40
"""Of these, so many are shown before the others are read: more than a screen holds."""
FURTHER_AFTER = 0.1
"""Seconds for which the first ones, their rows and the conversation that is opened have the machine for themselves."""
READ_AFTER = timedelta(seconds=1)
"""How long a conversation is in sight before it counts as read."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the list is about: a filter, or a search in it."""

    filter: Filter = EVERYTHING
    words: str = ""


class Bridge(QObject):
    """Tells what is to be shown by signals; is told what the person wants to see."""

    counts_changed = Signal(SidebarCounts)
    accounts_changed = Signal(tuple)
    ids_changed = Signal(list)
    found_changed = Signal(object)
    """What a search found (`Found`), told before its conversations; None when the list is a view."""
    rows_changed = Signal(tuple)
    rows_outdated = Signal(object)
    """The ids whose rows may look different now; None for all. They are asked for again when they are in sight."""
    thread_changed = Signal(Thread)
    thread_failed = Signal(str)
    """Why the conversation that was opened cannot be shown."""
    drafts_changed = Signal()
    """Something that was begun was kept, maybe in another window."""
    tags_changed = Signal(tuple)
    colleagues_changed = Signal(tuple)
    outbox_changed = Signal(tuple)
    """What is waiting in the outbox, failed there or is unconfirmed: `OutboxRow`s, newest first."""

    def __init__(self, core: Core, tasks: Tasks, parent: QObject, *, read_after: timedelta = READ_AFTER) -> None:
        super().__init__(parent)
        self._core = core
        self._tasks = tasks
        self._read_after = read_after
        self._shown = Shown()
        self._ids: list[ConversationId] = []
        self._answered: Shown | None = None
        """The search whose every hit is on screen."""
        self._wanted: dict[ConversationId, None] = {}
        self._open: ConversationId | None = None
        self._at: MessageId | None = None
        self._thread: Thread | None = None
        self._stretches = 1
        self._keep_unread: ConversationId | None = None
        self._in_front = True
        self._closed = False
        self._about_counts = Asking(tasks, "counts")
        self._about_accounts = Asking(tasks, "accounts")
        self._about_ids = Asking(tasks, "conversations")
        self._about_rows = Asking(tasks, "rows")
        self._about_thread = Asking(tasks, "thread")
        self._about_outbox = Asking(tasks, "outbox")
        self._askings = (
            self._about_counts,
            self._about_accounts,
            self._about_ids,
            self._about_rows,
            self._about_thread,
            self._about_outbox,
        )
        self._reading = Asking(tasks, "reading")
        self._unsubscribe = core.bus.subscribe(self._hear, loop=asyncio.get_running_loop(), gather=GATHER)

    @property
    def on_screen(self) -> Thread | None:
        """The conversation on screen."""
        return self._thread

    @property
    def opened(self) -> ConversationId | None:
        """The conversation that was opened last, on screen or about to be."""
        return self._open

    @property
    def ids(self) -> Sequence[ConversationId]:
        """The conversations of the list, in its order."""
        return self._ids

    @property
    def is_idle(self) -> bool:
        """Whether all that was asked is answered and handed out."""
        return not self._wanted and all(one.is_idle for one in self._askings)

    # --- what the person wants to see -------------------------------------------------------------------------------

    def start(self) -> None:
        """Ask for everything around the list."""
        self._about_counts.ask(self._read_counts)
        self._about_accounts.ask(self._read_accounts)
        self._about_outbox.ask(self._read_outbox)

    def close(self) -> None:
        """Hear nothing more, and ask nothing more, though the list may be painted once more before it goes."""
        self._closed = True
        self._unsubscribe()
        for asking in (*self._askings, self._reading):
            asking.forget()

    def show(self, shown: Shown) -> None:
        """Fill the list with this."""
        self._shown = shown
        self._wanted.clear()
        self._about_rows.forget()
        self._about_ids.ask(partial(self._read_ids, shown))

    def want_rows(self, wanted: Iterable[ConversationId]) -> None:
        """The list is about to paint these."""
        if self._closed:
            return
        self._wanted.update(dict.fromkeys(wanted))
        if self._wanted and self._about_rows.is_idle:
            self._about_rows.ask(self._read_rows)

    def open(self, wanted: ConversationId, at: MessageId | None = None) -> None:
        """Show this conversation, as far back as a message; it is read once it was in sight for a moment."""
        if wanted != self._open:
            self._stretches = 1
            self._keep_unread = None
        self._at = at
        self._open = wanted
        self._reading.forget()
        self._about_thread.ask(partial(self._read_thread, wanted))

    def leave(self) -> None:
        """No conversation is open."""
        self._open = self._thread = None
        self._reading.forget()
        self._about_thread.forget()

    def open_again(self) -> None:
        """Try once more to show the conversation that was opened last."""
        self._about_thread.ask_again()

    def load_earlier(self) -> None:
        """One more stretch of older messages."""
        if self._thread is not None and self._thread.earlier:
            self._stretches += 1
            self._about_thread.ask_again()

    def keep_unread(self, wanted: ConversationId) -> None:
        """The person marked it unread: seeing it does not change that, until it is opened anew."""
        self._keep_unread = wanted
        self._reading.forget()

    def set_in_front(self, in_front: bool) -> None:
        """Whether the window is in front: only then is anything read by being seen."""
        self._in_front = in_front
        if in_front and self._thread is not None:
            self._read_by_seeing(self._thread)

    # --- news -------------------------------------------------------------------------------------------------------

    def _hear(self, changes: Changes) -> None:
        if changes.everything or changes.conversations:
            self._about_ids.ask_again()
            self._about_counts.ask_again()
            self.rows_outdated.emit(None if changes.everything else changes.conversations)
        if changes.everything or changes.accounts or {"tags", "colleagues", "counts"} & changes.topics:
            self._about_accounts.ask_again()
            self._about_counts.ask_again()
        if changes.reminders:
            self._about_counts.ask_again()
        if {"drafts", "members"} & changes.topics:
            self.rows_outdated.emit(None)
        if changes.everything or "drafts" in changes.topics:
            self.drafts_changed.emit()
        if changes.everything or changes.outbox or changes.accounts:
            self._about_outbox.ask_again()
            self._about_counts.ask_again()
        if self._touches_thread(changes):
            self._about_thread.ask_again()

    def _touches_thread(self, changes: Changes) -> bool:
        thread = self._thread
        if changes.everything or thread is None:
            return True
        return (
            thread.row.id in changes.conversations
            or "members" in changes.topics
            or thread.account.id in changes.accounts
            or bool(changes.outbox and any(one.outbox is not None for one in thread.messages))
            or any(one.id in changes.messages for one in thread.messages)
            or any(one.aside is not None and one.aside.conversation in changes.conversations for one in thread.messages)
            or bool(changes.members & {one.author.member for one in thread.messages if one.author.member})
            or (thread.post is not None and thread.post.id in changes.posts)
        )

    # --- questions --------------------------------------------------------------------------------------------------

    async def _read_counts(self) -> None:
        self.tags_changed.emit(await inbox.tags(self._core.store))
        self.counts_changed.emit(await inbox.sidebar_counts(self._core.store, self._core.me))

    async def _read_accounts(self) -> None:
        rows: tuple[AccountRow, ...] = await accounts.every(self._core.store)
        self.accounts_changed.emit(rows)
        self.colleagues_changed.emit(await colleagues.present(self._core.store))

    async def _read_outbox(self) -> None:
        rows: tuple[OutboxRow, ...] = await writing.outbox(self._core.store, settled=False)
        self.outbox_changed.emit(rows)

    async def _read_ids(self, shown: Shown) -> None:
        store, me = self._core.store, self._core.me
        if shown.words.strip():
            await self._read_found(shown)
            return
        self._answered = None
        self.found_changed.emit(None)
        self._show_ids(await inbox.conversation_ids(store, me, shown.filter))

    async def _read_found(self, shown: Shown) -> None:
        """A new search shows its first hits first; one that is on screen is read anew at once, lest it shrink."""
        store, me = self._core.store, self._core.me
        first = FIRST_HITS if self._answered != shown else HITS
        found = await search.messages(store, me, shown.words, limit=first, with_authors=True)
        self._show_found(found)
        if found.older_than is not None and first < HITS:
            await asyncio.sleep(FURTHER_AFTER)
            rest = HITS - first
            self._show_found(await search.messages(store, me, shown.words, limit=rest, with_authors=True, begun=found))
        self._answered = shown

    def _show_found(self, found: Found) -> None:
        self.found_changed.emit(found)
        self._show_ids(list(dict.fromkeys(hit.conversation for hit in found.hits)))

    def _show_ids(self, ids: list[ConversationId]) -> None:
        self._ids = ids
        self.ids_changed.emit(ids)

    async def _read_rows(self) -> None:
        while self._wanted:
            page = list(self._wanted)[:PAGE]
            rows: tuple[ConversationRow, ...] = await inbox.conversation_rows(self._core.store, self._core.me, page)
            for one in page:
                self._wanted.pop(one, None)
            self.rows_changed.emit(rows)

    async def _read_thread(self, wanted: ConversationId) -> None:
        limit = self._stretches * inbox.STRETCH
        try:
            thread = await inbox.thread(self._core.store, self._core.me, wanted, limit=limit, reaching=self._at)
        except UserFacingError as refused:
            self._thread = None
            self.thread_failed.emit(refused.message)
            return
        self._thread = thread
        self.thread_changed.emit(thread)
        self._read_by_seeing(thread)

    # --- reading ----------------------------------------------------------------------------------------------------

    def _read_by_seeing(self, thread: Thread) -> None:
        if thread.row.unread and self._in_front and self._keep_unread != thread.row.id:
            self._reading.ask(partial(self._mark_read, thread.row.id))

    async def _mark_read(self, wanted: ConversationId) -> None:
        await asyncio.sleep(self._read_after.total_seconds())
        await triage.see(self._core.store, self._core.me, [wanted])
