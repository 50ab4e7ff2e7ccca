"""`remind`, `reminders`, `reminder`: follow-ups on conversations and members, and what is due."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from inbox_app.actions import reminders
from inbox_app.app import App
from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Printed, moment, one_line
from inbox_app.cli.reader import REMINDER
from inbox_app.domain.errors import WrongUse
from inbox_app.domain.ids import ConversationId, MemberId, ReminderId
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.reminders import About, Plan, ReminderKind, ReminderRow, understand
from inbox_app.i18n import _, lazy_gettext, ngettext
from inbox_app.queries import reminders as questions
from inbox_app.settings import local_zone

_MEMBER = "member:"
WHEN = lazy_gettext("“in 3 days”, “fri 9”, “domani alle 9”, or repeatedly: “every first monday 9”")


def reminder_json(row: ReminderRow) -> JsonObject:
    """A reminder as every command prints it."""
    return {
        "id": row.id,
        "due_at": moment(row.due_at),
        "zone": row.zone,
        "kind": row.kind.value,
        "late": row.late,
        "due": row.is_due,
        "conversation": row.conversation,
        "member": row.member,
        "who": row.who,
        "title": row.title,
        "text": row.text,
        "if_no_reply": row.if_no_reply,
        "every": row.rule or None,
        "next": [moment(one.moment) for one in row.next_times],
    }


def reminder_text(row: ReminderRow) -> str:
    """A reminder in one line, with its zone."""
    marks = {
        _("late"): row.late,
        _("due"): row.is_due and not row.late,
        _("if nobody answers"): row.if_no_reply,
        _("repeats"): row.kind is ReminderKind.RECURRING,
    }
    told = ", ".join(mark for mark, holds in marks.items() if holds)
    about = one_line(" · ".join(part for part in (row.text, row.who, row.title) if part), 70)
    return f"{row.due_at:%a %Y-%m-%d %H:%M} ({row.zone})  {row.id}  {about}" + (f"  [{told}]" if told else "")


def _remind_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("about", metavar="CONVERSATION|member:ID")
    parser.add_argument("when", nargs="+", metavar="WHEN", help=str(WHEN))
    parser.add_argument("--if-no-reply", action="store_true", help=_("only if nobody has answered until then"))
    parser.add_argument("--every", metavar="RULE", default="", help=_("repeat: “monday”, “ogni mese”, or an RRULE"))
    parser.add_argument("--text", default="", help=_("what to be reminded of"))


async def _remind(desk: Desk, chosen: Namespace) -> Printed:
    async with desk.open() as app:
        plan = _plan(app, chosen.when, chosen.every)
        wanted = replace(plan, text=chosen.text, if_no_reply=chosen.if_no_reply)
        (made,) = await reminders.remind(app.store, app.me, [_about(chosen.about)], wanted)
        row = await questions.one(app.store, app.me, made)
    lines = [reminder_text(row), *(f"    {one.moment:%a %Y-%m-%d %H:%M}" for one in row.next_times[1:])]
    return Printed(reminder_json(row), "\n".join(lines))


def _list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--due", action="store_true", help=_("only those whose time has come"))
    parser.add_argument("--conversation", metavar="ID", help=_("only those on this conversation"))
    parser.add_argument("--member", metavar="ID", help=_("only those on this member"))
    parser.add_argument("--ics", metavar="PATH", type=Path, help=_("write them to a calendar file"))


async def _list(desk: Desk, chosen: Namespace) -> Printed:
    about = About(
        None if chosen.conversation is None else ConversationId(chosen.conversation),
        None if chosen.member is None else MemberId(chosen.member),
    )
    async with desk.open() as app:
        rows = await questions.every(app.store, app.me, about=about, due=chosen.due)
        if chosen.ics is not None:
            from inbox_app.exchange.calendar import write_calendar

            write_calendar(rows, app.clock.now(), chosen.ics)
    lines = [reminder_text(row) for row in rows] or [_("There is no reminder.")]
    if chosen.ics is not None:
        said = ngettext("{count} reminder written to {path}.", "{count} reminders written to {path}.", len(rows))
        lines = [said.format(count=len(rows), path=chosen.ics)]
    return Printed([reminder_json(row) for row in rows], "\n".join(lines))


def _change_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("deed", choices=["done", "move"])
    parser.add_argument("reminder", metavar="ID", help=str(REMINDER))
    parser.add_argument("when", nargs="*", metavar="WHEN", help=str(WHEN))
    parser.add_argument("--text", help=_("what to be reminded of"))


async def _change(desk: Desk, chosen: Namespace) -> Printed:
    wanted = ReminderId(chosen.reminder)
    if (chosen.deed == "move") != bool(chosen.when):
        raise WrongUse(_("A moment belongs to “move”, and only to it: “reminder move ID fri 9”, “reminder done ID”."))
    async with desk.open() as app:
        if chosen.deed == "done":
            await reminders.finish(app.store, app.me, [wanted])
        else:
            known = await questions.one(app.store, app.me, wanted)
            plan = _plan(app, chosen.when, "")
            text = known.text if chosen.text is None else chosen.text
            # What has fired comes once more; its rule goes on by itself.
            rule = known.rule if known.fired_at is None else ""
            moved = replace(plan, text=text, if_no_reply=known.if_no_reply, rule=plan.rule or rule)
            await reminders.move(app.store, app.me, wanted, moved)
        row = await questions.one(app.store, app.me, wanted)
    return Printed(reminder_json(row), _("Done.") if row.done_at else reminder_text(row))


def _plan(app: App, when: list[str], every: str) -> Plan:
    words = " ".join(when)
    now: datetime = app.clock.now().astimezone(local_zone())
    plan = understand(words, now, every)
    if plan is None:
        raise WrongUse(
            _("“{when}” is not understood. Write “in 3 days”, “fri 9” or “every first monday 9”.").format(
                when=f"{words} {every}".strip()
            )
        )
    return plan


def _about(words: str) -> About:
    if words.startswith(_MEMBER):
        return About(member=MemberId(words.removeprefix(_MEMBER)))
    return About(ConversationId(words))


COMMANDS = {
    "remind": Command(_remind_arguments, _remind),
    "reminders": Command(_list_arguments, _list),
    "reminder": Command(_change_arguments, _change),
}
