"""What a report says, figure by figure, from counts; and where to look for the messages behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from statistics import median
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from inbox_app.domain.attendance import MONTH, Attendance
from inbox_app.domain.ids import MessageId
from inbox_app.domain.welcomes import Debut, figures
from inbox_app.domain.words import Direction, Hat
from inbox_app.domain.working_hours import Clock, WorkingHours

QUARTER_MS = 900_000
"""Messages are counted by quarters of an hour: in every zone hours and days begin with one."""
WEEKS_FROM = 45
"""Of more days than this a bar is a week."""
K = TypeVar("K")
Stretch = tuple[int, int]
"""From and before which millisecond."""


@dataclass(frozen=True, slots=True)
class Volume:
    """What came to one account, or left it: when a quarter of an hour began, in milliseconds, and how many in it."""

    account: str
    channel: str
    way: Direction
    quarters: Sequence[Sequence[int]]

    @property
    def number(self) -> int:
        """How many together."""
        return sum(number for _at, number in self.quarters)


class Begun(NamedTuple):
    """A conversation that a member began: the first that was said, our first answer whenever it came, the decision.

    A tuple, since there are a hundred thousand in a busy quarter of a year.
    """

    first: MessageId
    at: int
    answered_at: int | None
    done_at: int | None

    @property
    def is_done(self) -> bool:
        """Whether it was set to done after it began."""
        return bool(self.done_at) and (self.done_at or 0) >= self.at


@dataclass(frozen=True, slots=True)
class Said:
    """What the database counts of messages: `hats` and `tags` by name and way.

    `asked`: questions, and how many we answered.
    """

    volumes: Sequence[Volume] = ()
    hats: Mapping[tuple[str, str], int] = field(default_factory=dict)
    tags: Mapping[tuple[str, str], int] = field(default_factory=dict)
    asked: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Counted:
    """What the database counts for a report."""

    said: Said = field(default_factory=Said)
    begun: Sequence[Begun] = ()
    newcomers: Sequence[Debut] = ()
    people: Attendance = field(default_factory=Attendance)


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a report, both included, in the zone of whoever reads it."""

    first: date
    last: date
    zone: ZoneInfo
    with_us: bool = False
    """Whether what one of us said by a name of their own counts as what came."""

    @property
    def is_weekly(self) -> bool:
        """Whether a bar is a week."""
        return (self.last - self.first).days >= WEEKS_FROM

    @property
    def limits(self) -> tuple[int, int]:
        """From and before which millisecond."""
        ends = (self.first, self.last + timedelta(days=1))
        begin, end = (datetime(day.year, day.month, day.day, tzinfo=self.zone).timestamp() * 1000 for day in ends)
        return int(begin), int(end)

    @property
    def before(self) -> Span:
        """As many days, right before these."""
        days = self.last - self.first + timedelta(days=1)
        return replace(self, first=self.first - days, last=self.last - days)

    @property
    def month(self) -> Span:
        """The thirty days up to the last one."""
        return replace(self, first=self.last - timedelta(days=MONTH - 1))


