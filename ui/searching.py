"""Searching in the window: what fits while one types, recent searches, and the way from hit to hit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from inbox_app.actions import searching
from inbox_app.domain.ids import ConversationId, MessageId, ViewId
from inbox_app.queries import search_offers
from ui.asking import Asking
from ui.commands import Does
from ui.core import Core
from ui.inbox.conversation_list import ConversationList
from ui.inbox.entries import view_key
from ui.inbox.found import Search
from ui.inbox.suggesting import Suggesting
from ui.tasks import Tasks
from ui.theme.theme import Theme


@dataclass(frozen=True, slots=True)
class Ground:
    """Where one searches: the list, how a hit is shown, how a view is opened, and what is looked for now."""

    list: ConversationList
    show: Callable[[ConversationId, MessageId], None]
    open_view: Callable[[str], None]
    say_place: Callable[[int, int], None]
    search: Callable[[], Search]
    opened: Callable[[], ConversationId | None]


class Searching(QObject):
    """Never waited for: an answer that comes late is passed over."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, window: QWidget, ground: Ground) -> None:
        super().__init__(window)
        self._core, self._tasks, self._ground = core, tasks, ground
        self._asking = Asking(tasks, "what fits")
        self._at: MessageId | None = None
        self.suggesting = Suggesting(theme, ground.list.search, ground.list.chips)
        self.deeds: dict[Does, Callable[[], object]] = {
            Does.NEXT_HIT: partial(self.step, 1),
            Does.PREVIOUS_HIT: partial(self.step, -1),
        }
        self.suggesting.wanted.connect(lambda typed, at: self._asking.ask(partial(self._offer, typed, at)))
        self.suggesting.view_asked.connect(lambda view: ground.open_view(view_key(ViewId(view))))
        self.suggesting.forget_asked.connect(lambda words: tasks.start(self._forget(words), "forget a search"))
        ground.list.search.left.connect(self._remember)
        ground.list.opened.connect(self._remember)

    def stand_at(self, conversation: ConversationId, at: MessageId | None) -> None:
        """A conversation is shown at this message."""
        hits = self._ground.search().all_in(conversation)
        self._at = at if at in hits else None
        self._say()

    def found(self) -> None:
        """What was found has changed, or nothing is looked for any more."""
        opened = self._ground.opened()
        hits = self._ground.search().all_in(opened) if opened else ()
        if self._at not in hits:
            self._at = hits[0] if hits else None
        self._say()

    def step(self, by: int) -> None:
        """To the next hit of the conversation, else to the next conversation in which something was found."""
        opened = self._ground.opened()
        hits = self._ground.search().all_in(opened) if opened else ()
        place = (hits.index(self._at) if self._at in hits else -1) + by
        if opened is not None and 0 <= place < len(hits):
            self._ground.show(opened, hits[place])
        else:
            self._ground.list.step(by)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being asked."""
        return self._asking.is_idle

    def close(self) -> None:
        """Ask nothing more."""
        self._asking.forget()

    def _say(self) -> None:
        opened = self._ground.opened()
        hits = self._ground.search().all_in(opened) if opened else ()
        place = hits.index(self._at) + 1 if self._at in hits else 1
        self._ground.say_place(place, len(hits))

    async def _offer(self, typed: str, at: int) -> None:
        self.suggesting.show_offers(await search_offers.offers(self._core.store, self._core.me, typed, at))

    def _remember(self, _opened: str = "") -> None:
        if words := self._ground.list.search.text().strip():
            self._tasks.start(searching.remember(self._core.store, self._core.me, words), "remember a search")

    async def _forget(self, words: str) -> None:
        await searching.forget(self._core.store, self._core.me, words or None)
        self._asking.ask(partial(self._offer, self._ground.list.search.text(), 0))
