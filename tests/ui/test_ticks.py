"""The window stays quick while thousands of messages arrive: how late its ticks are is reported, not judged here."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QTimer

from inbox_app.storage.store import Store
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.app_window import AppWindow
from ui.inbox.model import ConversationModel, Index
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

pytestmark = pytest.mark.ui

EVERY = 0.010
LATE = 0.016
BATCH, BATCHES = 200, 15


class Ticks(QObject):
    """A timer that notes by how much each of its ticks came late, in seconds; `ours` is without the waiting.

    `worked` is the processor time that the window's thread took between two ticks, whatever others did meanwhile.
    """

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []
        self.ours: list[float] = []
        self.worked: list[float] = []
        self._waited, self._used = waited(), time.thread_time()
        self._last = time.perf_counter()
        self._timer = QTimer(self, interval=round(EVERY * 1000), timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        now, without, used = time.perf_counter(), waited(), time.thread_time()
        self.late.append(max(0.0, now - self._last - EVERY))
        self.ours.append(max(0.0, self.late[-1] - (without - self._waited)))
        self.worked.append(used - self._used)
        self._last, self._waited, self._used = now, without, used


def waited() -> float:
    """For how many seconds this thread was ready and had no processor; 0 where the system does not tell.

    https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat
    """
    told = Path("/proc/thread-self/schedstat")
    return int(told.read_text("ascii").split()[1]) / 1e9 if told.exists() else 0.0


async def test_nothing_of_the_database_runs_on_the_windows_thread(
    core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what the list is asked for does not grow with the list: the shape of a window that stays quick."""
    own, others, asked = threading.get_ident(), Counter[str](), Counter[int]()

    def watched(name: str) -> Callable[..., Awaitable[object]]:
        plain = getattr(Store, name)

        async def call(self: Store, work: Callable[[object], object]) -> object:
            def run(given: object) -> object:
                others["here" if threading.get_ident() == own else "elsewhere"] += 1
                return work(given)

            return await plain(self, run)

        return call

    def count_data(self: ConversationModel, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        asked[len(self.ids)] += 1
        return data(self, index, role)

    data = ConversationModel.data
    monkeypatch.setattr(Store, "read", watched("read"))
    monkeypatch.setattr(Store, "write", watched("write"))
    monkeypatch.setattr(ConversationModel, "data", count_data)
    window = keep(AppWindow(tasks, theme))
    place = Workplace(core, tasks, theme)
    window.put_in(place)
    window.show()
    await until(lambda: place.is_settled, "the empty list")
    for batch in range(BATCHES):
        await core.tell(*(said(f"m-{batch}-{one}", batch * BATCH + one) for one in range(BATCH)))
    await until(lambda: len(place.bridge.ids) == BATCHES * BATCH and place.is_settled, "all of them", 60)
    await place.close_down()
    assert others["here"] == 0
    assert others["elsewhere"] > BATCHES
    assert asked, "the list was painted"
    assert max(asked.values()) < 600, "what is painted is asked for, whatever the length of the list"


async def test_ticks_while_messages_pour_in(
    core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep, record_property: Callable[[str, object], None]
) -> None:
    window = keep(AppWindow(tasks, theme))
    place = Workplace(core, tasks, theme)
    window.put_in(place)
    window.show()
    await until(lambda: place.is_settled, "the empty list")
    ticks = Ticks()
    for batch in range(BATCHES):
        first = batch * BATCH
        await core.tell(*(said(f"m-{first + one}", first + one) for one in range(BATCH)))
    await until(lambda: len(place.bridge.ids) == BATCHES * BATCH, "all of them in the list", 60)
    ticks.stop()
    await place.close_down()

    assert ticks.late, "the window ticked at all"
    in_order = sorted(ticks.late)
    share = sum(1 for one in in_order if one > LATE) / len(in_order)
    middle, worst = in_order[int(len(in_order) * 0.95)], in_order[-1]
    record_property("share of ticks later than 16 ms", round(share, 3))
    record_property("late at p95, ms", round(middle * 1000, 1))
    record_property("late at worst, ms", round(worst * 1000, 1))
    figures = f"p95 {middle * 1000:.0f} ms, worst {worst * 1000:.0f} ms"
    print(f"{share:.1%} of {len(in_order)} ticks later than 16 ms; {figures}")
