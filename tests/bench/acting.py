"""Every action of the table of commands, in the window on a large workspace: how much work it is until it is answered.

Answered is when a dialog or menu stands there, when another conversation is on screen, or when the first hits of a
search are; of what does none of these, when everything on screen has been read anew. Still is when that is so and
nothing runs any more. Both are told as CPU of the whole program, its threads with it, without what looking costs; the
median of the rounds, the answer as a share of the 100 ms within which it feels to be at once. Before each command the
window is left alone until it has made what comes next, as by somebody who reads.
`python -m tests.bench.acting FOLDER` prints JSON lines.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from time import monotonic, process_time, thread_time

from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from shiboken6 import isValid

from connectors import CATALOGUE
from inbox_app.events import Bus
from inbox_app.paths import resolve_workspace
from inbox_app.settings import SettingsFile
from inbox_app.settings import Theme as Wanted
from inbox_app.storage import accounts
from inbox_app.storage.store import Store
from tests.bench.ratio import Figure
from tests.ui.cores import StoreCore
from tests.ui.loop import make_loop
from ui.app_window import AppWindow
from ui.commands import Does, name_of
from ui.inbox.views import everything
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

AT_ONCE_MS = 100.0
ROUNDS = 5
HITS_IN_SIGHT = 7
_PATIENCE, _LOOK = 60.0, 0.01
SEARCHES = ("shop", "zikonupa", "from:smith shop", "is:open shop", "*uand*")


def figures(folder: Path, rounds: int = ROUNDS, only: Sequence[Does] = ()) -> Iterator[Figure]:
    """All of them, or these, on a copy of a workspace, in a process that has Qt."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_API": "pyside6"}
    command = [sys.executable, "-m", "tests.bench.acting", str(folder), str(rounds), *(does.name for does in only)]
    told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    for one in told.splitlines():
        yield Figure(**json.loads(one))


async def measure(theme: Theme, workspace: Path, scratch: Path, rounds: int, only: Sequence[Does]) -> list[Figure]:
    """Open it and do everything that the table of commands has and the workplace does."""
    bus = Bus()
    address = resolve_workspace(str(workspace))
    store = await Store.open(address, bus, create=False)
    account = (await store.read(accounts.every))[0].id
    core = StoreCore(address, store, bus, SettingsFile(scratch / "settings.json"), account, dict(CATALOGUE))
    tasks = Tasks(asyncio.get_running_loop())
    window = AppWindow(tasks, theme)
    place = Workplace(core, tasks, theme)
    window.put_in(place)
    window.resize(1366, 768)
    window.show()
    bench = _Bench(window, place, tasks)
    await bench.settled()
    try:
        taken: dict[str, list[Taken]] = {}
        for _ in range(rounds):
            for does in only or place.deeds:
                taken.setdefault(name_of(does), []).append(await bench.time(does))
            for words in SEARCHES if not only else SEARCHES[:1]:
                taken.setdefault(f"search: {words}", []).append(await bench.time_search(words))
    finally:
        await place.close_down()
        await tasks.close()
        await store.close()
    return [figure for name, times in taken.items() for figure in _figures(name, times)]


def _figures(name: str, times: list[Taken]) -> list[Figure]:
    answered, still = (1000 * statistics.median(each) for each in zip(*times, strict=True))
    return [
        Figure("act", name, answered / AT_ONCE_MS, 1.0, 1000 * answered, 1000 * AT_ONCE_MS),
        Figure("act", f"{name}, until all is still", still / AT_ONCE_MS, None, 1000 * still, 1000 * AT_ONCE_MS),
    ]


Taken = tuple[float, float]
"""Until it is answered, and until all is still."""


class _Watch:
    """CPU since it was made, without what was spent on looking."""

    def __init__(self) -> None:
        self._looked, self._still = 0.0, 0.0
        self._answered: float | None = None
        self._begun = process_time()

    @contextmanager
    def looking(self) -> Iterator[None]:
        """What is done meanwhile is not counted."""
        begun = thread_time()
        yield
        self._looked += thread_time() - begun

    def answer(self) -> None:
        """It is answered by now."""
        if self._answered is None:
            self._answered = self._so_far

    def end(self) -> None:
        """All is still by now."""
        self._still = self._so_far
        self.answer()

    @property
    def taken(self) -> Taken:
        """Both, in seconds."""
        return self._answered or 0.0, self._still

    @property
    def _so_far(self) -> float:
        return process_time() - self._begun - self._looked


