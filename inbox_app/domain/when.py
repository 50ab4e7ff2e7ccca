"""Moments as people say them, in English and Italian: "in 3 days", "fri 9", "domani alle 9", or ISO 8601.

Only what is understood from the first word to the last is a moment; nothing is guessed from a part of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

MORNING = time(9)
"""When a day begins for who names only the day."""

_HOURS: Mapping[str, time] = {
    **dict.fromkeys(("morning", "mattina", "mattino"), MORNING),
    **dict.fromkeys(("noon", "midday", "mezzogiorno"), time(12)),
    **dict.fromkeys(("afternoon", "pomeriggio"), time(14)),
    **dict.fromkeys(("evening", "tonight", "sera", "stasera"), time(18)),
}
_DAYS: Mapping[str, int] = {
    **dict.fromkeys(("today", "tonight", "oggi", "stasera"), 0),
    **dict.fromkeys(("tomorrow", "domani", "domattina"), 1),
    **dict.fromkeys(("overmorrow", "dopodomani"), 2),
}
_WEEKDAYS = (
    ("monday", "lunedi"),
    ("tuesday", "martedi"),
    ("wednesday", "mercoledi"),
    ("thursday", "giovedi"),
    ("friday", "venerdi"),
    ("saturday", "sabato"),
    ("sunday", "domenica"),
)
_MONTHS = (
    ("january", "gennaio"), ("february", "febbraio"), ("march", "marzo"), ("april", "aprile"), ("may", "maggio"),
    ("june", "giugno"), ("july", "luglio"), ("august", "agosto"), ("september", "settembre"), ("october", "ottobre"),
    ("november", "novembre"), ("december", "dicembre"),
)  # fmt: skip
_UNITS: Mapping[str, timedelta | relativedelta] = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minuto", "minuti"), timedelta(minutes=1)),
    **dict.fromkeys(("h", "hour", "hours", "ora", "ore"), timedelta(hours=1)),
    **dict.fromkeys(("d", "day", "days", "g", "giorno", "giorni"), relativedelta(days=1)),
    **dict.fromkeys(("w", "week", "weeks", "settimana", "settimane"), relativedelta(weeks=1)),
    **dict.fromkeys(("month", "months", "mese", "mesi"), relativedelta(months=1)),
    **dict.fromkeys(("year", "years", "anno", "anni"), relativedelta(years=1)),
}
NUMBERS: Mapping[str, int] = {
    **dict.fromkeys(("a", "an", "one", "un", "uno", "una"), 1),
    **dict.fromkeys(("two", "due"), 2),
    **dict.fromkeys(("three", "tre"), 3),
    **dict.fromkeys(("four", "quattro"), 4),
    **dict.fromkeys(("five", "cinque"), 5),
    **dict.fromkeys(("six", "sei"), 6),
    **dict.fromkeys(("seven", "sette"), 7),
    **dict.fromkeys(("eight", "otto"), 8),
    **dict.fromkeys(("nine", "nove"), 9),
    **dict.fromkeys(("ten", "dieci"), 10),
}
"""The numbers that are written in words."""
_HALF_HOUR = ("half an hour", "half hour", "mezz ora", "mezzora")
_IN, _NEXT = {"in", "tra", "fra"}, {"next", "prossimo", "prossima"}
_BY = {"by", "entro"}
"""A day that ends a time is the day to be reminded on."""
_ARTICLES = {"the", "il", "la", "lo", "le"}
FILLERS = {
    "at",
    "on",
    "the",
    "of",
    "this",
    "questo",
    "questa",
    "alle",
    "all",
    "ore",
    "il",
    "la",
    "lo",
    "le",
    "di",
    "del",
    "a",
    "nel",
    "per",
}
"""What says nothing by itself."""
_AT = {"at", "alle", "all", "ore"}
"""What an hour follows."""
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(am|pm)?")
_NUMERIC_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?\.?")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|o|°)?\.?")
_DAY_OF_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|°)")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{2})")
_BARE_NUMBER = re.compile(r"\d{1,2}")
_YEAR = re.compile(r"\d{4}")
_JOINED = re.compile(r"(\d+)([a-z]+)")


def parse_when(words: str, now: datetime) -> datetime | None:
    """The moment that the words mean, in `now`'s zone; None where they are not understood.

    `now` carries the zone of the person: "at 9" is nine on that clock, also across a change of summer time. A day
    without an hour begins at `MORNING`; an hour without a day is its next time; a weekday is the next such day.
    """
    try:
        return _iso(words.strip(), now) or _spoken(plain_words(words), now)
    except (OverflowError, ValueError):
        return None


def _iso(words: str, now: datetime) -> datetime | None:
    try:
        found = datetime.fromisoformat(words)
    except ValueError:
        return None
    if len(words) <= len("2026-12-31"):
        found = datetime.combine(found.date(), MORNING)
    return found if found.tzinfo else _on_clock(found, now)


def plain_words(words: str) -> list[str]:
    """Lower case, without accents, in words: "Domani alle 9" and "lunedì"."""
    bare = "".join(sign for sign in unicodedata.normalize("NFD", words.lower()) if not unicodedata.combining(sign))
    return bare.replace("'", " ").replace("’", " ").replace(",", " ").split()


def told_apart(words: Sequence[str]) -> list[str]:
    """The words that say something; what a small word tells of a number is on the number then.

    "alle 9.30" is an hour and "9.10" alone a day; "il 15" is a day of the month and "alle 15" an hour, as "alle otto".
    """
    found = []
    for place, word in enumerate(words):
        before, behind = words[place - 1] if place else "", words[place + 1] if place + 1 < len(words) else ""
        if (dotted := _DOTTED.fullmatch(word)) and (before in _AT or int(dotted[2]) > len(_MONTHS)):
            found.append(f"{dotted[1]}:{dotted[2]}")
        elif before in ("il", "the") and _BARE_NUMBER.fullmatch(word) and behind not in ("am", "pm"):
            found.append(f"{word}th")
        elif before in _AT and word not in FILLERS and NUMBERS.get(word, 1) > 1:
            found.append(str(NUMBERS[word]))
        elif word not in FILLERS:
            found.append(word)
    return found


def _spoken(words: list[str], now: datetime) -> datetime | None:
    words = words[1:] if words and words[0] in _BY else words
    return _after(words, now) or _day_and_hour(told_apart(words), now)


# --- "in 3 days", "2h", "next week" --------------------------------------------------------------------------------


def _after(words: list[str], now: datetime) -> datetime | None:
    said = [part for word in words for part in _apart(word) if part not in _IN | _ARTICLES]
    if " ".join(said) in _HALF_HOUR:
        return _later(timedelta(minutes=30), now, at=None)
    if len(said) == 2 and (said[0] in _NEXT or said[1] in _NEXT):
        unit = _UNITS.get(said[1] if said[0] in _NEXT else said[0])
        return _later(unit, now, at=MORNING) if isinstance(unit, relativedelta) and unit.days != 1 else None
    if len(said) < 2 or (unit := _UNITS.get(said[1])) is None:
        return None
    count = NUMBERS.get(said[0]) or (int(said[0]) if said[0].isdecimal() else 0)
    hour = hour_named(said[2:]) if said[2:] else None
    if not count or (said[2:] and (hour is None or isinstance(unit, timedelta))):
        return None
    return _later(unit * count, now, at=hour)


def _apart(word: str) -> tuple[str, ...]:
    """ "3d" is two words; "9am" is one."""
    joined = _JOINED.fullmatch(word)
    return joined.groups() if joined is not None and joined[2] in _UNITS else (word,)


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
        day, hour = _day(said, now), hour_named(rest)
        if (day is None) is bool(said) or (hour is None) is bool(rest):
            continue
        return _next_of(day, hour, said, now)
    return None


def _next_of(day: date | None, hour: time | None, said: list[str], now: datetime) -> datetime | None:
    if day is None:
        return None if hour is None else _next_time(hour, now)
    part = next((_HOURS[word] for word in said if word in _HOURS), None)
    hour = (part or MORNING) if hour is None else hour if part is None else _in_part(part, hour)
    if hour is None:
        return None
    found = _on_clock(datetime.combine(day, hour), now)
    is_weekday = any(weekday_named(word) is not None for word in said)
    return _on_clock(datetime.combine(day + timedelta(7), hour), now) if is_weekday and found <= now else found


def _next_time(hour: time, now: datetime) -> datetime:
    today = _on_clock(datetime.combine(now.date(), hour), now)
    return today if today > now else _on_clock(datetime.combine(now.date() + timedelta(1), hour), now)


def _day(words: list[str], now: datetime) -> date | None:
    """The day that exactly these words name; a weekday may still be today."""
    match words:
        case [word] if word in _DAYS:
            return now.date() + timedelta(_DAYS[word])
        case ["day", "after", "tomorrow"] | ["dopo", "domani"]:
            return now.date() + timedelta(2)
        case [word] if (weekday := weekday_named(word)) is not None:
            return now.date() + timedelta((weekday - now.weekday()) % 7)
        case [one, other] if (one in _NEXT) != (other in _NEXT):
            weekday = weekday_named(other if one in _NEXT else one)
            return None if weekday is None else now.date() + timedelta((weekday - now.weekday() - 1) % 7 + 1)
    return _date(words, now)


def _date(words: list[str], now: datetime) -> date | None:
    """ "24/12", "24 dec", "dec 24", each with or without its year; without one it is the next such day."""
    alone = _DAY_OF_MONTH.fullmatch(words[0]) if len(words) == 1 else None
    if alone is not None:
        return _in_month(int(alone[1]), now)
    numeric = _NUMERIC_DATE.fullmatch(words[0]) if len(words) == 1 else None
    if numeric is not None:
        day, month = int(numeric[1]), int(numeric[2])
        day, month = (month, day) if month > 12 else (day, month)
        return _in_year(day, month, numeric[3], now)
    year = words[2] if len(words) == 3 else None
    for day_word, month_word in ((0, 1), (1, 0)) if len(words) in (2, 3) else ():
        named = month_named(words[month_word])
        number = _ORDINAL.fullmatch(words[day_word])
        if named is not None and number is not None:
            return _in_year(int(number[1]), named + 1, year, now)
    return None


def _in_year(day: int, month: int, year: str | None, now: datetime) -> date | None:
    if year is not None:
        return date(int(year), month, day) if _YEAR.fullmatch(year) else None
    # A 29th of February may be years away.
    return next((found for found in _each_year(day, month, now) if found >= now.date()), None)


def _in_month(day: int, now: datetime) -> date | None:
    """The next day of this number, today's not: who says “the 15th” on a 15th means the one to come."""
    days = (now.date() + relativedelta(day=1, months=count) + relativedelta(day=day) for count in range(3))
    return next((one for one in days if one.day == day and one > now.date()), None)


