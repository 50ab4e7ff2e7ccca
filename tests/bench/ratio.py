"""Two ways to do the same thing, timed in turn; only their ratio is worth anything on a shared machine."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from time import process_time

_LONG_ENOUGH = 0.004
_MOST_TIMES = 1000
ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    budget: str
    what: str
    ratio: float
    most: float | None
    """The budget; None for what is told beside it."""
    ours: float
    """Microseconds of CPU, the median; so is `floor`."""
    floor: float

    @property
    def is_kept(self) -> bool:
        """Whether it is within the budget, where there is one."""
        return self.most is None or self.ratio <= self.most


def compare(
    budget: str,
    what: str,
    most: float | None,
    ours: Callable[[], object],
    floor: Callable[[], object],
    rounds: int = ROUNDS,
) -> Figure:
    """Time both in turn, so often that the clock can tell them apart."""
    times_ours, times_floor = _times(ours), _times(floor)
    pairs = [(_cpu(ours, times_ours), _cpu(floor, times_floor)) for _ in range(rounds)]
    return figure(budget, what, most, pairs)


def figure(budget: str, what: str, most: float | None, pairs: list[tuple[float, float]]) -> Figure:
    """The medians of what was timed, in seconds, as (ours, floor)."""
    return Figure(
        budget,
        what,
        statistics.median(ours / floor for ours, floor in pairs),
        most,
        1e6 * statistics.median(ours for ours, _ in pairs),
        1e6 * statistics.median(floor for _, floor in pairs),
    )


def cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU that it takes once."""
    start = process_time()
    work()
    return process_time() - start


def _times(work: Callable[[], object]) -> int:
    work()
    once = max(cpu(work), 1e-7)
    return min(max(1, round(_LONG_ENOUGH / once)), _MOST_TIMES)


def _cpu(work: Callable[[], object], times: int) -> float:
    start = process_time()
    for _ in range(times):
        work()
    return (process_time() - start) / times
