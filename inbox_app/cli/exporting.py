"""`export`: history leaves, whole and readable, with a manifest that says what it is."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.inbox import view_named
from inbox_app.cli.output import Document, Printed
from inbox_app.cli.telling import Teller
from inbox_app.domain.errors import WrongUse
from inbox_app.domain.ids import AccountId, ConversationId, MemberId
from inbox_app.domain.search_query import read_day
from inbox_app.domain.selection import Extent, Selection
from inbox_app.domain.timecode import from_ms
from inbox_app.exchange.exporting import Exported, export, preview
from inbox_app.exchange.extents import extent_sentence
from inbox_app.exchange.formats import FORMATS, format_of
from inbox_app.exchange.target import manifest_of
from inbox_app.i18n import _, ngettext


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--format", metavar="F", required=True, help=", ".join(FORMATS))
    parser.add_argument("--out", metavar="PATH", type=Path, help=_("the file or the folder to make"))
    parser.add_argument("--all", action="store_true", help=_("everything; so it is when nothing is chosen"))
    parser.add_argument("--account", metavar="A", help=_("conversations of this account"))
    parser.add_argument("--member", metavar="M", help=_("conversations in which this member takes part"))
    parser.add_argument(
        "--conversation", metavar="C", action="append", default=[], help=_("this conversation; may be repeated")
    )
    parser.add_argument("--view", metavar="V", help=_("conversations of this view"))
    parser.add_argument(
        "--query", metavar="Q", default="", help=_("conversations in which this search finds something")
    )
    parser.add_argument("--since", metavar="DAY", type=_day, help=_("messages from this day on: 2026-03-01, or 30d"))
    parser.add_argument("--until", metavar="DAY", type=_day, help=_("messages before this day"))
    parser.add_argument("--with-notes", action="store_true", help=_("with the team's notes"))
    parser.add_argument("--no-attachments", action="store_true", help=_("without files"))
    parser.add_argument("--dry-run", action="store_true", help=_("only say how much it is"))


def _day(said: str) -> datetime:
    found = read_day(said, datetime.now().astimezone())
    if found is None:
        raise ArgumentTypeError(_("“{day}” is no day: write 2026-03-01, 2026-03, or 30d.").format(day=said))
    return from_ms(found)


async def _export(desk: Desk, chosen: Namespace) -> Printed:
    form = format_of(chosen.format)
    wanted = _selection(chosen)
    if chosen.out is None and not chosen.dry_run:
        raise WrongUse(_("Where to? Name a file or a folder with --out, or ask with --dry-run how much it would be."))
    async with desk.open() as app:
        if chosen.view is not None:
            wanted = replace(wanted, filter=await view_named(app, chosen.view))
        if chosen.dry_run:
            extent = await preview(app.store, app.me, wanted)
            return Printed({**_counts(extent), "bytes": extent.size, "files": []}, extent_sentence(extent))
        out = chosen.out.absolute()
        done = await export(app.store, app.me, form, wanted, out, Teller(desk.output).tell)
    return Printed(_document(done), _text(done))


def _selection(chosen: Namespace) -> Selection:
    wanted = Selection(
        account=None if chosen.account is None else AccountId(chosen.account),
        member=None if chosen.member is None else MemberId(chosen.member),
        conversations=tuple(map(ConversationId, chosen.conversation)),
        query=chosen.query,
        since=chosen.since,
        until=chosen.until,
        notes=chosen.with_notes,
        attachments=not chosen.no_attachments,
    )
    if chosen.all and not (wanted.is_everything and chosen.view is None):
        raise WrongUse(_("--all is everything: leave it out to choose a part."))
    return wanted


def _counts(extent: Extent) -> dict[str, Document]:
    return {
        "messages": extent.messages,
        "conversations": extent.conversations,
        "attachments": extent.attachments,
    }


def _document(done: Exported) -> Document:
    base = done.out if done.is_folder else done.out.parent
    return {
        **_counts(done.extent),
        "out": str(done.out),
        "manifest": str(manifest_of(done.out, is_folder=done.is_folder)),
        "files": [{"path": str(base / one.path), "sha256": one.sha256, "size": one.size} for one in done.files],
    }


def _text(done: Exported) -> str:
    files = ngettext("{count} file", "{count} files", len(done.files)).format(count=len(done.files))
    written = _("{path} is written: {files}. {manifest} lists the SHA-256 of each.")
    manifest = manifest_of(done.out, is_folder=done.is_folder)
    return f"{written.format(path=done.out, files=files, manifest=manifest.name)}\n{extent_sentence(done.extent)}"


COMMANDS = {"export": Command(_arguments, _export)}
