"""Reminders as a calendar file that other programs read, those that repeat with their rule and zone.

https://www.rfc-editor.org/rfc/rfc5545
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, vRecur

from inbox_app.domain.errors import Refused
from inbox_app.domain.reminders import ReminderRow
from inbox_app.i18n import _
from inbox_app.paths import replace_file

MAKER = "-//Portavoce//Reminders//EN"


def calendar_of(rows: Iterable[ReminderRow], now: datetime) -> bytes:
    """One event with an alarm for each reminder."""
    calendar = Calendar.new(prodid=MAKER, name=_("Reminders of Portavoce"))
    for row in rows:
        calendar.add_component(_event(row, now))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def write_calendar(rows: Iterable[ReminderRow], now: datetime, path: Path) -> None:
    """Write the file; one that is there is replaced only where it was ours.

    Raises:
        Refused: something else is there, or it cannot be written.
    """
    try:
        if path.exists() and MAKER.encode() not in path.read_bytes():
            raise Refused(_("{path} is there already and holds something else. Name another file.").format(path=path))
        replace_file(path, calendar_of(rows, now))
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise Refused(_("{path} cannot be written: {reason}").format(path=path, reason=reason)) from problem


def _event(row: ReminderRow, now: datetime) -> Event:
    zone = ZoneInfo(row.zone)
    said = row.text or row.who or row.title or _("Reminder")
    about = " · ".join(part for part in (row.who, row.title) if part and part != said)
    event = Event.new(uid=_uid(row), summary=said, description=about or None, start=row.due_at, stamp=now)
    if row.rule and row.fired_at is None:
        event.add("rrule", vRecur.from_ical(_in_utc(row.rule, zone)))
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", said)
    alarm.add("trigger", timedelta(0))
    event.add_component(alarm)
    return event


def _uid(row: ReminderRow) -> str:
    """The same for all occurrences of a rule: a calendar that reads the file again must know it."""
    if not row.rule or row.fired_at is not None:
        return f"{row.id}@portavoce"
    said = "\0".join((row.conversation or "", row.member or "", row.owner, row.text, row.zone, row.rule))
    return f"{hashlib.sha256(said.encode()).hexdigest()[:32]}@portavoce"


def _in_utc(rule: str, zone: ZoneInfo) -> str:
    """A rule ends in UTC where its beginning has a zone (RFC 5545, 3.3.10); ours ends on the clock of the zone."""
    parts = [part.partition("=") for part in rule.split(";")]
    return ";".join(f"{name}={_moment(value, zone) if name == 'UNTIL' else value}" for name, _equals, value in parts)


def _moment(wall: str, zone: ZoneInfo) -> str:
    return datetime.strptime(wall, "%Y%m%dT%H%M%S").replace(tzinfo=zone).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
