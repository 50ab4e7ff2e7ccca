"""The window's task keeper: whatever fails in a coroutine or a slot ends here, in the log and in one calm sentence."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any

from PySide6.QtCore import QObject, Signal

from inbox_app.domain.errors import UserFacingError
from inbox_app.i18n import _

log = logging.getLogger(__name__)

Work = Coroutine[Any, Any, None]


class Tasks(QObject):
    """Starts coroutines on the window's loop and keeps them until they end."""

    failed = Signal(str)
    """A sentence for the person in front of the window."""
    tried_again = Signal()
    """What failed last is begun once more: what was said of it is no longer true."""

    def __init__(self, loop: asyncio.AbstractEventLoop, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loop = loop
        self._running: set[asyncio.Task[None]] = set()
        self._failed = ""

    def start(self, work: Work, name: str = "") -> None:
        """Run `work`; what it raises becomes a sentence."""
        self.begin(work, name)  # type: ignore[unused-awaitable]

    def begin(self, work: Work, name: str = "") -> asyncio.Task[None]:
        """The same, for whoever wants to wait for its end or to cancel it."""
        if name and name == self._failed:
            self._failed = ""
            self.tried_again.emit()
        task = self._loop.create_task(work, name=name or None)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    @property
    def are_done(self) -> bool:
        """Whether nothing runs."""
        return not self._running

    def take(self, error: BaseException) -> None:
        """Log what went wrong and say it, in the place of what was said before."""
        self._failed = ""
        if isinstance(error, UserFacingError):
            log.info("Told the person: %s (%s)", error, error.code)
        else:
            log.error("Something in the window failed", exc_info=error)
        self.failed.emit(sentence(error))

    async def close(self) -> None:
        """Cancel what still runs and wait for its end."""
        running = [task for task in self._running if task is not asyncio.current_task()]
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)

    def catch_everything(self) -> Callable[[], None]:
        """Hear of what escapes a slot or a callback too, until the returned function is called."""
        hook, handler = sys.excepthook, self._loop.get_exception_handler()

        def escaped(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            if isinstance(error, Exception):
                self.take(error)
            else:
                hook(kind, error, trace)

        sys.excepthook = escaped
        self._loop.set_exception_handler(self._take_context)

        def release() -> None:
            sys.excepthook = hook
            self._loop.set_exception_handler(handler)

        return release

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self.take(error)
            self._failed = task.get_name()

    def _take_context(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, Exception):
            self.take(error)
        else:
            log.warning("The loop reports: %s", context.get("message"))


def sentence(error: BaseException) -> str:
    """What a person is told about a failure; never a traceback."""
    if isinstance(error, UserFacingError):
        return error.message
    return _("Something inside Portavoce went wrong. What you wrote is kept; the details are in the log.")
