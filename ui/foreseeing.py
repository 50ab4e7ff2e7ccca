"""The conversation after the one that is read, made while somebody reads: the next key shows it at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer

from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.ids import ConversationId
from inbox_app.domain.inbox import Thread
from inbox_app.queries import inbox
from ui.asking import Asking
from ui.bridge import Bridge
from ui.conversation.thread_view import ThreadView
from ui.core import Core
from ui.inbox.found import Search
from ui.tasks import Tasks

REST_MS = 300
"""Who stays so long reads; who steps on sooner waits for nothing that is made for later."""


class Foreseeing(QObject):
    """Once for each conversation that is read; what has changed by then is made anew as ever."""

    def __init__(
        self,
        core: Core,
        tasks: Tasks,
        bridge: Bridge,
        view: ThreadView,
        search: Callable[[], Search],
    ) -> None:
        super().__init__(bridge)
        self._core, self._bridge, self._view, self._search = core, bridge, view, search
        self._asking = Asking(tasks, "what comes next")
        self._read: ConversationId | None = None
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._begin)
        bridge.thread_changed.connect(self._follow)

    @property
    def is_idle(self) -> bool:
        """Whether what comes next is there."""
        return not self._rest.isActive() and self._asking.is_idle and not self._view.column.is_making_ahead

    def close(self) -> None:
        """Foresee nothing more."""
        self._rest.stop()
        self._asking.forget()

    def _follow(self, thread: Thread) -> None:
        if thread.row.id != self._read:
            self._read = thread.row.id
            self._asking.forget()
            self._rest.start()

    def _begin(self) -> None:
        ids = self._bridge.ids
        if self._read in ids and self._read == self._bridge.opened:
            following = list(ids[ids.index(self._read) + 1 :][:1])
            for one in following:
                self._asking.ask(partial(self._make, one))

    async def _make(self, following: ConversationId) -> None:
        hit = self._search().hits.get(following)
        try:
            thread = await inbox.thread(self._core.store, self._core.me, following, limit=inbox.STRETCH, reaching=hit)
        except UserFacingError:
            return  # It is gone meanwhile; whoever goes there is told so.
        self._view.prepare(thread, hit)
