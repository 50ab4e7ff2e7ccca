"""How long to wait: growing pauses with jitter, and the services' own limits, which survive a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from inbox_app.contract.limits import RateLimit
from inbox_app.domain.timecode import to_ms
from inbox_app.storage.budgets import Budget

Chance = Callable[[], float]
"""A number from 0 up to 1; `random.random` outside of tests."""

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=15)
_DOUBLINGS = 10


def pause_after(failures: int, chance: Chance, *, first: timedelta = FIRST_PAUSE) -> timedelta:
    """The pause after so many failures in a row: doubling up to a quarter of an hour, the last half of it by chance."""
    doubled: int = 2 ** min(max(failures - 1, 0), _DOUBLINGS)
    whole = min(first * doubled, LONGEST_PAUSE)
    return whole / 2 + whole / 2 * chance()


def jittered(interval: timedelta, chance: Chance) -> timedelta:
    """The interval, a tenth shorter or longer by chance, so that accounts do not all ask at once."""
    return interval * (0.9 + 0.2 * chance())


def no_sooner(delay: timedelta, chance: Chance) -> timedelta:
    """A delay that a service asked for: never shorter, up to a tenth (at most 5 s) longer."""
    return delay + min(delay / 10, timedelta(seconds=5)) * chance()


@dataclass(slots=True)
class Failures:
    """How often something failed in a row."""

    count: int = 0

    def again(self, chance: Chance) -> timedelta:
        """Count one more, and say how long to wait."""
        self.count += 1
        return pause_after(self.count, chance)

    def over(self) -> None:
        """It worked."""
        self.count = 0


ASKED_TO_WAIT = "asked_to_wait"
"""The name of the budget that holds a service's own "not before"."""
_KEPT_FOR_REPLIES = 5
"""One in so many is left to replies by those who only read."""


class Pace:
    """What one account may ask of its service, and when; starts from what the last process knew."""

    def __init__(self, known: Iterable[Budget] = ()) -> None:
        self._budgets = {one.name: one for one in known}
        self._changed: set[str] = set()

    def note(self, limit: RateLimit) -> None:
        """The service said what is left."""
        self._put(Budget(limit.name, limit.left, limit.total, to_ms(limit.resets_at)))

    def wait_until(self, moment: int) -> None:
        """The service asked to wait; an earlier, longer wish stands."""
        asked = self._budgets.get(ASKED_TO_WAIT, Budget(ASKED_TO_WAIT))
        self._put(replace(asked, not_before=max(moment, asked.not_before or 0)))

    def may_read_at(self, now: int) -> int:
        """The next moment at which reading is fair; `now` when it is."""
        return max([now, *(self._free_at(one, now, one.total or 0) for one in self._budgets.values())])

    def may_send_at(self, now: int) -> int:
        """The next moment at which sending is allowed; `now` when it is."""
        return max([now, *(self._free_at(one, now, 0) for one in self._budgets.values())])

    def take_changed(self) -> tuple[Budget, ...]:
        """What is to be kept since this was last asked."""
        changed = tuple(self._budgets[name] for name in sorted(self._changed))
        self._changed.clear()
        return changed

    def _put(self, known: Budget) -> None:
        if self._budgets.get(known.name) != known:
            self._budgets[known.name] = known
            self._changed.add(known.name)

    @staticmethod
    def _free_at(one: Budget, now: int, shared: int) -> int:
        if one.left is None or one.resets_at is None or one.resets_at <= now:
            return one.not_before or 0
        used_up = one.left * _KEPT_FOR_REPLIES < shared if shared else one.left <= 0
        return max(one.not_before or 0, one.resets_at if used_up else 0)
