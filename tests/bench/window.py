"""P6, P7, P9 and P10: the window against itself and against the plain way, offscreen, in a process of its own.

`python -m tests.bench.window [messages]` prints the figures as JSON lines. P10 is told in milliseconds of the clock, as
lateness is what a person sees, and beside it without the time in which the window's thread was ready and had no
processor: that much is the machine's. The third pair is the processor time that the window's thread itself takes
between two ticks: that much it is late on a machine that does nothing else.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Coroutine, Iterator
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any

from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QVBoxLayout, QWidget

from inbox_app.domain.ids import ConversationId
from inbox_app.domain.inbox import ConversationRow, Thread
from inbox_app.events import Bus
from inbox_app.paths import WorkspaceAddress, WorkspaceKind
from inbox_app.settings import SettingsFile
from inbox_app.settings import Theme as Wanted
from inbox_app.storage.store import Store
from tests.bench.ratio import Figure, compare, cpu, figure
from tests.ui import sample, sample_threads
from tests.ui.cores import StoreCore
from tests.ui.loop import make_loop
from tests.ui.patience import until
from tests.ui.test_ticks import Ticks
from tests.unit.ingest.tales import connect, said
from ui.app_window import AppWindow
from ui.collector import Collector
from ui.conversation.thread_view import ThreadView
from ui.inbox.conversation_list import ConversationList
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.turns import take_short_turns
from ui.workplace import Workplace

MANY, FEW = 150_000, 50
FLOOD, BATCH = 30_000, 150
_IDLE = 5.0
_ROUNDS = 5


def figures(flood: int = FLOOD) -> Iterator[Figure]:
    """All of them, measured in a process that has Qt."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_API": "pyside6"}
    command = [sys.executable, "-m", "tests.bench.window", str(flood)]
    told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    for one in told.splitlines():
        yield Figure(**json.loads(one))


def measure(flood: int, many: int = MANY) -> Iterator[Figure]:
    """One after the other."""
    take_short_turns()
    loop = make_loop()
    theme = Theme(Wanted.LIGHT)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.dress(application)
    large, small = partial(_paint, theme, many), partial(_paint, theme, FEW)
    yield compare("P6", f"first paint of {many:,} / of 50", 2.0, large, small, _ROUNDS)
    yield _scrolling(theme, many)
    yield compare("P7", "a thread of 500 / a label a message", 0.1, partial(_thread, theme), _labels, _ROUNDS)
    with tempfile.TemporaryDirectory() as folder:
        yield from loop.run_until_complete(_live(theme, Path(folder), flood))


IDS = [ConversationId(f"c{number:07}") for number in range(MANY)]


def _rows(ids: list[ConversationId]) -> list[ConversationRow]:
    return [replace(sample.CONVERSATIONS[place % len(sample.CONVERSATIONS)], id=one) for place, one in enumerate(ids)]


def _listing(theme: Theme, count: int) -> ConversationList:
    listing = ConversationList(theme)
    listing.resize(384, 960)
    listing.rows_wanted.connect(lambda wanted: listing.show_rows(_rows(wanted)))
    listing.show_ids(IDS[:count])
    listing.show()
    listing.grab()
    QApplication.processEvents()
    listing.grab()
    return listing


def _paint(theme: Theme, count: int) -> None:
    _listing(theme, count).deleteLater()


def _scrolling(theme: Theme, count: int) -> Figure:
    """A frame each 40 pixels, with the rows that come into sight fetched at once."""
    listing = _listing(theme, count)
    bar = listing.view.verticalScrollBar()
    frames = []
    for step in range(400):
        bar.setValue(step * 40)
        QApplication.processEvents()
        frames.append(cpu(listing.view.viewport().grab))
    late = 1000 * statistics.quantiles(frames, n=20)[-1]
    listing.deleteLater()
    return Figure("P6", "a frame while scrolling, ms at p95", late, 8.0, 1e3 * late, 0.0)


def _long_thread() -> Thread:
    said_here = tuple(
        sample_threads.message(number + 1, "Maya Lindqvist", f"Message {number}. " * (1 + number % 17), sample.NOW)
        for number in range(500)
    )
    return replace(sample_threads.THREAD, messages=said_here, notes=())


THREAD = _long_thread()


def _thread(theme: Theme) -> None:
    view = ThreadView(theme)
    view.resize(692, 800)
    view.show_thread(THREAD)
    view.show()
    view.grab()
    view.deleteLater()


def _labels() -> None:
    area, room = QScrollArea(), QWidget()
    column = QVBoxLayout(room)
    for message in THREAD.messages:
        label = QLabel(message.text)
        label.setWordWrap(True)
        column.addWidget(label)
    area.setWidgetResizable(True)
    area.setWidget(room)
    area.resize(692, 800)
    area.show()
    area.grab()
    area.deleteLater()


async def _live(theme: Theme, folder: Path, flood: int) -> list[Figure]:
    bare = await _idle()
    bus = Bus()
    address = WorkspaceAddress(WorkspaceKind.SQLITE, folder / "bench", str(folder / "bench"))
    store = await Store.open(address, bus, create=True)
    account = await store.write(connect)
    core = StoreCore(address, store, bus, SettingsFile(folder / "settings.json"), account)
    tasks = Tasks(asyncio.get_running_loop())
    window = AppWindow(tasks, theme)
    collector = Collector(window)
    place = Workplace(core, tasks, theme)
    window.put_in(place)
    window.show()
    await until(lambda: place.is_settled, "the empty list")
    collector.settle()
    collector.look()
    quiet = await _idle()
    calm = await ticks_of(asyncio.sleep(_IDLE))
    busy = await ticks_of(_pour(core, place, flood))
    await place.close_down()
    await tasks.close()
    await store.close()
    collector.end()
    return [
        figure("P9", f"{_IDLE:g} s idle with a window / an empty loop", 2.0, [(quiet, bare)]),
        *lateness("P10", f"ticks while {flood:,} come in", busy, calm),
    ]


async def _idle() -> float:
    before = process_time()
    await asyncio.sleep(_IDLE)
    return max(process_time() - before, 1e-4)


async def _pour(core: StoreCore, place: Workplace, flood: int) -> None:
    for first in range(0, flood, BATCH):
        await core.tell(*(said(f"m-{first + one}", (first + one) / 10) for one in range(BATCH)))
    await until(lambda: len(place.bridge.ids) == flood, "all of them in the list", 600)


async def ticks_of(work: Coroutine[Any, Any, None]) -> Ticks:
    """The window's ticks while this is done."""
    ticks = Ticks()
    await work
    ticks.stop()
    return ticks


def lateness(budget: str, what: str, busy: Ticks, calm: Ticks) -> Iterator[Figure]:
    """How late they were, at p95 and at worst, with and without the waiting for a processor; and what they took."""
    ways = (
        ("", busy.late, calm.late),
        (", less waiting", busy.ours, calm.ours),
        (", own work between two", busy.worked, calm.worked),
    )
    for less, own, told in ways:
        for name, share, most in (("p95", 0.95, 16.0), ("worst", 1.0, 100.0)):
            late, idle = (1000 * sorted(one)[min(int(len(one) * share), len(one) - 1)] for one in (own, told))
            yield Figure(budget, f"{what}: ms, {name}{less}", late, most, 1e3 * late, 1e3 * idle)


if __name__ == "__main__":
    for found in measure(int(sys.argv[1]) if len(sys.argv) > 1 else FLOOD):
        print(json.dumps(asdict(found)), flush=True)
