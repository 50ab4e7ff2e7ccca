"""What a report says, figure by figure, each with the messages that it counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from statistics import median
from zoneinfo import ZoneInfo

from inbox_app.domain.ids import MessageId
from inbox_app.domain.words import Hat, Kind
from inbox_app.domain.working_hours import Clock, WorkingHours

HOUR_MS = 3_600_000
WEEKS_FROM = 45
"""Of more days than this a bar is a week."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message as reports see it. `opens` when it is the first that a member said in its conversation."""

    id: MessageId
    at: int
    incoming: bool
    conversation: str
    account: str
    channel: str
    kind: Kind
    hat: Hat
    question: bool = False
    answered: bool = False
    opens: bool = False
    done_at: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a report, both included, in the zone of whoever reads it."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def limits(self) -> tuple[int, int]:
        """From and before which millisecond."""
        ends = (self.first, self.last + timedelta(days=1))
        begin, end = (datetime(day.year, day.month, day.day, tzinfo=self.zone).timestamp() * 1000 for day in ends)
        return int(begin), int(end)


class Part(StrEnum):
    """The parts of a report, each with a shape of its own."""

    TOTALS = "totals"
    TIME = "time"
    CHANNELS = "channels"
    ACCOUNTS = "accounts"
    HATS = "hats"
    RESPONSE = "response"
    QUESTIONS = "questions"
    NEWCOMERS = "newcomers"
    HEAT = "heat"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number and the messages behind it. `key` names it within its part, as in `mastodon in` or `0 14`."""

    key: str
    value: float | None
    messages: tuple[MessageId, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All figures, part by part."""

    span: Span
    hours: WorkingHours
    parts: Mapping[Part, tuple[Figure, ...]]

    def value(self, part: Part, key: str) -> float | None:
        """One number, None where there is nothing to say."""
        return next((one.value for one in self.parts[part] if one.key == key), None)


def direction(incoming: bool) -> str:
    """How keys call it."""
    return "in" if incoming else "out"


def draw_up(span: Span, hours: WorkingHours, said: Sequence[Said], newcomers: tuple[Figure, ...]) -> Report:
    """The report of these messages, which are in order."""
    parts = {
        Part.TOTALS: _by(said, lambda one: direction(one.incoming), ("in", "out")),
        Part.TIME: _by(said, _bars(span), _all_bars(span)),
        Part.CHANNELS: _by(said, lambda one: f"{one.channel} {direction(one.incoming)}"),
        Part.ACCOUNTS: _by(said, lambda one: f"{one.account} {direction(one.incoming)}"),
        Part.HATS: _by(said, lambda one: f"{one.hat} {direction(one.incoming)}", _HATS),
        Part.RESPONSE: _response(span, hours, said),
        Part.QUESTIONS: _questions(said),
        Part.NEWCOMERS: newcomers,
        Part.HEAT: _heat(span, said),
    }
    return Report(span, hours, parts)


_HATS = tuple(f"{hat} {way}" for hat in Hat for way in ("in", "out"))


def _by(said: Iterable[Said], key: Callable[[Said], str], always: Collection[str] = ()) -> tuple[Figure, ...]:
    found: dict[str, list[MessageId]] = {one: [] for one in always}
    for one in said:
        found.setdefault(key(one), []).append(one.id)
    keys = found if always else sorted(found)
    return tuple(Figure(one, len(found[one]), tuple(found[one])) for one in keys)


def _bars(span: Span) -> Callable[[Said], str]:
    day_of = _days(span)
    return lambda one: f"{_bar(span, day_of(one.at))} {direction(one.incoming)}"


def _all_bars(span: Span) -> tuple[str, ...]:
    days = (span.first + timedelta(days=place) for place in range((span.last - span.first).days + 1))
    bars = dict.fromkeys(_bar(span, day) for day in days)
    return tuple(f"{bar} {way}" for bar in bars for way in ("in", "out"))


def _bar(span: Span, day: date) -> date:
    if (span.last - span.first).days < WEEKS_FROM:
        return day
    return max(day - timedelta(days=day.weekday()), span.first)


def _days(span: Span) -> Callable[[int], date]:
    """The day of a moment; each hour is looked up once, since zones change by quarters of an hour at most."""
    known: dict[int, date] = {}

    def day_of(at: int) -> date:
        quarter = at // (HOUR_MS // 4)
        if quarter not in known:
            known[quarter] = _local(span, at).date()
        return known[quarter]

    return day_of


def _heat(span: Span, said: Iterable[Said]) -> tuple[Figure, ...]:
    known: dict[int, str] = {}

    def key(one: Said) -> str:
        quarter = one.at // (HOUR_MS // 4)
        if quarter not in known:
            local = _local(span, one.at)
            known[quarter] = f"{local.weekday()} {local.hour}"
        return known[quarter]

    cells = tuple(f"{day} {hour}" for day in range(7) for hour in range(24))
    return _by((one for one in said if one.incoming), key, cells)


def _local(span: Span, at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(span.zone)


def _response(span: Span, hours: WorkingHours, said: Sequence[Said]) -> tuple[Figure, ...]:
    """From the first that a member said in a conversation to our first answer after it, and to the decision "done"."""
    opened = {one.conversation: one for one in said if one.incoming and one.opens}
    answers: dict[str, int] = {}
    for one in said:
        if not one.incoming and one.conversation in opened and one.at >= opened[one.conversation].at:
            answers.setdefault(one.conversation, one.at)
    ends = [*answers.values(), *(one.done_at for one in opened.values() if one.done_at), span.limits[1]]
    last = datetime.fromtimestamp(max(ends) / 1000, UTC)
    clock = Clock(hours, span.zone, datetime.fromtimestamp(span.limits[0] / 1000, UTC), last)

    def waited(one: Said, end: int) -> float:
        return clock.between(one.at / 1000, end / 1000) / 3600

    first = [(one, waited(one, answers[within])) for within, one in opened.items() if within in answers]
    done = [(one, waited(one, one.done_at)) for one in opened.values() if one.done_at and one.done_at >= one.at]
    silent = [one.id for within, one in opened.items() if within not in answers]
    begun = tuple(one.id for one in opened.values())
    return (
        Figure("begun", len(begun), begun),
        Figure("answered", len(first), tuple(one.id for one, _hours in first)),
        Figure("unanswered", len(silent), tuple(silent)),
        Figure("first_response_hours", *_middle(first)),
        Figure("resolved", len(done), tuple(one.id for one, _hours in done)),
        Figure("resolution_hours", *_middle(done)),
    )


def _middle(waits: Sequence[tuple[Said, float]]) -> tuple[float | None, tuple[MessageId, ...]]:
    """The median; the messages behind it are those that waited longest, first."""
    if not waits:
        return None, ()
    longest = sorted(waits, key=lambda each: (-each[1], each[0].id))
    return round(median(hours for _one, hours in waits), 2), tuple(one.id for one, _hours in longest)


def _questions(said: Iterable[Said]) -> tuple[Figure, ...]:
    found: defaultdict[str, list[MessageId]] = defaultdict(list)
    for one in said:
        if one.question and one.incoming:
            for key in ("asked", "answered" if one.answered else "open"):
                found[key].append(one.id)
    return tuple(Figure(key, len(found[key]), tuple(found[key])) for key in ("asked", "answered", "open"))
