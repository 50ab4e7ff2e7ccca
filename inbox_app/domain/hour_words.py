"""Hours as people say them: "9", "9:30", "9 pm", "noon", "le nove e mezza", "quarter past nine", "le 3 di notte"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import time

from inbox_app.domain.time_words import FILLERS, MIDNIGHT, NUMBERS, PARTS

CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(am|pm)?")
_PARTS_OF_HOUR: Mapping[str, int] = {"mezza": 30, "mezzo": 30, "half": 30, "quarto": 15, "quarter": 15}
_BEFORE_DAYLIGHT = range(1, 7)


def hour_named(words: Sequence[str], part: time | None = None) -> time | None:
    """The hour that exactly these words name, within a part of the day that was named elsewhere, if any.

    Nobody means three at night by "at 3": that is said "3 am", "le 3 di notte" or 03:00.
    """
    said = [word for word in words if word not in FILLERS]
    named = [word for word in said if word in PARTS]
    if len(named) > 1 or (named and part is not None):
        return None
    part = PARTS[named[0]] if named else part
    if named and named[0] not in (said[0], said[-1]):
        return None
    rest = [word for word in said if word not in PARTS]
    if not rest:
        return part if named else None
    hour = _clock(rest)
    if hour is None:
        return None
    if part is None:
        return _by_day(hour, rest)
    return hour if rest[0] in MIDNIGHT else _in_part(part, hour)


def _clock(words: Sequence[str]) -> time | None:
    """The hour as it stands there."""
    if len(words) == 1 and words[0] in MIDNIGHT:
        return time(0)
    minute = 0
    match words:
        case [hour, "e" | "and", *few] if minute := _minutes(few):
            words = [hour]
        case [hour, "meno", *few] if minute := -_minutes(few):
            words = [hour]
        case [*few, "past", hour] if minute := _minutes(few):
            words = [hour]
        case [*few, "to", hour] if minute := -_minutes(few):
            words = [hour]
        case [hour, "oclock"]:
            words = [hour]
    spoken = bool(minute) or len(words) < 3
    clock = CLOCK.fullmatch("".join(map(_figure, words))) if spoken else None
    if clock is None or (minute and clock[2]):
        return None
    number, half = int(clock[1]), clock[3]
    if half and not 1 <= number <= 12:
        return None
    number = number % 12 + 12 * (half == "pm") if half else number
    whole = number * 60 + int(clock[2] or 0) + minute
    return time(*divmod(whole, 60)) if 0 <= whole < 24 * 60 and int(clock[2] or 0) < 60 else None


def _figure(word: str) -> str:
    """A number in words as figures; “a” and “un” are none here."""
    return str(NUMBERS[word]) if NUMBERS.get(word, 1) > 1 else word


def _minutes(words: Sequence[str]) -> int:
    few = [word for word in words if word not in ("a", "un")]
    if len(few) != 1:
        return 0
    minute = _PARTS_OF_HOUR.get(few[0]) or NUMBERS.get(few[0]) or (int(few[0]) if few[0].isdecimal() else 0)
    return minute if minute < 60 else 0


def _by_day(hour: time, words: Sequence[str]) -> time:
    is_exact = words[0].startswith("0") or words[-1].endswith(("am", "pm"))
    return hour.replace(hour=hour.hour + 12) if hour.hour in _BEFORE_DAYLIGHT and not is_exact else hour


def _in_part(part: time, hour: time) -> time | None:
    """The hour within a part of the day: eight in the evening is 20:00, three at night is three."""
    if part.hour < time(12).hour or hour.hour >= time(12).hour or (part.hour >= 21 and hour.hour in _BEFORE_DAYLIGHT):
        return hour
    return hour.replace(hour=hour.hour + 12) if hour.hour else None