class _Bench:
    """Gives commands and waits until each is answered; puts the window back afterwards."""

    def __init__(self, window: AppWindow, place: Workplace, tasks: Tasks) -> None:
        self._window, self._place, self._tasks = window, place, tasks

    async def time(self, does: Does) -> Taken:
        """Seconds of CPU from the key to the answer, and until all is still."""
        await self._stand_by()
        before, shown = self._open_ones(), self._place.thread_view.conversation
        watch = _Watch()
        self._place.give(does)
        await self._watch(
            watch,
            lambda: self._place.thread_view.conversation != shown or bool(self._open_ones() - before),
            lambda: bool(self._open_ones() - before),
        )
        await self._put_away(before)
        return watch.taken

    async def time_search(self, words: str) -> Taken:
        """Seconds of CPU from Enter to the first hits, and until all are there and the first one is open."""
        await self._stand_by()
        place, watch = self._place, _Watch()
        place.list.search.setText(words)
        place.list.search.returnPressed.emit()
        await self._watch(watch, lambda: self._finds(words))
        place.list.search.finish()
        await self.settled()
        return watch.taken

    async def _watch(
        self, watch: _Watch, is_answered: Callable[[], bool], is_over: Callable[[], bool] = lambda: False
    ) -> None:
        """Look now and then; what has come by one look has been painted by the next."""
        late, seen = monotonic() + _PATIENCE, False
        await asyncio.sleep(0)
        while monotonic() < late:
            await asyncio.sleep(_LOOK)
            with watch.looking():
                quiet, over, before = self._is_quiet, is_over(), seen
                seen = seen or is_answered()
            if before or over:
                watch.answer()
            if quiet or over:
                break
        watch.end()

    def _finds(self, words: str) -> bool:
        """Whether the list shows what was found."""
        listing, ids = self._place.list, self._place.bridge.ids[:HITS_IN_SIGHT]
        return listing.search_words == words and bool(ids) and all(listing.row(one) is not None for one in ids)

    async def settled(self) -> None:
        """Wait until all that was asked for is on screen."""
        await asyncio.sleep(0)
        async with asyncio.timeout(_PATIENCE):
            while not self._is_quiet:
                await asyncio.sleep(_LOOK)

    @property
    def _is_quiet(self) -> bool:
        return self._place.is_settled and self._tasks.are_done

    async def _stand_by(self) -> None:
        """A conversation is open, nothing is picked, the focus is in the list."""
        place = self._place
        place.list.view.stop_picking()
        place.list.take_focus()
        await self.settled()
        if not place.bridge.ids or place.list.shown_view.key != "all" or place.sidebar.hat is not None:
            place.sidebar.hats.choose(None)
            place.show_view(everything())
            await self.settled()
        if place.bridge.opened is None or place.bridge.opened not in place.bridge.ids:
            place.open(place.bridge.ids[0])
            await self.settled()
        async with asyncio.timeout(_PATIENCE):
            while not place.foreseeing.is_idle:
                await asyncio.sleep(_LOOK)

    def _open_ones(self) -> set[QWidget]:
        below = (*self._window.findChildren(QDialog), *self._window.findChildren(QMenu))
        return {one for one in (*below, *QApplication.topLevelWidgets()) if one.isVisible()}

    async def _put_away(self, before: set[QWidget]) -> None:
        """Close what was opened, however it was asked for, and what opens late."""
        for _ in range(3):
            for one in filter(isValid, self._open_ones() - before):
                one.close()
            await asyncio.sleep(0.005)
            await self.settled()


def main(folder: Path, rounds: int = ROUNDS, only: Sequence[Does] = ()) -> None:
    """Measure on a copy, and print."""
    loop = make_loop()
    theme = Theme(Wanted.LIGHT)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.dress(application)
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "workspace"
        shutil.copytree(folder, copy)
        for found in loop.run_until_complete(measure(theme, copy, Path(scratch), rounds, only)):
            print(json.dumps(asdict(found)), flush=True)
    loop.close()  # Its threads would be at work still when Qt goes, which ends the process badly.


if __name__ == "__main__":
    main(Path(sys.argv[1]), int((*sys.argv, str(ROUNDS))[2]), [Does[name] for name in sys.argv[3:]])
