"""Days as people say them: "tomorrow", "next friday", "24 dicembre", "last friday of the month", "monday next week"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from inbox_app.domain.time_words import (
    DAY,
    DAY_OF_MONTH,
    DAYS,
    FOUR_DIGITS,
    MONTH,
    NEXT,
    NUMERIC_DATE,
    ORDINAL,
    PLACES,
    WEEK,
    WORKDAYS,
    YEAR,
    month_named,
    weekday_named,
)

_HOURS, _WEEK_DAYS, _YEAR_DAYS, _MONTHS_AHEAD, _YEARS_AHEAD = 24, 7, 366, 13, 9


def day_named(words: Sequence[str], today: date, *, hour_follows: bool) -> date | None:
    """The day that exactly these words name; a weekday may still be today.

    `hour_follows`: then "mon 7" is a day; alone it is an hour of a Monday.
    """
    if len(words) == 1 and words[0] in DAYS:
        return today + timedelta(DAYS[words[0]])
    return _weekday(words, today) or _weekday_and_date(words, today, hour_follows) or next(_dates(words, today), None)


def _weekday(words: Sequence[str], today: date) -> date | None:
    """The coming one, or the one after it, or that of the next week."""
    match words:
        case [word] if (weekday := weekday_named(word)) is not None:
            return _coming(weekday, today)
        case [one, other] if (weekday := _beside(NEXT, one, other)) is not None:
            return _coming(weekday, today + timedelta(1))
        case [one, other] if (weekday := _beside(WEEK, one, other)) is not None:
            return _coming(weekday, today) + timedelta(_WEEK_DAYS)
        case ["week", "from", word] if (weekday := weekday_named(word)) is not None:
            return _coming(weekday, today) + timedelta(_WEEK_DAYS)
        case [_, _, _] if (weekday := _in_next_week(words)) is not None:
            return today + timedelta(_WEEK_DAYS - today.weekday() + weekday)
    return None


def _coming(weekday: int, today: date) -> date:
    return today + timedelta((weekday - today.weekday()) % _WEEK_DAYS)


def _beside(known: set[str], one: str, other: str) -> int | None:
    """The weekday that stands before or behind a word."""
    if (one in known) == (other in known):
        return None
    return weekday_named(other if one in known else one)


def _in_next_week(words: Sequence[str]) -> int | None:
    """ "monday next week", "settimana prossima lunedì"."""
    named = [weekday_named(word) for word in words if word not in NEXT | WEEK]
    return named[0] if len(named) == 1 and NEXT & {*words} and WEEK & {*words} else None


def _weekday_and_date(words: Sequence[str], today: date, hour_follows: bool) -> date | None:
    """ "monday 30 november", "friday the 27th": the weekday must be right, else one of the two is a mistake."""
    weekday, rest = weekday_named(words[0]), words[1:]
    is_number = len(rest) == 1 and rest[0].isdecimal()
    if weekday is None or not rest or (is_number and int(rest[0]) < _HOURS and not hour_follows):
        return None
    found = _months_ahead(int(rest[0]), today) if is_number else _dates(rest, today)
    within = (one for one in found if (one - today).days < _YEAR_DAYS)
    return next((one for one in within if one.weekday() == weekday), None)


def _dates(words: Sequence[str], today: date) -> Iterator[date]:
    """The days to come that a date means, the next one first; with its year it is one, be it past."""
    if len(words) == 1 and (alone := DAY_OF_MONTH.fullmatch(words[0])):
        # Who says “the 15th” on a 15th means the one to come.
        yield from _months_ahead(int(alone[1]), today + timedelta(1))
    elif len(words) == 1 and (numeric := NUMERIC_DATE.fullmatch(words[0])):
        day, month = int(numeric[1]), int(numeric[2])
        day, month = (month, day) if month > 12 else (day, month)
        if numeric[3]:
            yield date(int(numeric[3]) + 2000 * (len(numeric[3]) == 2), month, day)
        else:
            yield from _from(today, (_day_of([str(day)], one) for one in _each_year(month, today)))
    elif {*words} <= YEAR | DAY | {"last", "ultimo"} and YEAR & {*words}:
        yield date(today.year, 12, 31)
    else:
        yield from _in_months(words, today)


def _in_months(words: Sequence[str], today: date) -> Iterator[date]:
    """A day and the month it lies in, in either order: "24 december 2027", "last friday month", "next month 15th"."""
    year = words[-1] if len(words) > 2 and FOUR_DIGITS.fullmatch(words[-1]) else ""
    said = words[:-1] if year else words
    for place in range(1, len(said)):
        for what, where in ((said[:place], said[place:]), (said[place:], said[:place])):
            months = _months(where, year, today)
            found = [one for one in (_day_of(what, month) for month in months) if one is not None]
            if found:
                yield from found if year else _from(today, found)
                return


def _months(words: Sequence[str], year: str, today: date) -> Iterable[date]:
    """The months that are meant, by their first days."""
    match words:
        case [word] if word in MONTH and not year:
            return _each_month(today)
        case [one, other] if (one in NEXT and other in MONTH) or (one in MONTH and other in NEXT):
            return [today + relativedelta(day=1, months=1)]
        case [word] if (month := month_named(word)) is not None:
            return [date(int(year), month + 1, 1)] if year else _each_year(month + 1, today)
    return ()


def _day_of(words: Sequence[str], month: date) -> date | None:
    """Which day of a month: "24", "first", "last day", "last friday", "first workday"."""
    match words:
        case [word] if (number := ORDINAL.fullmatch(word)) is not None:
            return _numbered(int(number[1]), month)
        case [word] if PLACES.get(word) == 1:
            return month
        case [place, *kind] if kind and place in PLACES and {*kind} <= DAY | WORKDAYS:
            working = bool(WORKDAYS & {*kind})
            return _place(PLACES[place], [one for one in _all_days(month) if not working or one.weekday() < 5])
        case [place, day] if place in PLACES and (weekday := weekday_named(day)) is not None:
            return _place(PLACES[place], [one for one in _all_days(month) if one.weekday() == weekday])
    return None


def _place(place: int, days: Sequence[date]) -> date:
    return days[place - 1 if place > 0 else place]


def _all_days(month: date) -> Sequence[date]:
    last = (month + relativedelta(day=31)).day
    return [month.replace(day=day) for day in range(1, last + 1)]


def _numbered(day: int, month: date) -> date | None:
    try:
        return month.replace(day=day)
    except ValueError:
        return None


def _months_ahead(day: int, since: date) -> Iterator[date]:
    """The days of this number to come."""
    yield from _from(since, (_numbered(day, month) for month in _each_month(since)))


def _each_month(today: date) -> Iterable[date]:
    return (today + relativedelta(day=1, months=count) for count in range(_MONTHS_AHEAD))


def _each_year(month: int, today: date) -> Iterable[date]:
    """A month in the years to come; a 29th of February may be years away."""
    return (date(year, month, 1) for year in range(today.year, today.year + _YEARS_AHEAD))


def _from(since: date, days: Iterable[date | None]) -> Iterator[date]:
    return (one for one in days if one is not None and one >= since)
