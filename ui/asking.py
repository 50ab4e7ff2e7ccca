"""One question whose answer is on screen: a newer question supersedes it, a refresh waits for the one under way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ui.tasks import Tasks, Work

Question = Callable[[], Work]


class Asking:
    """Never two answers for one place on screen, so that none can be painted late.

    `ask` is a person's wish: it ends what is under way. `ask_again` is news from the bus: while an answer is under way
    it is asked once more afterwards, so that news at every moment cannot keep the answer from ever being painted.
    """

    def __init__(self, tasks: Tasks, name: str) -> None:
        self._tasks = tasks
        self._name = name
        self._question: Question | None = None
        self._task: asyncio.Task[None] | None = None
        self._again = False

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being asked; what has ended is over, also before anybody was told of its end."""
        return self._task is None or (self._task.done() and not self._again)

    def ask(self, question: Question) -> None:
        """Ask this from now on."""
        self._question = question
        self._again = False
        if self._task is not None:
            self._task.cancel()
        self._start(question)

    def ask_again(self) -> None:
        """Ask the same once more."""
        if self._question is None:
            return
        if self._task is None:
            self._start(self._question)
        else:
            self._again = True

    def forget(self) -> None:
        """Ask nothing any more."""
        self._question = None
        self._again = False
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _start(self, question: Question) -> None:
        self._task = self._tasks.begin(question(), self._name)
        self._task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task is not self._task:
            return
        self._task = None
        if self._again:
            self._again = False
            self.ask_again()
