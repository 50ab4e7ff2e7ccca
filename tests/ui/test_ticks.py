"""The window stays quick while thousands of messages arrive: how late its ticks are is reported, not judged here."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, Qt, QTimer

from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.app_window import AppWindow
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.workplace import Workplace

pytestmark = pytest.mark.ui

EVERY = 0.010
LATE = 0.016
BATCH, BATCHES = 200, 15


class Ticks(QObject):
    """A timer that notes by how much each of its ticks came late, in seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self, interval=round(EVERY * 1000), timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.late.append(max(0.0, now - self._last - EVERY))
        self._last = now


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
