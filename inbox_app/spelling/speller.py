"""The parent's side of the spelling process: texts and words in, what is misspelt and what was meant out.

Nothing of it holds the caller's thread: the files are looked for and the process is asked on a thread of its own, which
waits. A process that dies of a dictionary or takes too long is replaced at the next question, and nothing is found.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Final, TypeVar

from inbox_app.content.child import Child, ChildEnded
from inbox_app.content.frames import Answer, unpack
from inbox_app.domain.spelled import Misspelt, plain
from inbox_app.paths import make_private_folder, replace_file
from inbox_app.spelling.dictionaries import Dictionary, find_dictionaries, places
from inbox_app.spelling.flag import SPELLING_FLAG
from inbox_app.spelling.frames import Ask, Asked

LONGEST: Final = 250_000
"""Letters of a text that are checked."""
_SECONDS: Final = 8.0
_log = logging.getLogger(__name__)
Value = TypeVar("Value")


def speller_command() -> list[str]:
    """The command that starts `worker_main`; a bundle's entry point must obey `SPELLING_FLAG`."""
    if getattr(sys, "frozen", False):
        return [sys.executable, SPELLING_FLAG]
    return [sys.executable, "-s", "-P", "-m", "inbox_app.spelling.worker_main"]


class Speller:
    """One process, started at the first text; `folder` holds the person's own dictionaries and words."""

    def __init__(self, folder: Path, where: Sequence[str] | None = None) -> None:
        self.folder = folder
        self._where = places(folder) if where is None else where
        self._own = folder / "words.txt"
        self._child: Child | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="speller")
        self._closing = False

    @property
    def pid(self) -> int | None:
        """The process's id while there is one."""
        child = self._child
        return child.pid if child else None

    async def dictionaries(self) -> tuple[Dictionary, ...]:
        """All that this computer has now."""
        return await self._run(lambda: find_dictionaries(self._where) if find_spec("hunspell") else ())

    async def check(self, text: str, by: Dictionary) -> tuple[Misspelt, ...]:
        """The words of a text that are none."""
        found: list[tuple[Misspelt, ...]] = []
        await self._run(
            lambda: self._ask(
                Ask.CHECK, text[:LONGEST], by, lambda value: found.append(unpack(tuple[Misspelt, ...], value))
            )
        )
        return found[0] if found else ()

    async def meant(self, word: str, by: Dictionary) -> tuple[str, ...]:
        """What may have been meant by a word, the likeliest first."""
        found: list[tuple[str, ...]] = []
        await self._run(
            lambda: self._ask(Ask.MEANT, word, by, lambda value: found.append(unpack(tuple[str, ...], value)))
        )
        return found[0] if found else ()

    async def learn(self, word: str) -> None:
        """The person's own words hold this one from now on, in every language."""
        await self._run(lambda: self._learn(plain(word)))

    async def make_folder(self) -> Path:
        """The folder in which dictionaries can be put."""
        return await self._run(lambda: make_private_folder(self.folder))

    async def close(self) -> None:
        """End the process and the thread."""
        self._closing = True
        if self._child is not None:
            self._child.kill()
        await self._run(self._drop)
        self._thread.shutdown(wait=False)

    async def _run(self, work: Callable[[], Value]) -> Value:
        return await asyncio.wrap_future(self._thread.submit(work))

    def _ask(self, verb: Ask, text: str, by: Dictionary, take: Callable[[object], None]) -> None:
        if self._closing:
            return
        data = text.encode("utf-8", "surrogatepass")
        try:
            if self._child is None:
                self._child = Child(speller_command(), _SECONDS)
            asked = Asked(verb, (len(data),), by, str(self._own))
            self._child.ask(asked, data, lambda answer, _data: _taken(answer, take))
        except ChildEnded as ended:
            self._drop()
            _log.warning("the spelling process ended, overdue: %s", ended.overdue)

    def _drop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.close()

    def _learn(self, word: str) -> None:
        try:
            known = self._own.read_text("utf-8").split()
        except OSError:
            known = []
        if word not in known:
            replace_file(self._own, "\n".join(sorted([*known, word])).encode() + b"\n")


def _taken(answer: Answer, take: Callable[[object], None]) -> None:
    take(answer.value)