def _each_year(day: int, month: int, now: datetime) -> Iterator[date]:
    for year in range(now.year, now.year + 9):
        try:
            yield date(year, month, day)
        except ValueError:
            continue


def hour_named(words: list[str]) -> time | None:
    """ "9", "9:30", "9am", "9 pm", "noon", "sera", "9 di sera"."""
    if words and (part := _HOURS.get(words[0])) is not None:
        return _within(part, words[1:])
    if len(words) > 1 and (part := _HOURS.get(words[-1])) is not None:
        return _within(part, words[:-1])
    clock = _CLOCK.fullmatch("".join(word for word in words if word not in FILLERS)) if len(words) <= 3 else None
    if clock is None:
        return None
    hour, minute, half = int(clock[1]), int(clock[2] or 0), clock[3]
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + 12 * (half == "pm") if half else hour
    return time(hour, minute) if hour < 24 and minute < 60 else None


def is_part_of_day(word: str) -> bool:
    """Whether a word is a part of the day: “morning”, “sera”."""
    return word in _HOURS


def _within(part: time, words: list[str]) -> time | None:
    """The hour that is named within a part of the day: eight in the evening is 20:00."""
    hour = part if not words else None if words[0] in _HOURS else hour_named(words)
    return None if hour is None else _in_part(part, hour)


