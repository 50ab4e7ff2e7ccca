"""Rules to repeat by as people say them, in English and Italian: "every first monday 9", "ogni primo lunedì alle 9".

Only what is understood from the first word to the last is a rule; nothing is guessed from a part of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from inbox_app.domain.hour_words import hour_named
from inbox_app.domain.recurrence import Occurrence, first, read_rule
from inbox_app.domain.time_idioms import plainly
from inbox_app.domain.time_words import (
    DAY,
    MONTH,
    MORNING,
    NUMBERS,
    PARTS,
    PLACES,
    WORKDAYS,
    YEAR,
    month_named,
    plain_words,
    told_apart,
    weekday_named,
)

_EVERY = {"every", "each", "ogni", "tutti", "tutte"}
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_OTHER = {"other", "altro", "altra"}
_UNITS: Mapping[str, str] = {
    **dict.fromkeys(("day", "days", "giorno", "giorni"), "DAILY"),
    **dict.fromkeys(("week", "weeks", "settimana", "settimane"), "WEEKLY"),
    **dict.fromkeys(("month", "months", "mese", "mesi"), "MONTHLY"),
    **dict.fromkeys(("year", "years", "anno", "anni"), "YEARLY"),
}
_ALONE: Mapping[str, str] = {
    **dict.fromkeys(("daily", "giornalmente", "quotidianamente", "quotidiano"), "FREQ=DAILY"),
    **dict.fromkeys(("weekly", "settimanalmente", "settimanale"), "FREQ=WEEKLY"),
    **dict.fromkeys(("monthly", "mensilmente", "mensile"), "FREQ=MONTHLY"),
    **dict.fromkeys(("yearly", "annualmente", "annuale"), "FREQ=YEARLY"),
}
_INTERVAL, _OF_WEEKS = re.compile("INTERVAL=[0-9]+;"), re.compile("FREQ=WEEKLY(?=.*BYDAY)")
_HOUR_PARTS = re.compile(r"BY(HOUR|MINUTE)=([0-9]{1,2})(?=;|$)")
_ON_WORKDAYS = "BYDAY=MO,TU,WE,TH,FR"
_ARTICLES = {"i", "gli"}
_AND = {"and", "e", "ed"}


@dataclass(frozen=True, slots=True)
class Repeat:
    """What was understood: the rule as it is kept, and its first time from now on."""

    rule: str
    first: Occurrence


def parse_repeat(words: str, now: datetime) -> Repeat | None:
    """The rule that the words mean, or an RRULE; None where they are not understood.

    `now` carries the zone of the person. The first time lies after it. What names no hour begins in the morning.

    Raises:
        WrongUse: an RRULE that cannot be kept.
    """
    rule, hour = _understood(words)
    if rule is None:
        return None
    # A rule without days of its own begins today; where that hour is over, tomorrow.
    begin = datetime.combine(now.date(), hour or MORNING, now.tzinfo)
    begin = begin if begin > now else datetime.combine(now.date() + timedelta(1), hour or MORNING, now.tzinfo)
    return _beginning(rule, begin)


def repeat_since(words: str, begin: datetime) -> Repeat | None:
    """The same from a moment on, at its hour unless the words name another; “every” may be left out.

    Raises:
        WrongUse: an RRULE that cannot be kept.
    """
    rule, hour = _understood(words)
    if rule is None:
        rule, hour = _understood(f"every {words}")
    return (
        None if rule is None else _beginning(rule, begin.replace(hour=hour.hour, minute=hour.minute) if hour else begin)
    )


def _beginning(rule: str, begin: datetime) -> Repeat | None:
    kept = read_rule(rule, begin)
    # “Every other friday” begins with the next friday, whatever week that is in.
    found = first(_INTERVAL.sub("", kept) if _OF_WEEKS.match(kept) else kept, begin)
    return None if found is None else Repeat(kept, found)


def _understood(words: str) -> tuple[str | None, time | None]:
    """The rule as RFC 5545 writes it, and the hour that was named."""
    if words.strip().upper().startswith(("FREQ=", "RRULE:")):
        return words, _hour_within(words)
    said = _usual_order([word for word in told_apart(plainly(plain_words(words))) if word not in _ARTICLES])
    return _rule_and_hour(said) if said else (None, None)


def _usual_order(said: list[str]) -> list[str]:
    """The rule begins with “every”, as in "every monday" for "mondays", and ends with its unit.

    "Il 15 di ogni mese" is "ogni 15 mese", "every month on the first monday" is "every first monday month".
    """
    if said and (said[0] in WORKDAYS or (said[0].endswith("s") and len(said[0]) > len("mons") and _day(said[0]))):
        said = ["every", *said]
    place = next((place for place, word in enumerate(said) if word in _EVERY), 0)
    if place and {*said[place + 1 : place + 2]} & (MONTH | YEAR):
        said = [said[place], *said[:place], *said[place + 1 :]]
    if len(said) > 1 and said[0] in _EVERY:
        return [said[0], *_day_first(said[1], said[2:])]
    return said


def _day_first(unit: str, rest: list[str]) -> list[str]:
    """ "month on the 15th" as "15th month", "year 24 december" as "24 december", "morning" as "day morning"."""
    if unit in MONTH and rest and _is_ordinal(rest[0]):
        return [rest[0], unit, *rest[1:]]
    if unit in MONTH and rest and rest[0] in PLACES:
        return [*rest[:2], unit, *rest[2:]]
    if unit in YEAR and _once_a_year(rest[:2]):
        return rest
    return ["day", unit, *rest] if unit in PARTS else [unit, *rest]


def _hour_within(rule: str) -> time | None:
    named = {one: int(number) for one, number in _HOUR_PARTS.findall(rule.upper())}
    return time(named["HOUR"], named.get("MINUTE", 0)) if named.get("HOUR", 24) < 24 else None


def _rule_and_hour(said: Sequence[str]) -> tuple[str | None, time | None]:
    """Split where the rule ends and the hour begins; the longest rule that leaves an hour is meant."""
    for length in range(len(said), 0, -1):
        hour = hour_named(list(said[length:]))
        rule = _rule(said[:length]) if hour is not None or length == len(said) else None
        if rule is not None:
            return rule, hour
    return None, None


def _rule(said: Sequence[str]) -> str | None:
    if len(said) == 1:
        return _ALONE.get(said[0])
    if said[0] not in _EVERY:
        return None
    return next((rule for form in _FORMS if (rule := form(said[1:])) is not None), None)


def _each(said: Sequence[str]) -> str | None:
    """ "day", "other week", "two months"."""
    if said[-1] not in _UNITS or len(said) > 2:
        return None
    times = 1 if len(said) == 1 else 2 if said[0] in _OTHER else _number(said[0])
    if not times or (len(said) == 2 and said[0] not in _OTHER and said[-1] in MONTH):
        return None
    return f"FREQ={_UNITS[said[-1]]}" + (f";INTERVAL={times}" if times > 1 else "")


def _workdays(said: Sequence[str]) -> str | None:
    """ "workday", "giorni feriali"."""
    days = [word for word in said if word not in ("day", "days", "giorno", "giorni")]
    return f"FREQ=WEEKLY;{_ON_WORKDAYS}" if len(days) == 1 and days[0] in WORKDAYS else None


def _other_weekday(said: Sequence[str]) -> str | None:
    if len(said) != 2 or said[0] not in _OTHER or not _day(said[1]):
        return None
    return f"FREQ=WEEKLY;INTERVAL=2;BYDAY={_day(said[1])}"


def _weeks_on(said: Sequence[str]) -> str | None:
    """ "week tuesday", "due settimane lunedì"."""
    length = next((place for place, word in enumerate(said, 1) if _UNITS.get(word) == "WEEKLY"), 0)
    weeks, days = _each(said[:length]) if length else None, _weekdays(said[length:])
    return None if weeks is None or days is None else f"{weeks};{days.partition(';')[2]}"


def _place_in_month(said: Sequence[str]) -> str | None:
    """ "first monday", "last day of the month", "first of the month", "last workday"."""
    if not said or said[0] not in PLACES:
        return None
    place, of_month = PLACES[said[0]], said[-1] in MONTH
    what = said[1 : -1 if of_month else None]
    if WORKDAYS & {*what} and {*what} <= WORKDAYS | DAY:
        return f"FREQ=MONTHLY;{_ON_WORKDAYS};BYSETPOS={place}"
    if of_month and ({*what} <= DAY and (what or abs(place) == 1)):
        return f"FREQ=MONTHLY;BYMONTHDAY={place}"
    return f"FREQ=MONTHLY;BYDAY={place}{_day(what[0])}" if len(what) == 1 and _day(what[0]) else None


def _days_of_month(said: Sequence[str]) -> str | None:
    """ "15th of the month", "15th", "1st and 15th"."""
    days = [word for word in said if word not in _AND | MONTH]
    named = said[-1] in MONTH or all(map(_is_ordinal, days))
    if not days or not named or not all(map(_month_day, days)):
        return None
    return f"FREQ=MONTHLY;BYMONTHDAY={','.join(str(_month_day(word)) for word in days)}"


def _once_a_year(said: Sequence[str]) -> str | None:
    """ "24 december", "december 24"."""
    if len(said) != 2:
        return None
    day, name = said if _month_day(said[0]) else reversed(said)
    month = month_named(name)
    if month is None or not _month_day(day):
        return None
    return f"FREQ=YEARLY;BYMONTH={month + 1};BYMONTHDAY={_month_day(day)}"


def _weekdays(said: Sequence[str]) -> str | None:
    """ "monday", "lunedì e giovedì"."""
    days = [_day(word) for word in said if word not in _AND]
    return f"FREQ=WEEKLY;BYDAY={','.join(days)}" if days and all(days) else None


_FORMS = (_each, _workdays, _other_weekday, _weeks_on, _place_in_month, _days_of_month, _once_a_year, _weekdays)


def _day(word: str) -> str:
    place = weekday_named(word.removesuffix("s") if len(word) > len("mons") else word)
    return "" if place is None else _DAYS[place]


def _number(word: str) -> int:
    number = NUMBERS.get(word) or (int(word) if word.isdecimal() and len(word) < 4 else 0)
    return number if 0 < number < 1000 else 0


def _is_ordinal(word: str) -> bool:
    return not word.isdecimal() and bool(_month_day(word))


def _month_day(word: str) -> int:
    bare = word.rstrip(".°")
    bare = bare[:-2] if bare[-2:] in ("st", "nd", "rd", "th") else bare
    return int(bare) if bare.isdecimal() and len(bare) < 3 and 0 < int(bare) < 32 else 0
