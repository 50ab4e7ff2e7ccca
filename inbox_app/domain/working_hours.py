"""Working hours: how much of a stretch of time somebody could have answered in, holidays taken out."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from inbox_app.domain.errors import WrongUse
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.i18n import _

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MIDNIGHT = 24 * 60


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """For each weekday (0 is Monday) from and to which minute; none at all means that every hour counts."""

    days: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    holidays: frozenset[date] = frozenset()

    @property
    def is_set(self) -> bool:
        """Whether some hours count and others do not."""
        return bool(self.days or self.holidays)


class Clock:
    """Adds up working time between moments within a span; the days of it are laid out once."""

    def __init__(self, hours: WorkingHours, zone: ZoneInfo, first: datetime, last: datetime) -> None:
        self._always = not hours.is_set
        self._starts: list[float] = []
        self._ends: list[float] = []
        self._before: list[float] = []
        total = 0.0
        day, end = first.astimezone(zone).date() - timedelta(days=1), last.astimezone(zone).date()
        while day <= end:
            for start, stop in _stretch(hours, zone, day):
                self._starts.append(start)
                self._ends.append(stop)
                self._before.append(total)
                total += stop - start
            day += timedelta(days=1)

    def between(self, first: float, last: float) -> float:
        """Seconds that count between two moments, told in seconds since 1970."""
        if self._always:
            return max(last - first, 0.0)
        return max(self._until(last) - self._until(first), 0.0)

    def _until(self, moment: float) -> float:
        place = bisect_right(self._starts, moment) - 1
        if place < 0:
            return 0.0
        return self._before[place] + min(moment, self._ends[place]) - self._starts[place]


def _stretch(hours: WorkingHours, zone: ZoneInfo, day: date) -> list[tuple[float, float]]:
    start, stop = hours.days.get(day.weekday(), (0, 0)) if hours.days else (0, _MIDNIGHT)
    if day in hours.holidays or stop <= start:
        return []
    return [(_moment(zone, day, start), _moment(zone, day, stop))]


def _moment(zone: ZoneInfo, day: date, minute: int) -> float:
    """By the clock on the wall: on a day when it is put forward there is an hour less."""
    on, rest = day + timedelta(days=minute // _MIDNIGHT), minute % _MIDNIGHT
    return datetime.combine(on, time(rest // 60, rest % 60), zone).timestamp()


def read_hours(text: str) -> WorkingHours:
    """As it is stored; nothing where nothing was said."""
    if not text:
        return WorkingHours()
    told = json.loads(text)
    days = {int(day): (int(first), int(last)) for day, (first, last) in told["days"].items()}
    return WorkingHours(days, frozenset(date.fromisoformat(one) for one in told["holidays"]))


def write_hours(hours: WorkingHours) -> str:
    """As it is stored."""
    days: JsonObject = {str(day): list(span) for day, span in sorted(hours.days.items())}
    return json.dumps({"days": days, "holidays": sorted(one.isoformat() for one in hours.holidays)})


def parse_hours(days: str, holidays: str) -> WorkingHours:
    """Hours as people write them: `mon-fri 9-18, sat 9:30-13`, and holidays as days with commas.

    Raises:
        WrongUse: it is not understood.
    """
    try:
        spans = dict(pair for part in days.split(",") if part.strip() for pair in _parse_part(part.strip().lower()))
        off = frozenset(date.fromisoformat(one.strip()) for one in holidays.split(",") if one.strip())
    except ValueError as wrong:
        told = _("Working hours are written “mon-fri 9-18, sat 9:30-13”, holidays “2026-12-25, 2026-12-26”.")
        raise WrongUse(told) from wrong
    return WorkingHours(spans, off)


def hours_text(hours: WorkingHours) -> str:
    """Hours as `parse_hours` takes them."""
    return ", ".join(f"{WEEKDAYS[day]} {_clock(first)}-{_clock(last)}" for day, (first, last) in hours.days.items())


def _parse_part(part: str) -> list[tuple[int, tuple[int, int]]]:
    days, span = part.split()
    first, _dash, last = days.partition("-")
    start, stop = (_minute(one) for one in span.split("-"))
    if not start < stop <= _MIDNIGHT:
        raise ValueError(span)
    begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    return [(day, (start, stop)) for day in range(begin, end + 1)]


def _minute(clock: str) -> int:
    hour, _colon, minute = clock.partition(":")
    if not 0 <= int(minute or 0) < 60:
        raise ValueError(clock)
    return int(hour) * 60 + int(minute or 0)


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"
