"""What every command that queues something has in common: its text, when it leaves, and what is told of it."""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime, timedelta

from inbox_app.app import App
from inbox_app.cli.output import Printed, moment
from inbox_app.domain.errors import WrongUse
from inbox_app.domain.inbox import OutboxRow
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.when import parse_when
from inbox_app.i18n import _
from inbox_app.settings import local_zone

_STANDARD_INPUT = "-"


def add_text(parser: ArgumentParser, about: str) -> None:
    """The text, as an option or on standard input; `about` says of what."""
    # An option to argparse: a positional that may be left out is taken as left out where another option follows first.
    parser.add_argument(
        _STANDARD_INPUT, dest="is_piped", action="store_true", help=_("“-” reads the text from standard input")
    )
    parser.add_argument("--text", metavar="T", help=about)


async def some_text(chosen: Namespace) -> str | None:
    """The text that was given, if any. Raises `WrongUse` where it was given twice."""
    if chosen.text is not None and chosen.is_piped:
        raise _one_text()
    if chosen.is_piped:
        return await asyncio.to_thread(sys.stdin.read)
    text: str | None = chosen.text
    return text


async def need_text(chosen: Namespace) -> str:
    """The text that must be given once. Raises `WrongUse`."""
    text = await some_text(chosen)
    if text is None:
        raise _one_text()
    return text


async def need_text_or_template(chosen: Namespace) -> str | None:
    """The text, None where a template gives it: one of them must be given. Raises `WrongUse`."""
    text = await some_text(chosen)
    if (text is None) == (chosen.template is None):
        raise WrongUse(_("Give the text once: --text T, --template NAME, or - to read it from standard input."))
    return text


def add_time(parser: ArgumentParser) -> None:
    """When it leaves."""
    parser.add_argument(
        "--now", action="store_true", help=_("leave with the next sync, without waiting for the undo window")
    )
    parser.add_argument("--at", metavar="WHEN", default="", help=_("leave at a moment: “fri 9”, “domani alle 9”"))


def undo_window(app: App, chosen: Namespace) -> timedelta:
    """How long it can be taken back: until it leaves. Raises `WrongUse` where its moment is none to come."""
    if chosen.at:
        now = datetime.now(local_zone())
        moment = parse_when(chosen.at, now)
        if moment is None or moment <= now:
            raise WrongUse(_("That is no moment to come. Write “in 3 days”, “fri 9” or “domani alle 9”."))
        return moment - now
    return timedelta(0) if chosen.now else timedelta(seconds=app.settings.current.undo_seconds)


def queued(row: OutboxRow, chosen: Namespace, warning: str = "") -> Printed:
    """What was queued, who sends it when, and what is to be known before it leaves."""
    document = queued_json(row) | ({"warning": warning} if warning else {})
    return Printed(document, "\n".join(filter(None, (queued_text(row, chosen), warning))))


def queued_json(row: OutboxRow) -> JsonObject:
    """What was queued, for a script."""
    return {
        "outbox": row.id,
        "state": row.state.value,
        "not_before": moment(row.not_before),
        "conversation": row.conversation,
    }


def queued_text(row: OutboxRow, chosen: Namespace) -> str:
    """A command that has ended sends nothing: say who will, and from when on."""
    leaves = _("Queued as {id}: it leaves with the next “portavoce sync” or an open window.")
    later = _("Queued as {id}: it leaves with the next “portavoce sync” or an open window, not before {time}.")
    clock = row.not_before.astimezone().strftime("%Y-%m-%d %H:%M" if chosen.at else "%H:%M:%S")
    return " ".join(
        (
            (leaves if chosen.now else later).format(id=row.id, time=clock),
            _("To take it back: portavoce outbox undo {id}").format(id=row.id),
        )
    )


def _one_text() -> WrongUse:
    return WrongUse(_("Give the text with --text, or with “-” on standard input."))
