"""Times as people read them: “9m”, “Yesterday”, “20 Nov, 09:00”; always in the computer's own zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from PySide6.QtCore import QDate, QLocale, QTime

from inbox_app.i18n import _, current_language

COUNTDOWN_MS = 250
"""How often whatever counts seconds down looks at the clock, so that no two of them disagree for long."""


def ago(moment: datetime, now: datetime | None = None) -> str:
    """How long ago, as short as a row of the list allows."""
    here, there = _local(now), _local(moment)
    minutes = int((here - there).total_seconds() // 60)
    if minutes < 1:
        return _("now")
    if minutes < 60:
        return _("{minutes}m").format(minutes=minutes)
    if minutes < 24 * 60 and there.date() == here.date():
        return _("{hours}h").format(hours=minutes // 60)
    days = (here.date() - there.date()).days
    if days == 1:
        return _("Yesterday")
    if days < 7:
        return _speech().toString(_date(there), "ddd")
    return short_date(moment, now)


def short_date(moment: datetime, now: datetime | None = None) -> str:
    """The day, with its year where that is not this one."""
    here, there = _local(now), _local(moment)
    return _speech().toString(_date(there), "d MMM" if here.year == there.year else "d MMM yyyy")


def whole_day(day: date) -> str:
    """The day with its year, whichever year it is."""
    return _speech().toString(_date(day), "d MMMM yyyy")


def at(moment: datetime, now: datetime | None = None, *, inside: bool = False) -> str:
    """The day and the time of day; `inside` a sentence it begins with a small letter."""
    here, there = _local(now), _local(moment)
    clock = _clock(there)
    match (there.date() - here.date()).days:
        case 0:
            return (_("today {time}") if inside else _("Today {time}")).format(time=clock)
        case 1:
            return (_("tomorrow {time}") if inside else _("Tomorrow {time}")).format(time=clock)
        case days if 1 < days < 7:
            return f"{_speech().toString(_date(there), 'ddd')} {clock}"
    return f"{short_date(moment, now)}, {clock}"


def clock_or_day(moment: datetime, now: datetime | None = None) -> str:
    """The time of day where that is today, else the day: as short as the foot of the sidebar allows."""
    here, there = _local(now), _local(moment)
    return _clock(there) if here.date() == there.date() else short_date(moment, now)


def in_full(moment: datetime) -> str:
    """The whole date and time, for a tooltip."""
    there = _local(moment)
    return f"{_speech().toString(_date(there), QLocale.FormatType.LongFormat)}, {_clock(there)}"


def seconds_until(moment: datetime, now: datetime | None = None) -> int:
    """Whole seconds still to go, never below 0."""
    left = moment - (now or datetime.now(UTC))
    return max(0, -(-left // timedelta(seconds=1)))


def _local(moment: datetime | None) -> datetime:
    return (moment or datetime.now(UTC)).astimezone()


def _date(moment: date) -> QDate:
    return QDate(moment.year, moment.month, moment.day)


def _clock(moment: datetime) -> str:
    return _speech().toString(QTime(moment.hour, moment.minute), QLocale.FormatType.ShortFormat)


def _speech() -> QLocale:
    """The language of the interface in the country of the computer."""
    system = QLocale.system()
    spoken = QLocale(current_language())
    return system if system.language() == spoken.language() else spoken
