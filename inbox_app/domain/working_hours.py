"""Working hours: how much of a stretch of time somebody could have answered in, holidays taken out."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby, pairwise
from typing import Any
from zoneinfo import ZoneInfo

from inbox_app.domain.errors import WrongUse
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.time_words import plain_words, weekday_named
from inbox_app.i18n import _
from inbox_app.i18n import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected

_WEEKDAYS = (N_("mon"), N_("tue"), N_("wed"), N_("thu"), N_("fri"), N_("sat"), N_("sun"))
_MIDNIGHT = 24 * 60
Stretch = tuple[int, int]
"""From and to which minute of a day."""


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """For each weekday (0 is Monday) its stretches in order; none at all means that every hour counts."""

    days: Mapping[int, tuple[Stretch, ...]] = field(default_factory=dict)
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
    if day in hours.holidays:
        return []
    stretches = hours.days.get(day.weekday(), ()) if hours.days else ((0, _MIDNIGHT),)
    return [(_moment(zone, day, start), _moment(zone, day, stop)) for start, stop in stretches]


def _moment(zone: ZoneInfo, day: date, minute: int) -> float:
    """By the clock on the wall: on a day when it is put forward there is an hour less."""
    on, rest = day + timedelta(days=minute // _MIDNIGHT), minute % _MIDNIGHT
    return datetime.combine(on, time(rest // 60, rest % 60), zone).timestamp()


def read_hours(text: str) -> WorkingHours:
    """As it is stored; nothing where nothing was said."""
    if not text:
        return WorkingHours()
    told = json.loads(text)
    days = {int(day): _stretches(said) for day, said in told["days"].items()}
    return WorkingHours(days, frozenset(date.fromisoformat(one) for one in told["holidays"]))


def _stretches(said: list[Any]) -> tuple[Stretch, ...]:
    """An older Portavoce kept the one stretch of a day alone."""
    several = said if isinstance(said[0], list) else [said]
    return tuple((int(first), int(last)) for first, last in several)


def write_hours(hours: WorkingHours) -> str:
    """As it is stored."""
    days: JsonObject = {str(day): [list(one) for one in spans] for day, spans in sorted(hours.days.items())}
    return json.dumps({"days": days, "holidays": sorted(one.isoformat() for one in hours.holidays)})


def parse_hours(days: str, holidays: str) -> WorkingHours:
    """Hours as people write them: `mon-fri 9-13 14-18, sat 9:30-13`, and holidays as days with commas.

    Raises:
        WrongUse: it is not understood, or two stretches of a day overlap.
    """
    found: defaultdict[int, list[Stretch]] = defaultdict(list)
    try:
        for words, first, *more in map(str.split, filter(str.strip, days.split(","))):
            for day in _days(words):
                found[day] += map(_span, (first, *more))
        off = frozenset(date.fromisoformat(one.strip()) for one in holidays.split(",") if one.strip())
    except ValueError as wrong:
        told = _("Working hours are written “mon-fri 9-13 14-18, sat 9:30-13”, holidays “2026-12-25, 2026-12-26”.")
        raise WrongUse(told) from wrong
    for spans in found.values():
        spans.sort()
        if any(later[0] < sooner[1] for sooner, later in pairwise(spans)):
            raise WrongUse(_("Two of these working hours are of the same day and overlap. Write each stretch once."))
    return WorkingHours({day: tuple(found[day]) for day in sorted(found)}, off)


def hours_text(hours: WorkingHours, *, spoken: bool = True) -> str:
    """Hours as `parse_hours` takes them; `spoken` in the language of the interface."""
    names = [str(name) if spoken else name.text for name in _WEEKDAYS]
    told = []
    # Days in a row with the same hours are told at once: in a row, weekday and place differ by the same.
    for _row, group in groupby(enumerate(sorted(hours.days)), lambda each: (each[1] - each[0], hours.days[each[1]])):
        days = [day for _place, day in group]
        ends = dict.fromkeys((names[days[0]], names[days[-1]]))
        told.append(" ".join(("-".join(ends), *map(_span_text, hours.days[days[0]]))))
    return ", ".join(told)


def _days(words: str) -> list[int]:
    """ "mon", "mon-fri", also over the end of the week: "sat-mon"."""
    first, dash, last = words.partition("-")
    begin, end = _weekday(first), _weekday(last if dash else first)
    return [(begin + step) % 7 for step in range((end - begin) % 7 + 1)]


def _weekday(word: str) -> int:
    """By its name as it is shown here, or as moments name it: in full or cut, in English or Italian."""
    shown = {str(name): day for day, name in enumerate(_WEEKDAYS)}
    day = shown.get(word.lower(), weekday_named("".join(plain_words(word))))
    if day is None:
        raise ValueError(word)
    return day


def _span(words: str) -> Stretch:
    start, stop = (_minute(one) for one in words.split("-"))
    if not start < stop <= _MIDNIGHT:
        raise ValueError(words)
    return start, stop


def _span_text(span: Stretch) -> str:
    return "-".join(f"{minute // 60}:{minute % 60:02}" for minute in span)


def _minute(clock: str) -> int:
    hour, _colon, minute = clock.replace(".", ":").partition(":")
    if not 0 <= int(minute or 0) < 60:
        raise ValueError(clock)
    return int(hour) * 60 + int(minute or 0)