class Part(StrEnum):
    """The parts of a report, each with a shape of its own."""

    TOTALS = "totals"
    TIME = "time"
    CHANNELS = "channels"
    ACCOUNTS = "accounts"
    HATS = "hats"
    TAGS = "tags"
    RESPONSE = "response"
    QUESTIONS = "questions"
    PEOPLE = "people"
    NEWCOMERS = "newcomers"
    HEAT = "heat"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, and how many messages are behind it. `key` names it within its part: `mastodon in`, `0 14`."""

    key: str
    value: float | None
    messages: int


@dataclass(frozen=True, slots=True)
class Report:
    """All figures, part by part."""

    span: Span
    hours: WorkingHours
    parts: Mapping[Part, tuple[Figure, ...]]

    def figure(self, part: Part, key: str) -> Figure | None:
        """One of them, None where there is none of this name."""
        return next((one for one in self.parts[part] if one.key == key), None)

    def value(self, part: Part, key: str) -> float | None:
        """One number, None where there is nothing to say."""
        found = self.figure(part, key)
        return None if found is None else found.value


def draw_up(span: Span, hours: WorkingHours, counted: Counted) -> Report:
    """The report of what was counted."""
    said, local = counted.said, _Local(span.zone)
    quarters = {way: _quarters(one for one in said.volumes if one.way is way) for way in Direction}
    parts = {
        Part.TOTALS: tuple(_number(way.value, quarters[way].total()) for way in Direction),
        Part.TIME: _sums(_by_day(quarters, local), lambda one: f"{_bar(span, one[0])} {one[1]}", _both(_bars(span))),
        Part.CHANNELS: _sums(_added(said.volumes, "channel"), _way_of),
        Part.ACCOUNTS: _sums(_added(said.volumes, "account"), _way_of),
        Part.HATS: tuple(_number(f"{hat} {way}", said.hats.get((hat, way), 0)) for hat in Hat for way in _WAYS),
        Part.TAGS: _sums(said.tags, " ".join, _both(sorted({tag for tag, _way in said.tags}, key=str.casefold))),
        Part.RESPONSE: _response(span, hours, counted.begun),
        Part.QUESTIONS: _questions(*said.asked),
        Part.PEOPLE: _people(counted),
        Part.NEWCOMERS: _newcomers(counted.newcomers),
        Part.HEAT: _sums(quarters[Direction.INCOMING], local.cell, _CELLS),
    }
    return Report(span, hours, parts)


def is_figure(span: Span, part: Part, key: str, names: Collection[str]) -> bool:
    """Whether a part has a figure of this key; `names` are those of the accounts, channels and tags there are."""
    if part in (Part.CHANNELS, Part.ACCOUNTS, Part.TAGS):
        return key in _both(names)
    return draw_up(span, WorkingHours(), Counted()).figure(part, key) is not None


def stretches(span: Span, part: Part, key: str) -> tuple[Stretch, ...]:
    """The times in which a figure of volume counts, the latest first: a bar, an hour of each week, or all of it."""
    begin, end = span.limits
    if part is Part.TIME:
        bar, _space, _way = key.rpartition(" ")
        days = [day for day in _days(span) if str(_bar(span, day)) == bar]
        return (Span(days[0], days[-1], span.zone).limits,) if days else ()
    if part is not Part.HEAT:
        return ((begin, end),)
    local = _Local(span.zone)
    quarters = (at for at in range(begin, end, QUARTER_MS) if local.cell(at) == key)
    return tuple((at, at + QUARTER_MS) for at in sorted(quarters, reverse=True))


def firsts(span: Span, hours: WorkingHours, begun: Sequence[Begun], key: str) -> tuple[MessageId, ...]:
    """The first messages of the conversations that a figure of answering counts; of waits the longest first."""
    begun, waits = sorted(begun), _waits(span, hours, begun)
    found: Mapping[str, Iterable[Begun]] = {
        "begun": begun,
        "answered": [one for one in begun if one.answered_at is not None],
        "unanswered": [one for one in begun if one.answered_at is None],
        "first_response_hours": _longest(waits[0]),
        "resolved": [one for one in begun if one.is_done],
        "resolution_hours": _longest(waits[1]),
    }
    return tuple(one.first for one in found.get(key, ()))


def questions(asked: Mapping[MessageId, bool]) -> Mapping[str, Sequence[MessageId]]:
    """The questions that each figure of them counts."""
    return {
        "asked": [*asked],
        "answered": [one for one, answered in asked.items() if answered],
        "open": [one for one, answered in asked.items() if not answered],
    }


def new_ones(found: Sequence[Debut]) -> Mapping[str, Sequence[MessageId]]:
    """The first words of the newcomers that each figure of them counts; who was passed over counts for none."""
    counted = [one for one in found if not one.passed]
    welcomed = [one.first for one in counted if one.welcomed_at]
    return {
        "newcomers": [one.first for one in counted],
        "welcomed": welcomed,
        "hours_to_welcome": welcomed,
        "spoke_again": [one.first for one in counted if one.spoke_again],
    }


def people(found: Attendance, newcomers: Sequence[Debut]) -> Mapping[str, Sequence[MessageId]]:
    """The first words of the members that each figure of people counts."""
    return {
        "spoke": found.spoke,
        "before": found.before,
        "new": new_ones(newcomers)["newcomers"],
        "returned": found.returned,
        "month": found.month,
        "daily": found.month,
        "daily_percent": found.month,
    }


# --- parts ----------------------------------------------------------------------------------------------------------

_WAYS = tuple(way.value for way in Direction)
_CELLS = tuple(f"{day} {hour}" for day in range(7) for hour in range(24))


class _Local:
    """Days and hours of a zone; each quarter of an hour is looked up once."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._known: dict[int, datetime] = {}

    def day(self, at: int) -> date:
        return self._of(at).date()

    def cell(self, at: int) -> str:
        local = self._of(at)
        return f"{local.weekday()} {local.hour}"

    def _of(self, at: int) -> datetime:
        if at not in self._known:
            self._known[at] = datetime.fromtimestamp(at / 1000, UTC).astimezone(self._zone)
        return self._known[at]


