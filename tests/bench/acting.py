"""Every action of the table of commands, in the window on a large workspace: how much work it is until it is answered.

Answered is when a dialog or menu stands there, or else when everything on screen has been read anew and nothing runs
any more. What is told is CPU of the whole program, its threads with it, the median of the rounds, as a share of the
100 ms within which an answer feels to be at once: what a person waits on a machine that does nothing else, at most.
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
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from time import monotonic, process_time

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
        taken: dict[str, list[float]] = {}
        for _ in range(rounds):
            for does in only or place.deeds:
                taken.setdefault(name_of(does), []).append(await bench.time(does))
            for words in SEARCHES if not only else SEARCHES[:1]:
                taken.setdefault(f"search: {words}", []).append(await bench.time_search(words))
    finally:
        await place.close_down()
        await tasks.close()
        await store.close()
    return [_figure(name, times) for name, times in taken.items()]


def _figure(name: str, times: list[float]) -> Figure:
    late = 1000 * statistics.median(times)
    return Figure("act", name, late / AT_ONCE_MS, 1.0, 1000 * late, 1000 * AT_ONCE_MS)


class _Bench:
    """Gives commands and waits until each is answered; puts the window back afterwards."""

    def __init__(self, window: AppWindow, place: Workplace, tasks: Tasks) -> None:
        self._window, self._place, self._tasks = window, place, tasks

    async def time(self, does: Does) -> float:
        """Seconds of CPU from the key to the answer."""
        await self._stand_by()
        before, start, late = self._open_ones(), process_time(), monotonic() + _PATIENCE
        self._place.give(does)
        await asyncio.sleep(0)
        while monotonic() < late and not self._open_ones() - before and not self._is_quiet:
            await asyncio.sleep(_LOOK)
        taken = process_time() - start
        await self._put_away(before)
        return taken

    async def time_search(self, words: str) -> float:
        """Seconds of CPU from Enter to the first hits."""
        await self._stand_by()
        self._place.list.search.setText(words)
        start = process_time()
        self._place.list.search.returnPressed.emit()
        await self.settled()
        taken = process_time() - start
        self._place.list.search.finish()
        await self.settled()
        return taken

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


if __name__ == "__main__":
    main(Path(sys.argv[1]), int((*sys.argv, str(ROUNDS))[2]), [Does[name] for name in sys.argv[3:]])
