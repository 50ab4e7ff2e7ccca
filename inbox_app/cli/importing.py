"""`import`: an archive of another program becomes an account that can be read and searched."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.member_rows import line_json, suggestion_json
from inbox_app.cli.output import Document, Output, Printed, one_line, printable
from inbox_app.contract.archive import Skipped
from inbox_app.contract.manifest import reader_of
from inbox_app.exchange import json_import
from inbox_app.exchange.extents import held_in
from inbox_app.exchange.importing import (
    Imported,
    Preview,
    Progress,
    Wish,
    default_name,
    owner_sentence,
    preview_sentence,
)
from inbox_app.i18n import _, ngettext
from inbox_app.queries import members
from inbox_app.queries.members import Likeness

_EVERY = 2.0
"""Seconds between two lines of progress."""
_LISTED = 20


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "format",
        metavar="FORMAT",
        help=_("json (our own export), mbox, maildir, eml, or what a service gives out; a wrong word lists them all"),
    )
    parser.add_argument("path", metavar="PATH", type=Path, help=_("the file or the folder"))
    parser.add_argument("--name", metavar="N", help=_("what the archive is called here; without it like its file"))
    parser.add_argument(
        "--own", metavar="ADDRESS", action="append", default=[], help=_("an address that is ours; may be repeated")
    )
    parser.add_argument(
        "--dry-run", action="store_true", help=_("read everything, say what would come in, and keep nothing")
    )


async def _import(desk: Desk, chosen: Namespace) -> Printed:
    if chosen.format == json_import.KEY:
        return await _import_ours(desk, chosen.path, trial=chosen.dry_run)
    reader_of(desk.catalogue, chosen.format)
    name = (chosen.name or "").strip() or default_name(chosen.path)
    wish = Wish(chosen.format, chosen.path, name, frozenset(chosen.own))
    async with desk.open(create=True, otherwise=desk.usual, tentatively=True) as app:
        if chosen.dry_run:
            return _previewed(await app.archives.look_through(wish, _Teller(desk.output).tell))
        imported = await app.archives.take_in(wish, _Teller(desk.output).tell)
        alike, where = await members.likenesses(app.store, imported.account), app.address.reference
    document: Document = {"workspace": where, **_document(imported, alike)}
    return Printed(document, "\n".join([_text(imported), _place(where), *_likeness_lines(alike)]))


async def _import_ours(desk: Desk, path: Path, *, trial: bool) -> Printed:
    async with desk.open(create=True, otherwise=desk.usual, tentatively=True) as app:
        tell = _Teller(desk.output).tell
        if trial:
            return _previewed(await json_import.look_through(app.store, path, tell))
        taken, where = await json_import.take_in(app.store, path, tell), app.address.reference
    document: Document = {
        "workspace": where,
        "account": None,
        "messages": taken.messages,
        "conversations": taken.conversations,
        "added": taken.added,
        "skipped": [],
        "skipped_count": 0,
    }
    return Printed(document, f"{json_import.taken_sentence(taken)}\n{_place(where)}")


def _place(where: str) -> str:
    return _("It is in the workspace {where}.").format(where=where)


class _Teller:
    """Says on standard error how far an import is."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._last = 0.0

    def tell(self, progress: Progress) -> None:
        """Every other second, and at the end."""
        now = monotonic()
        if now - self._last < _EVERY and progress.done < progress.size:
            return
        self._last = now
        if self._output.as_json:
            told = {"done": progress.done, "size": progress.size, "added": progress.added}
            self._output.note(json.dumps({"progress": told}))
            return
        share = 100 * progress.done // max(progress.size, 1)
        said = ngettext("{share} %: {count} new message", "{share} %: {count} new messages", progress.added)
        self._output.note(said.format(share=min(share, 100), count=progress.added))


def _previewed(preview: Preview) -> Printed:
    skipped = [{"where": one.where, "why": one.why} for one in preview.skipped]
    document: Document = {
        "messages": preview.messages,
        "new": preview.new,
        "skipped": [*skipped],
        "skipped_count": preview.skipped_count,
    }
    lines = [preview_sentence(preview), *_skipped_lines(preview.skipped, preview.skipped_count)]
    return Printed(document, "\n".join(lines))


def _document(imported: Imported, alike: Sequence[Likeness]) -> dict[str, Document]:
    return {
        "account": imported.account,
        "name": imported.name,
        "messages": imported.messages,
        "conversations": imported.conversations,
        "added": imported.added,
        "own": sorted(imported.own),
        "own_guessed": imported.guessed,
        "skipped": [{"where": one.where, "why": one.why} for one in imported.skipped],
        "skipped_count": imported.skipped_count,
        "resembling": [
            {"member": line_json(one.member), "resembles": [suggestion_json(each) for each in one.resembles]}
            for one in alike
        ],
    }


def _likeness_lines(alike: Sequence[Likeness]) -> list[str]:
    if not alike:
        return []
    lines = [_("Perhaps you know these people already; “portavoce member link” says that two are one:")]
    for one in alike:
        lines.append(f"  {one_line(one.member.name, 28)}  {one.member.id}")
        lines += [f"    ≈ {one_line(each.member.name, 28)}  {each.member.id}" for each in one.resembles]
    return lines


def _text(imported: Imported) -> str:
    added = ngettext("{count} new message", "{count} new messages", imported.added).format(count=imported.added)
    lines = [
        _("“{name}” holds {held}: {added} ({id}).").format(
            name=imported.name,
            held=held_in(imported.messages, imported.conversations),
            added=added,
            id=imported.account,
        ),
        owner_sentence(imported),
    ]
    return "\n".join([*lines, *_skipped_lines(imported.skipped, imported.skipped_count)])


def _skipped_lines(skipped: Sequence[Skipped], count: int) -> list[str]:
    lines = []
    if count:
        told = ngettext("{count} thing was skipped:", "{count} things were skipped:", count)
        lines.append(told.format(count=count))
        lines += [f"  {printable(one.where)}: {printable(one.why)}" for one in skipped[:_LISTED]]
    if count > _LISTED:
        lines.append(_("  … and {count} more; --json lists them.").format(count=count - _LISTED))
    return lines


COMMANDS = {"import": Command(_arguments, _import)}
