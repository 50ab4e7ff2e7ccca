"""`sync` and `ledger`: pull what is new, send what is due, and prove that nothing is missing."""

from __future__ import annotations

import asyncio
import signal
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from inbox_app.actions.accounts import said_of_removed
from inbox_app.app import App
from inbox_app.cli.command import Command, nothing
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Printed, local, moment
from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import AccountId
from inbox_app.domain.inbox import LedgerRow
from inbox_app.domain.words import AccountState
from inbox_app.i18n import _, ngettext
from inbox_app.queries import accounts
from inbox_app.sync.report import AccountReport


def _sync_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--account", metavar="ID", help=_("this account only"))
    parser.add_argument("--watch", action="store_true", help=_("go on until ended (SIGTERM, Ctrl+C), a line for news"))


async def _sync(desk: Desk, chosen: Namespace) -> Printed:
    async with desk.open() as app:
        wanted = None if chosen.account is None else await _connected(app, AccountId(chosen.account))
        reports = await app.sync(wanted)
        printed = _printed(reports, await _handles(app))
        if chosen.watch:
            desk.output.show(printed)
            await _watch(desk, app)
            return Printed({"accounts": []}, "")
    return printed


async def _connected(app: App, wanted: AccountId) -> AccountId:
    """An account that has a service to sync with.

    Raises:
        NotFound: there is no such account.
        Refused: it was removed, or is an archive.
    """
    row = await accounts.one(app.store, wanted)
    if row.state is AccountState.REMOVED:
        raise Refused(said_of_removed(row.handle))
    if row.state is AccountState.ARCHIVE:
        raise Refused(_("“{name}” is an archive: there is no service to sync it with.").format(name=row.handle))
    return row.id


async def _watch(desk: Desk, app: App) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    handles = await _handles(app)
    await app.watch(stop, lambda report: desk.output.show(_printed((report,), handles)))


async def _handles(app: App) -> dict[AccountId, str]:
    return {account.id: account.handle for account in await app.accounts()}


def _printed(reports: tuple[AccountReport, ...], handles: Mapping[AccountId, str]) -> Printed:
    lines = [_line(report, handles.get(report.id, report.id)) for report in reports]
    document = [report.to_json() | {"error": report.error or None} for report in reports]
    text = "\n".join(lines) or _("No account is connected yet.")
    return Printed({"accounts": document}, text, failed=any(report.error for report in reports))


def _line(report: AccountReport, handle: str) -> str:
    counts = _("{new} new, {updated} changed, {removed} removed, {sent} sent").format(
        new=report.new, updated=report.updated, removed=report.removed, sent=report.sent
    )
    refused = _("{count} not sent, see “portavoce outbox”").format(count=report.not_sent) if report.not_sent else ""
    return f"{handle}: {', '.join(filter(None, (report.error or counts, refused)))}"


async def _ledger(desk: Desk, _chosen: Namespace) -> Printed:
    async with desk.open() as app:
        lines = await accounts.ledger(app.store)
    document = [
        {
            "account": line.account,
            "remote_count": line.remote_count,
            "local_count": line.local_count,
            "gaps": list(line.gaps),
            "last_success": moment(line.last_success),
            "next_poll": moment(line.next_poll),
            "quota_left": line.quota_left,
            "counted_at": moment(line.counted_at),
        }
        for line in lines
    ]
    text = [_ledger_line(line) for line in lines]
    return Printed([*document], "\n".join(text) or _("No account is connected yet."))


def _ledger_line(line: LedgerRow) -> str:
    there = "?" if line.remote_count is None else str(line.remote_count)
    if counted_at := local(line.counted_at):
        there = _("{number} (counted {time})").format(number=there, time=counted_at)
    return ngettext(
        "{handle}: here {local}, there {remote}, {gaps} gap, last success {time}",
        "{handle}: here {local}, there {remote}, {gaps} gaps, last success {time}",
        len(line.gaps),
    ).format(
        handle=line.handle,
        local=line.local_count,
        remote=there,
        gaps=len(line.gaps),
        time=local(line.last_success) or _("never"),
    )


COMMANDS = {"sync": Command(_sync_arguments, _sync), "ledger": Command(nothing, _ledger)}
