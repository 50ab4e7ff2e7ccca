"""The community's day: steady "virtual" time bent so that nights are quiet and evenings busy."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from connectors.practice.places import DAYS, FRESH_DAYS

HOUR = 3_600_000
DAY = 24 * HOUR
_BUSY = (2, 1, 1, 1, 1, 2, 5, 9, 13, 14, 13, 12, 13, 12, 11, 11, 12, 14, 16, 18, 19, 16, 10, 5)
"""How much is said in each hour of the day (UTC)."""
_SUM = sum(_BUSY)
_UPTO = [round(DAY * said / _SUM) for said in accumulate(_BUSY, initial=0)]
"""Virtual time of a day at each full hour."""


def bend(virtual: int) -> int:
    """From steady time to the clock's, in milliseconds."""
    day, rest = divmod(virtual, DAY)
    hour = bisect_right(_UPTO, rest) - 1
    return day * DAY + hour * HOUR + (rest - _UPTO[hour]) * HOUR // (_UPTO[hour + 1] - _UPTO[hour])


def straighten(clock: int) -> int:
    """The inverse of `bend`, but for rounding."""
    day, rest = divmod(clock, DAY)
    hour, rest = divmod(rest, HOUR)
    return day * DAY + _UPTO[hour] + rest * (_UPTO[hour + 1] - _UPTO[hour]) // HOUR


@dataclass(frozen=True, slots=True)
class Timeline:
    """The stretch of the community's past, cut into blocks. `anchor` is the moment it began, in milliseconds."""

    anchor: int
    blocks: int

    @property
    def boundary(self) -> int:
        """What is older is history."""
        return self.anchor - FRESH_DAYS * DAY

    def span(self, block: int) -> tuple[int, int]:
        """Virtual time at which a block begins and ends. The community grows, so newer blocks are shorter."""
        end = straighten(self.anchor)
        return end - self._back(block), end - self._back(block + 1)

    def _back(self, block: int) -> int:
        left = self.blocks - block
        return DAYS * DAY * left * (3 * self.blocks + 7 * left) // (10 * self.blocks**2)

    def begin(self, block: int) -> int:
        """The clock's time at which a block begins; that of the one after the last is the anchor."""
        return bend(self.span(block)[0]) if block < self.blocks else self.anchor

    def block_at(self, clock: int) -> int:
        """The block in which a moment lies, within the past."""
        return max(bisect_right(range(self.blocks), clock, key=self.begin) - 1, 0)
