"""Moments as people say them, in English and Italian: "in 3 days", "fri 9", "domani alle 9", or ISO 8601.

Only what is understood from the first word to the last is a moment; nothing is guessed from a part of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from inbox_app.domain.day_words import day_named
from inbox_app.domain.hour_words import CLOCK, hour_named
from inbox_app.domain.time_idioms import meanings
from inbox_app.domain.time_words import (
    ARTICLES,
    DAYS,
    EVENING,
    FILLERS,
    FOUR_DIGITS,
    IN,
    MIDNIGHT,
    MONTHS,
    MORNING,
    NEXT,
    NIGHT,
    NUMBERS,
    NUMERIC_DATE,
    ORDINAL,
    PARTS,
    UNITS,
    WEEKDAYS,
    plain_words,
    told_apart,
    weekday_named,
)

_JOINED = re.compile(r"(\d+)([a-z]+)")
_HOURS_AND_MINUTES = re.compile(r"(\d+)h(\d{1,2})(?:m|min)?")


def parse_when(words: str, now: datetime) -> datetime | None:
    """The moment that the words mean, in `now`'s zone; None where they are not understood.

    `now` carries the zone of the person: "at 9" is nine on that clock, also across a change of summer time. A day
    without an hour begins at `MORNING`; an hour without a day is its next time; a weekday is the next such day.
    """
    return next(iter(moments(words, now)), None)


def moments(words: str, now: datetime) -> Sequence[datetime]:
    """All that the words can mean, the nearest to come first: one moment, seldom two, as of "mar 9"."""
    try:
        if (exact := _iso(words.strip(), now)) is not None:
            return (exact,)
        found = {one for said in meanings(plain_words(words)) if (one := _spoken(said, now)) is not None}
    except (OverflowError, ValueError):
        return ()
    return sorted(found, key=lambda one: (one <= now, one))


def _iso(words: str, now: datetime) -> datetime | None:
    try:
        found = datetime.fromisoformat(words.replace("/", "-") if FOUR_DIGITS.match(words) else words)
    except ValueError:
        return None
    if len(words) <= len("2026-12-31"):
        found = datetime.combine(found.date(), MORNING)
    return found if found.tzinfo else _on_clock(found, now)


def _spoken(words: list[str], now: datetime) -> datetime | None:
    return _after(words, now) or _day_and_hour(told_apart(words), now)


# --- "in 3 days", "2h", "next week" --------------------------------------------------------------------------------


def _after(words: list[str], now: datetime) -> datetime | None:
    said = [part for word in words for part in _apart(word) if part not in IN | ARTICLES]
    if len(said) == 2 and (said[0] in NEXT or said[1] in NEXT):
        unit = UNITS.get(said[1] if said[0] in NEXT else said[0])
        return _later(unit, now, at=MORNING) if isinstance(unit, relativedelta) and unit.days != 1 else None
    if len(said) < 2 or (unit := UNITS.get(said[1])) is None:
        return None
    count, rest = _count(said[0]), said[2:]
    if count and isinstance(unit, timedelta):
        more = _more(rest, unit)
        return None if more is None else _later(unit * count + more, now, at=None)
    hour = hour_named(rest) if rest else None
    return None if not count or (rest and hour is None) else _later(unit * count, now, at=hour)


def _count(word: str) -> int:
    return NUMBERS.get(word) or (int(word) if word.isdecimal() else 0)


def _more(words: Sequence[str], unit: timedelta) -> timedelta | None:
    """What is added to hours: "2 hours 30 minutes", "due ore e mezza"."""
    match [word for word in words if word not in ("and", "e", "a")]:
        case []:
            return timedelta(0)
        case ["half" | "mezza" | "mezzo"] if unit == UNITS["h"]:
            return timedelta(minutes=30)
        case [few, minutes] if unit == UNITS["h"] and UNITS.get(minutes) == UNITS["m"] and _count(few):
            return timedelta(minutes=_count(few))
    return None


def _apart(word: str) -> tuple[str, ...]:
    """ "3d" is two words, "1h30" four; "9am" is one."""
    if both := _HOURS_AND_MINUTES.fullmatch(word):
        return both[1], "h", both[2], "m"
    joined = _JOINED.fullmatch(word)
    return joined.groups() if joined is not None and joined[2] in UNITS else (word,)


def _later(pause: timedelta | relativedelta, now: datetime, *, at: time | None) -> datetime:
    """Hours pass by themselves; days, weeks and months are counted on the calendar."""
    if isinstance(pause, timedelta):
        return (now.astimezone(UTC) + pause).astimezone(now.tzinfo)
    moment = now.replace(tzinfo=None) + pause
    return _on_clock(datetime.combine(moment.date(), at) if at else moment, now)


# --- "tomorrow at 9", "fri 9", "24 dicembre 18:30" -----------------------------------------------------------------


def _day_and_hour(words: list[str], now: datetime) -> datetime | None:
    """The day comes first, "fri 9", or else the hour, "9 pm friday"."""
    splits = [(words[:place], words[place:]) for place in range(len(words), -1, -1)]
    for said, rest in splits + [(behind, before) for before, behind in splits]:
        day = day_named(said, now.date(), hour_follows=any(word[0].isdecimal() for word in rest)) if said else None
        part = next((PARTS[word] for word in said if word in PARTS), None)
        hour = hour_named(rest, part) if rest else None
        if (day is None) is bool(said) or (hour is None) is bool(rest):
            continue
        if day is None:
            return None if hour is None else _next_time(hour, now)
        # Midnight is the end of the day that it is said of.
        day += timedelta(1) if MIDNIGHT & {*rest} else timedelta(0)
        hours = (hour,) if hour is not None else _hours(part)
        if all(word in NEXT or weekday_named(word) is not None for word in said):
            return _on_clock(_coming(day, hours[0], now), now)
        found = [_on_clock(datetime.combine(day, hour), now) for hour in hours]
        return next((one for one in found if one > now), found[0])
    return None


def _hours(part: time | None) -> Sequence[time]:
    """When a day begins, or a part of it; said on the day itself it is the next such hour that is left."""
    if part is None:
        return MORNING, EVENING, NIGHT
    return (part, NIGHT) if part == EVENING else (part,)


def _coming(day: date, hour: time, now: datetime) -> datetime:
    """A weekday whose hour is over today is the one in a week."""
    wall = datetime.combine(day, hour)
    return wall if _on_clock(wall, now) > now else wall + timedelta(7)


def _next_time(hour: time, now: datetime) -> datetime:
    today = _on_clock(datetime.combine(now.date(), hour), now)
    return today if today > now else _on_clock(datetime.combine(now.date() + timedelta(1), hour), now)


def _on_clock(wall: datetime, now: datetime) -> datetime:
    """The moment when the person's clock shows this; an hour that summer time leaves out is the one after it."""
    return wall.replace(tzinfo=now.tzinfo).astimezone(UTC).astimezone(now.tzinfo)


