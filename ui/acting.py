"""What is done to a message on its service: it leaves once it can no longer be taken back, and is said in passing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Final

from PySide6.QtCore import QObject

from inbox_app.actions import acting, writing
from inbox_app.actions.acting import Deed
from inbox_app.domain.ids import MessageId, OutboxId
from inbox_app.domain.words import Action
from inbox_app.i18n import LazyText, lazy_gettext
from ui.conversation.thread_view import ThreadView
from ui.core import Core
from ui.tasks import Tasks
from ui.toast import Toast

_SAID: Final[Mapping[Action, LazyText]] = {
    Action.ACCEPT: lazy_gettext("The invitation will be accepted."),
    Action.DECLINE: lazy_gettext("The invitation will be declined."),
}


class Acting(QObject):
    """Takes what is asked for in the thread to the outbox."""

    def __init__(self, core: Core, tasks: Tasks, thread: ThreadView, toast: Toast) -> None:
        super().__init__(thread)
        self._core, self._tasks, self._toast = core, tasks, toast
        thread.act_asked.connect(self._begin)

    def _begin(self, wanted: MessageId, action: Action) -> None:
        self._tasks.start(self._act(wanted, action), "act")

    async def _act(self, wanted: MessageId, action: Action) -> None:
        undo = timedelta(seconds=self._core.settings.current.undo_seconds)
        row = await acting.act(self._core.store, self._core.me, Deed(wanted, action, undo))
        self._toast.say(str(_SAID[action]), partial(self._take_back, row.id))

    def _take_back(self, wanted: OutboxId) -> None:
        self._tasks.start(self._undo(wanted), "take an act back")

    async def _undo(self, wanted: OutboxId) -> None:
        await writing.undo(self._core.store, wanted)