def _number(key: str, count: int) -> Figure:
    return Figure(key, count, count)


def _sums(said: Mapping[K, int], key: Callable[[K], str], always: Sequence[str] = ()) -> tuple[Figure, ...]:
    """What these add up to, by key: those that are always told in their order, or else all there are by name."""
    found: Counter[str] = Counter()
    for one, number in said.items():
        found[key(one)] += number
    return tuple(_number(one, found[one]) for one in always or sorted(found))


def _quarters(said: Iterable[Volume]) -> Counter[int]:
    found: Counter[int] = Counter()
    for one in said:
        for at, number in one.quarters:
            found[at] += number
    return found


def _by_day(quarters: Mapping[Direction, Mapping[int, int]], local: _Local) -> Mapping[tuple[date, Direction], int]:
    found: Counter[tuple[date, Direction]] = Counter()
    for way, numbers in quarters.items():
        for at, number in numbers.items():
            found[local.day(at), way] += number
    return found


def _added(said: Iterable[Volume], name: str) -> Mapping[tuple[str, Direction], int]:
    found: Counter[tuple[str, Direction]] = Counter()
    for one in said:
        found[getattr(one, name), one.way] += one.number
    return found


def _way_of(one: tuple[str, Direction]) -> str:
    return f"{one[0]} {one[1]}"


def _days(span: Span) -> list[date]:
    return [span.first + timedelta(days=place) for place in range((span.last - span.first).days + 1)]


def _bar(span: Span, day: date) -> date:
    return max(day - timedelta(days=day.weekday()), span.first) if span.is_weekly else day


def _bars(span: Span) -> Iterable[str]:
    return dict.fromkeys(str(_bar(span, day)) for day in _days(span))


def _both(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{key} {way}" for key in keys for way in _WAYS)


Waits = Sequence[tuple[float, Begun]]


def _response(span: Span, hours: WorkingHours, begun: Sequence[Begun]) -> tuple[Figure, ...]:
    first, done = _waits(span, hours, begun)
    return (
        _number("begun", len(begun)),
        _number("answered", len(first)),
        _number("unanswered", len(begun) - len(first)),
        Figure("first_response_hours", _middle(first), len(first)),
        _number("resolved", len(done)),
        Figure("resolution_hours", _middle(done), len(done)),
    )


def _waits(span: Span, hours: WorkingHours, begun: Sequence[Begun]) -> tuple[Waits, Waits]:
    """How many working hours passed until our first answer, and until the decision "done"."""
    last = max([span.limits[1], *(one.done_at or 0 for one in begun), *(one.answered_at or 0 for one in begun)])
    clock = Clock(hours, span.zone, *(datetime.fromtimestamp(end / 1000, UTC) for end in (span.limits[0], last)))

    def waited(one: Begun, until: int) -> tuple[float, Begun]:
        return clock.between(one.at / 1000, until / 1000) / 3600, one

    first = [waited(one, one.answered_at) for one in begun if one.answered_at is not None]
    return first, [waited(one, one.done_at or 0) for one in begun if one.is_done]


def _longest(waits: Waits) -> Iterable[Begun]:
    return [one for _hours, one in sorted(waits, key=lambda each: (-each[0], each[1].first))]


def _middle(waits: Waits) -> float | None:
    return round(median(hours for hours, _one in waits), 2) if waits else None


def _questions(asked: int, answered: int) -> tuple[Figure, ...]:
    return _number("asked", asked), _number("answered", answered), _number("open", asked - answered)


def _people(counted: Counted) -> tuple[Figure, ...]:
    found = counted.people
    means = {"daily": found.daily, "daily_percent": found.daily_percent}
    return tuple(
        Figure(key, means.get(key, len(ids)), len(ids)) for key, ids in people(found, counted.newcomers).items()
    )


def _newcomers(found: Sequence[Debut]) -> tuple[Figure, ...]:
    told = figures(found)
    values = {
        "newcomers": told.newcomers,
        "welcomed": told.welcomed,
        "hours_to_welcome": told.hours,
        "spoke_again": told.spoke_again,
    }
    return tuple(Figure(key, values[key], len(ids)) for key, ids in new_ones(found).items())