def _in_part(part: time, hour: time) -> time | None:
    if part.hour < time(12).hour or hour.hour >= time(12).hour:
        return hour
    return hour.replace(hour=hour.hour + 12) if hour.hour else None


def weekday_named(word: str) -> int | None:
    """The day of the week that a word names, 0 for Monday."""
    return _named(word, _WEEKDAYS)


def month_named(word: str) -> int | None:
    """The month that a word names, 0 for January."""
    return _named(word, _MONTHS)


def _named(word: str, names: tuple[tuple[str, ...], ...]) -> int | None:
    """The place of a name, also where it is cut after three letters or more."""
    bare = word.removesuffix(".")
    if len(bare) < 3:
        return None
    return next((place for place, both in enumerate(names) if any(name.startswith(bare) for name in both)), None)


def _on_clock(wall: datetime, now: datetime) -> datetime:
    """The moment when the person's clock shows this; an hour that summer time leaves out is the one after it."""
    return wall.replace(tzinfo=now.tzinfo).astimezone(UTC).astimezone(now.tzinfo)


# --- words in running text -----------------------------------------------------------------------------------------


def is_day_word(word: str) -> bool:
    """Whether a word names a day by itself, in full: “friday”, “domani”, “next”; cut short it may be another word."""
    return word in _DAYS or word in _NEXT or any(word in names for names in _WEEKDAYS)


def is_date(words: Sequence[str]) -> bool:
    """Whether the words hold a month in full and a number, or a date in figures."""
    named = any(word in names for names in _MONTHS for word in words)
    numbered = any(_ORDINAL.fullmatch(word) for word in words)
    return (named and numbered) or any(_NUMERIC_DATE.fullmatch(word) for word in words)


def is_unit(word: str) -> bool:
    """Whether a word is a length of time, in full."""
    return len(word) > len("min") and word in _UNITS


def is_time_word(word: str) -> bool:
    """Whether a word can be part of a moment."""
    return (
        is_day_word(word)
        or is_unit(word)
        or word in FILLERS
        or word in _HOURS
        # “Sei” is “you are” too.
        or (word in NUMBERS and word != "sei")
        or any(word in names for names in _MONTHS)
        or _CLOCK.fullmatch(word) is not None
        or _NUMERIC_DATE.fullmatch(word) is not None
        or _ORDINAL.fullmatch(word) is not None
        or _YEAR.fullmatch(word) is not None
    )
