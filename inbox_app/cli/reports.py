"""`report`: volume, answering, people, questions and hats of some days, each figure with its messages."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from inbox_app.actions import reporting
from inbox_app.app import App
from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Document, Printed, moment, one_line
from inbox_app.cli.report_tables import report_text
from inbox_app.cli.templates import write_sheet_file
from inbox_app.domain.errors import WrongUse
from inbox_app.domain.people import TimelineLine
from inbox_app.domain.report import Part, Report, Span, is_figure
from inbox_app.domain.working_hours import WorkingHours, hours_text, parse_hours
from inbox_app.exchange.report_sheets import write_lines, write_report
from inbox_app.i18n import _
from inbox_app.queries import accounts, inbox, reports
from inbox_app.settings import local_zone


def _arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="show|messages|hours", required=True)
    show = what.add_parser("show", help=_("all figures of some days"))
    behind = what.add_parser("messages", help=_("the messages behind a figure, newest first"))
    behind.add_argument("part", choices=[one.value for one in Part])
    behind.add_argument("figure", metavar="FIGURE", help=_("its key, as “show --json” names it"))
    behind.add_argument("--limit", type=int, metavar="N", help=_("so many of them at most"))
    for one in (show, behind):
        one.add_argument("--csv", metavar="PATH", type=Path, help=_("write them to a table as well"))
        one.add_argument("--days", type=int, default=90, metavar="N", help=_("of so many days until today (90)"))
        one.add_argument("--from", dest="first", type=_day, metavar="DAY", help=_("from this day on (2026-12-31)"))
        one.add_argument("--to", dest="last", type=_day, metavar="DAY", help=_("until this day"))
        one.add_argument(
            "--with-us", action="store_true", help=_("count what one of us said by a name of their own too")
        )
    hours = what.add_parser("hours", help=_("by which hours waiting is counted; without options they are shown"))
    written = _("“mon-fri 9-13 14-18, sat 9:30-13”; “” for every hour")
    hours.add_argument("--set", dest="days", metavar="HOURS", help=written)
    hours.add_argument("--holidays", metavar="DAYS", help=_("“2026-12-25, 2026-12-26”; “” for none"))


def _day(text: str) -> date:
    return date.fromisoformat(text)


async def _run(desk: Desk, chosen: Namespace) -> Printed:
    async with desk.open() as app:
        if chosen.what == "hours":
            return await _hours(app, chosen)
        last = chosen.last or app.clock.now().astimezone(local_zone()).date()
        first = chosen.first or last - timedelta(days=min(max(chosen.days, 1), 36_500) - 1)
        if first > last:
            raise WrongUse(_("The first day comes after the last one."))
        names = await _names(app)
        if chosen.what == "messages":
            return await _messages(app, Span(first, last, local_zone(), chosen.with_us), names, chosen)
        found = await reports.report(app.store, first, last, with_us=chosen.with_us)
        if chosen.csv is not None:
            await asyncio.to_thread(write_sheet_file, chosen.csv, write_report(found, names))
        return _shown(found, names)


async def _names(app: App) -> Mapping[str, str]:
    names: dict[str, str] = {tag.name: tag.name for tag in await inbox.tags(app.store)}
    names |= {key: str(one.name) for key, one in app.catalogue.items()}
    return names | {str(one.id): one.handle for one in await accounts.every(app.store)}


def _shown(found: Report, names: Mapping[str, str]) -> Printed:
    document: Document = {
        "from": found.span.first.isoformat(),
        "to": found.span.last.isoformat(),
        "zone": found.span.zone.key,
        "working_hours": found.hours.is_set,
        "with_us": found.span.with_us,
        "parts": {
            part.value: {one.key: {"value": one.value, "messages": one.messages} for one in figures}
            for part, figures in found.parts.items()
        },
    }
    return Printed(document, report_text(found, names))


async def _messages(app: App, span: Span, names: Mapping[str, str], chosen: Namespace) -> Printed:
    part = Part(chosen.part)
    if not is_figure(span, part, chosen.figure, names):
        raise WrongUse(_("There is no figure “{name}” in this part.").format(name=chosen.figure))
    limit = None if chosen.limit is None else max(chosen.limit, 0)
    lines = await reports.behind(app.store, span, part, chosen.figure, limit)
    if chosen.csv is not None:
        await asyncio.to_thread(write_sheet_file, chosen.csv, write_lines(lines, names))
    document = [
        {
            "message": str(one.message),
            "conversation": one.conversation,
            "sent_at": moment(one.said_at),
            "author": one.who,
            "text": one.text,
        }
        for one in lines
    ]
    return Printed(document, "\n".join(map(_line_text, lines)) or _("No message counts here."))


def _line_text(one: TimelineLine) -> str:
    when = f"{one.said_at.astimezone():%Y-%m-%d %H:%M}"
    return f"{when}  {one.conversation}  {one_line(one.who, 24):<24}  {one_line(one.text, 80)}"


async def _hours(app: App, chosen: Namespace) -> Printed:
    known = await reports.hours(app.store)
    if chosen.days is not None or chosen.holidays is not None:
        days = hours_text(known) if chosen.days is None else chosen.days
        off = ",".join(one.isoformat() for one in known.holidays) if chosen.holidays is None else chosen.holidays
        known = parse_hours(days, off)
        await reporting.work_at(app.store, known)
    return Printed(_hours_json(known), hours_text(known) or _("Every hour counts."))


def _hours_json(hours: WorkingHours) -> dict[str, str | list[str]]:
    return {"hours": hours_text(hours, spoken=False), "holidays": sorted(one.isoformat() for one in hours.holidays)}


COMMANDS = {"report": Command(_arguments, _run)}
