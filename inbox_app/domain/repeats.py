"""Rules to repeat by as people say them, in English and Italian: "every first monday 9", "ogni primo lunedì alle 9".

Only what is understood from the first word to the last is a rule; nothing is guessed from a part of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from inbox_app.domain.recurrence import Occurrence, first, read_rule
from inbox_app.domain.when import (
    MORNING,
    NUMBERS,
    hour_named,
    is_part_of_day,
    month_named,
    plain_words,
    told_apart,
    weekday_named,
)

_EVERY = {"every", "each", "ogni", "tutti", "tutte"}
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WORKDAYS = {"workday", "workdays", "weekday", "weekdays", "feriali", "feriale", "lavorativi", "lavorativo"}
_PLACES: Mapping[str, int] = {
    **dict.fromkeys(("first", "1st", "primo", "prima", "1°"), 1),
    **dict.fromkeys(("second", "2nd", "secondo", "seconda", "2°"), 2),
    **dict.fromkeys(("third", "3rd", "terzo", "terza", "3°"), 3),
    **dict.fromkeys(("fourth", "4th", "quarto", "quarta", "4°"), 4),
    **dict.fromkeys(("last", "ultimo", "ultima"), -1),
}
_OTHER = {"other", "altro", "altra"}
_UNITS: Mapping[str, str] = {
    **dict.fromkeys(("day", "days", "giorno", "giorni"), "DAILY"),
    **dict.fromkeys(("week", "weeks", "settimana", "settimane"), "WEEKLY"),
    **dict.fromkeys(("month", "months", "mese", "mesi"), "MONTHLY"),
    **dict.fromkeys(("year", "years", "anno", "anni"), "YEARLY"),
}
_ALONE: Mapping[str, str] = {
    **dict.fromkeys(("daily", "giornalmente", "quotidianamente"), "FREQ=DAILY"),
    **dict.fromkeys(("weekly", "settimanalmente"), "FREQ=WEEKLY"),
    **dict.fromkeys(("monthly", "mensilmente"), "FREQ=MONTHLY"),
    **dict.fromkeys(("yearly", "annualmente"), "FREQ=YEARLY"),
}
_MONTH, _YEAR = frozenset({"month", "mese"}), frozenset({"year", "anno"})
_HOUR_PARTS = re.compile(r"BY(HOUR|MINUTE)=([0-9]{1,2})(?=;|$)")
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
    found = first(kept, begin)
    return None if found is None else Repeat(kept, found)


def _understood(words: str) -> tuple[str | None, time | None]:
    """The rule as RFC 5545 writes it, and the hour that was named."""
    if words.strip().upper().startswith(("FREQ=", "RRULE:")):
        return words, _hour_within(words)
    said = _usual_order([word for word in told_apart(plain_words(words)) if word not in _ARTICLES])
    return _rule_and_hour(said) if said else (None, None)


def _usual_order(said: list[str]) -> list[str]:
    """ "il 15 di ogni mese" as "ogni 15 mese", "every morning" as "every day morning"."""
    match said:
        case [day, every, unit, *rest] if every in _EVERY and _month_day(day):
            return [every, day, unit, *rest]
        case [every, unit, day, *rest] if every in _EVERY and unit in _MONTH and _is_ordinal(day):
            return [every, day, unit, *rest]
        case [every, unit, day, month, *rest] if every in _EVERY and unit in _YEAR and month_named(month) is not None:
            return [every, day, month, *rest]
        case [every, part, *rest] if every in _EVERY and is_part_of_day(part):
            return [every, "day", part, *rest]
    return said


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
    if not times or (len(said) == 2 and said[0] not in _OTHER and said[-1] in _MONTH):
        return None
    return f"FREQ={_UNITS[said[-1]]}" + (f";INTERVAL={times}" if times > 1 else "")


def _workdays(said: Sequence[str]) -> str | None:
    """ "workday", "giorni feriali"."""
    days = [word for word in said if word not in ("day", "days", "giorno", "giorni")]
    return "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR" if len(days) == 1 and days[0] in _WORKDAYS else None


def _other_weekday(said: Sequence[str]) -> str | None:
    if len(said) != 2 or said[0] not in _OTHER or not _day(said[1]):
        return None
    return f"FREQ=WEEKLY;INTERVAL=2;BYDAY={_day(said[1])}"


def _place_in_month(said: Sequence[str]) -> str | None:
    """ "first monday", "last day of the month", "first of the month"."""
    if len(said) not in (2, 3) or said[0] not in _PLACES or not _MONTH.issuperset(said[2:]):
        return None
    if said[1] in ("day", "giorno") and len(said) == 3:
        return f"FREQ=MONTHLY;BYMONTHDAY={_PLACES[said[0]]}"
    if said[1] in _MONTH and abs(_PLACES[said[0]]) == 1:
        return f"FREQ=MONTHLY;BYMONTHDAY={_PLACES[said[0]]}"
    return f"FREQ=MONTHLY;BYDAY={_PLACES[said[0]]}{_day(said[1])}" if _day(said[1]) else None


def _day_of_month(said: Sequence[str]) -> str | None:
    """ "15th of the month", "15th", "24 december"."""
    if len(said) == 1 and _is_ordinal(said[0]):
        return f"FREQ=MONTHLY;BYMONTHDAY={_month_day(said[0])}"
    if len(said) != 2 or not _month_day(said[0]):
        return None
    if said[1] in _MONTH:
        return f"FREQ=MONTHLY;BYMONTHDAY={_month_day(said[0])}"
    month = month_named(said[1])
    return None if month is None else f"FREQ=YEARLY;BYMONTH={month + 1};BYMONTHDAY={_month_day(said[0])}"


def _weekdays(said: Sequence[str]) -> str | None:
    """ "monday", "lunedì e giovedì"."""
    days = [_day(word) for word in said if word not in _AND]
    return f"FREQ=WEEKLY;BYDAY={','.join(days)}" if days and all(days) else None


_FORMS = (_each, _workdays, _other_weekday, _place_in_month, _day_of_month, _weekdays)


def _day(word: str) -> str:
    place = weekday_named(word)
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
