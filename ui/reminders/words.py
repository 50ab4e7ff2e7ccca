"""How reminders are told: what was set, how long there is, and that one is late."""

from __future__ import annotations

from datetime import UTC, datetime

from inbox_app.domain.reminders import Plan, ReminderRow
from inbox_app.i18n import _, ngettext
from ui.theme.moments import at

_HOUR, _DAY = 60, 24 * 60


def said_of(plan: Plan) -> str:
    """What was set, in passing."""
    when = at(plan.due)
    if plan.rule:
        return _("Reminder set: it repeats, first {when}.").format(when=when)
    if plan.if_no_reply:
        return _("Reminder set: {when}, if nobody answers.").format(when=when)
    return _("Reminder set: {when}.").format(when=when)


def left(row: ReminderRow, now: datetime | None = None) -> str:
    """How long there is until a reminder, or since when it is due."""
    minutes = round((row.due_at - (now or datetime.now(UTC))).total_seconds() / 60)
    span = _span(abs(minutes))
    if row.is_due:
        return (_("late, due {span} ago") if row.late else _("due {span} ago")).format(span=span)
    return _("in {span}").format(span=span)


def how(row: ReminderRow) -> str:
    """What makes it fire."""
    told = [_("if nobody answers")] if row.if_no_reply else []
    return ", ".join([*told, _("repeats")] if row.rule else told) or _("regardless of answers")


def what(row: ReminderRow) -> str:
    """What it is about, in a line."""
    return row.text or row.title or row.who or _("Reminder")


def whom(row: ReminderRow) -> str:
    """Who and which conversation it is about, as far as `what` did not say it; a chat is called as who is in it."""
    return " · ".join(part for part in dict.fromkeys((row.who, row.title)) if part and part != what(row))


def _span(minutes: int) -> str:
    """To the nearest: what was set for two weeks from now is there in 14 days, although a moment of them is gone."""
    if not minutes:
        return _("a moment")
    if minutes < _HOUR:
        return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)
    if minutes < 2 * _DAY:
        hours = round(minutes / _HOUR)
        return ngettext("{count} hour", "{count} hours", hours).format(count=hours)
    days = round(minutes / _DAY)
    return ngettext("{count} day", "{count} days", days).format(count=days)
