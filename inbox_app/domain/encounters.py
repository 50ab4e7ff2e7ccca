"""What happened with a member away from every channel, written down by hand: a note with a day and a kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from inbox_app.i18n import _


class Encounter(StrEnum):
    """How somebody was met."""

    EVENT = "event"
    PERSON = "person"
    CALL = "call"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Met:
    """How somebody was met, and when."""

    how: Encounter
    at: datetime


def encounter_name(how: Encounter) -> str:
    """How somebody was met, in words."""
    return {
        Encounter.EVENT: _("Met at an event"),
        Encounter.PERSON: _("Met in person"),
        Encounter.CALL: _("Telephoned"),
        Encounter.OTHER: _("Another encounter"),
    }[how]


def on_day(day: date, now: datetime) -> datetime:
    """The moment that stands for a day: this one for today, else noon, which is the same day in almost every zone."""
    return now if day == now.date() else datetime.combine(day, time(12), now.tzinfo)