# --- words in running text -----------------------------------------------------------------------------------------


def is_day_word(word: str) -> bool:
    """Whether a word names a day by itself, in full: “friday”, “domani”, “next”; cut short it may be another word."""
    return word in DAYS or word in NEXT or any(word in names for names in WEEKDAYS)


def is_date(words: Sequence[str]) -> bool:
    """Whether the words hold a month in full and a number, or a date in figures."""
    named = any(word in names for names in MONTHS for word in words)
    numbered = any(ORDINAL.fullmatch(word) for word in words)
    return (named and numbered) or any(NUMERIC_DATE.fullmatch(word) for word in words)


def is_unit(word: str) -> bool:
    """Whether a word is a length of time, in full."""
    return len(word) > len("min") and word in UNITS


def is_time_word(word: str) -> bool:
    """Whether a word can be part of a moment."""
    return (
        is_day_word(word)
        or is_unit(word)
        or word in FILLERS
        or word in PARTS
        # “Sei” is “you are” too.
        or (word in NUMBERS and word != "sei")
        or any(word in names for names in MONTHS)
        or CLOCK.fullmatch(word) is not None
        or NUMERIC_DATE.fullmatch(word) is not None
        or ORDINAL.fullmatch(word) is not None
        or FOUR_DIGITS.fullmatch(word) is not None
    )
