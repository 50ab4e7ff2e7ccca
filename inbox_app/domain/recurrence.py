"""Reminders that return: rules of RFC 5545 on the clock of a zone, and the days on which they fall.

A rule is kept without its beginning: each occurrence is the beginning of the next. What it names is the time on the
wall, so that nine o'clock stays nine o'clock across a change of summer time; an hour that the change leaves out is the
one after it, an hour that comes twice is the first.
https://www.rfc-editor.org/rfc/rfc5545#section-3.3.10
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrule, rrulestr

from inbox_app.domain.errors import WrongUse
from inbox_app.i18n import _

SHOWN: Final = 3
"""How many dates to come are shown of a rule."""
_PARTS = {
    "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "BYHOUR", "BYMINUTE", "WKST",
}  # fmt: skip
_NUMBERS = ("INTERVAL", "COUNT", "BYHOUR", "BYMINUTE")
_OFTEN = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_BY_DATE = {"MONTHLY", "YEARLY"}
"""Day by day the 30th of February would be looked for until the year 9999."""
_STAMP = "%Y%m%dT%H%M%S"
_LONGEST = 200
_HORIZON = relativedelta(years=20)
_FARTHEST = relativedelta(years=400)
"""No count is followed any further; whoever set the reminder does not live to see the difference."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time of a rule: as the clock on the wall shows it, without a zone, and the moment that is."""

    wall: datetime
    moment: datetime


def read_rule(words: str, begin: datetime) -> str:
    """A rule of RFC 5545 as it is kept: its parts in capitals, with the hour of `begin`, without a count.

    A count cannot be kept where each occurrence begins the next, so it becomes the day of the last one.

    Raises:
        WrongUse: it is none, or returns more than once a day, or never.
    """
    parts = _parts(words)
    parts.setdefault("BYHOUR", str(begin.hour))
    parts.setdefault("BYMINUTE", str(begin.minute))
    if not _is_sound(parts):
        raise _not_a_rule(words)
    try:
        made = _text(_ended(parts, begin))
        found = first(made, begin)
    except (ValueError, IndexError, OverflowError) as wrong:
        raise _not_a_rule(words) from wrong
    if found is None:
        raise _not_a_rule(words)
    return made


def first(rule: str, begin: datetime) -> Occurrence | None:
    """The first time of a rule, at `begin` at the earliest; the zone is that of `begin`."""
    return next(iter(upcoming(rule, begin, most=1)), None)


def upcoming(rule: str, begin: datetime, *, most: int = SHOWN) -> tuple[Occurrence, ...]:
    """The first times of a rule that begins at a moment of some zone."""
    zone = begin.tzinfo
    found = islice(_rule(rule, _wall(begin)), most)
    return tuple(Occurrence(one, _on_clock(one, zone)) for one in found)


def after(rule: str, wall: datetime, zone: ZoneInfo) -> Occurrence | None:
    """The time of a rule that comes after the one at `wall`; None when that was the last."""
    found = _rule(rule, wall).after(wall)
    return None if found is None else Occurrence(found, _on_clock(found, zone))


def _parts(words: str) -> dict[str, str]:
    bare = words.strip().upper().removeprefix("RRULE:")
    if len(bare) > _LONGEST:
        raise _not_a_rule(words)
    pairs = [part.partition("=") for part in bare.split(";") if part]
    return {name.strip(): value.strip() for name, _equals, value in pairs}


def _is_sound(parts: dict[str, str]) -> bool:
    """Whether all of it can be kept: nothing oftener than a day, nothing that never moves on."""
    numbers = [parts[name] for name in _NUMBERS if name in parts]
    return (
        parts.get("FREQ") in _OFTEN
        and parts.keys() <= _PARTS
        and not {"COUNT", "UNTIL"} <= parts.keys()
        and (parts.get("FREQ") in _BY_DATE or not {"BYMONTHDAY", "BYSETPOS"} & parts.keys())
        and all(number.isascii() and number.isdecimal() for number in numbers)
        and parts.get("INTERVAL", "1").strip("0") != ""
    )


def _ended(parts: dict[str, str], begin: datetime) -> dict[str, str]:
    """The same with the day of the last occurrence instead of a count."""
    rest = {name: value for name, value in parts.items() if name not in ("COUNT", "UNTIL")}
    if "COUNT" in parts:
        wall = _wall(begin)
        counted = islice(_rule(_text(rest), wall, within=_FARTHEST), int(parts["COUNT"]))
        (last,) = deque(counted, maxlen=1)  # a ValueError where it never falls
        return rest | {"UNTIL": last.strftime(_STAMP)}
    return rest | ({"UNTIL": _until(parts["UNTIL"], begin)} if "UNTIL" in parts else {})


def _text(parts: dict[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _until(words: str, begin: datetime) -> str:
    """The last moment on the clock of the rule: a day counts to its end, a moment in UTC is put on that clock."""
    if words.endswith("Z"):
        moment = datetime.strptime(words, f"{_STAMP}Z").replace(tzinfo=UTC)
        return moment.astimezone(begin.tzinfo).strftime(_STAMP)
    return words if "T" in words else f"{words}T235959"


def _rule(rule: str, begin: datetime, within: relativedelta = _HORIZON) -> rrule:
    """The rule as far as it is looked for: one that never falls on a day must end."""
    made = rrulestr(rule, dtstart=begin)
    assert isinstance(made, rrule)  # noqa: S101 - one rule, not a set of them
    return made if "UNTIL" in rule else made.replace(until=begin + within)


def _wall(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None, second=0, microsecond=0, fold=0)


def _on_clock(wall: datetime, zone: object) -> datetime:
    if not isinstance(zone, ZoneInfo):
        return wall.replace(tzinfo=UTC)
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)


def _not_a_rule(words: str) -> WrongUse:
    sentence = _("“{rule}” is no rule to repeat by. Write “every first monday 9”, “ogni giorno alle 9” or an RRULE.")
    return WrongUse(sentence.format(rule=words.strip()[:_LONGEST]))
