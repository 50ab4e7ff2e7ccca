"""Many at once: picked by keys, hidden on their services or marked as spam, and looked back at in the history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from inbox_app.actions import clearing, triage
from inbox_app.actions.clearing import Cleared
from inbox_app.domain.errors import UserFacingError
from inbox_app.domain.ids import OperationId
from inbox_app.domain.words import Action
from inbox_app.i18n import ngettext
from ui import dialogs
from ui.commands import Does
from ui.core import Core
from ui.deciding import Chosen, Desk
from ui.history_page import HistoryPage
from ui.progress import Counting
from ui.tasks import Tasks, Work
from ui.theme.numbers import number
from ui.theme.theme import Theme


class Clearing(QObject):
    """Does it to what is chosen; one undo takes all of it back."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, window: QWidget, desk: Desk) -> None:
        super().__init__(window)
        self._core, self._tasks, self._theme, self._window, self._desk = core, tasks, theme, window, desk
        view = desk.list.view
        self.deeds: dict[Does, Callable[[], object]] = {
            Does.PICK: view.pick,
            Does.PICK_TO: view.pick_to,
            Does.PICK_ALL: view.pick_all,
            Does.HIDE: lambda: self._begin(self._clear(Action.HIDE)),
            Does.SPAM: lambda: self._begin(self._clear(Action.SPAM)),
            Does.SHOW_AGAIN: lambda: self._begin(self._clear(Action.UNHIDE)),
            Does.HISTORY: lambda: self._begin(self._look_back()),
        }

    def _begin(self, work: Work) -> None:
        self._tasks.start(work, "clear away")

    async def _clear(self, action: Action) -> None:
        desk, chosen = self._desk, self._desk.chosen()
        undo = timedelta(seconds=self._core.settings.current.undo_seconds)
        counting = Counting(desk.toast, len(chosen))
        try:
            done = await self._queue(action, chosen, undo, counting)
        except UserFacingError as no:
            desk.toast.say(no.message)
            return
        desk.settle()
        if desk.bridge.opened in done.conversations:
            desk.go_on(done.conversations)
        said = f"{counting.told} {_said(done, action)}".strip()
        desk.toast.say(said, partial(self._take_back, done.operation))

    async def _queue(self, action: Action, chosen: Chosen, undo: timedelta, counting: Counting) -> Cleared:
        store, me = self._core.store, self._core.me
        if action is Action.UNHIDE:
            return await clearing.bring_back(store, me, chosen, undo, counting)
        return await clearing.clear(store, me, chosen, action, undo, counting)

    def _take_back(self, wanted: OperationId) -> None:
        self._begin(self._undo(wanted))

    async def _undo(self, wanted: OperationId) -> None:
        await triage.undo_one(self._core.store, wanted)

    async def _look_back(self) -> None:
        await dialogs.ask(HistoryPage(self._core, self._tasks, self._theme, self._window.window()))


def _said(done: Cleared, action: Action) -> str:
    count = len(done.acts)
    if action is Action.UNHIDE:
        said = ngettext("{count} message will be seen again.", "{count} messages will be seen again.", count)
    elif action is Action.HIDE:
        said = ngettext("{count} message will be hidden.", "{count} messages will be hidden.", count)
    else:
        said = ngettext("{count} message goes to spam.", "{count} messages go to spam.", count)
    sentences = [said.format(count=number(count))]
    if done.left:
        stay = ngettext("{count} conversation stays:", "{count} conversations stay:", done.left)
        sentences.append(f"{stay.format(count=number(done.left))} {done.refused[0] if done.refused else ''}".strip())
    return " ".join(sentences)
