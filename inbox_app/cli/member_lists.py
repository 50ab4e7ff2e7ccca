"""`member list`, `member import`, `member export`: everybody, as far as wanted, on the screen and as a table."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace, _SubParsersAction
from pathlib import Path

from inbox_app.app import App
from inbox_app.cli.member_rows import line_json, line_text
from inbox_app.cli.output import Printed
from inbox_app.cli.templates import read_sheet_file, write_sheet_file
from inbox_app.domain.errors import Refused, WrongUse
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.loyalty import Standing, explain, standing_name
from inbox_app.domain.members_list import ListedMember, Order, Wanted
from inbox_app.domain.saved_lists import Choice
from inbox_app.exchange import member_sheets
from inbox_app.exchange.member_arrivals import take_in
from inbox_app.exchange.member_sample import sample_sheet
from inbox_app.exchange.member_survey import Survey, survey
from inbox_app.i18n import _, ngettext
from inbox_app.queries import community

_EVER = 36_500
"""Days: nothing is older."""


def add_wishes(parser: ArgumentParser) -> None:
    """Which members, and in which order."""
    parser.add_argument("--list", metavar="NAME", help=_("only those on this saved list; more is narrowed further"))
    parser.add_argument("--channel", default="", metavar="KEY", help=_("only those on this channel"))
    parser.add_argument("--tag", default="", metavar="T", help=_("only those who wear this tag"))
    parser.add_argument("--label", choices=[one.value for one in Standing], help=_("only those who are this now"))
    parser.add_argument("--ours", action="store_true", help=_("instead of members those who are one of us"))
    parser.add_argument("--seen", type=int, metavar="DAYS", help=_("only those who spoke within so many days"))
    parser.add_argument("--silent", type=int, metavar="DAYS", help=_("only those who were silent for so many days"))
    parser.add_argument("--sort", choices=[one.value for one in Order], help=_("by what (last_seen)"))
    parser.add_argument("--ascending", action="store_true", help=_("the smallest first"))


def sheet_arguments(what: _SubParsersAction[ArgumentParser]) -> None:
    """The table, in and out."""
    taken = what.add_parser("import", help=_("take members in from a table (CSV) or an address book (vCard)"))
    taken.add_argument("path", metavar="PATH", type=Path)
    how = taken.add_mutually_exclusive_group()
    how.add_argument("--dry-run", action="store_true", help=_("only say what would be new, changed, or unclear"))
    how.add_argument("--sample", action="store_true", help=_("write a table to fill in there, with two people made up"))
    out = what.add_parser("export", help=_("write members to a table (CSV) that can be taken in again"))
    out.add_argument("path", metavar="PATH", type=Path)
    out.add_argument("words", nargs="*", metavar="WORD")
    add_wishes(out)


async def choice_of(app: App, chosen: Namespace) -> Choice:
    """What was asked for: a saved list where one was named, narrowed further."""
    base = Choice() if chosen.list is None else await _kept(app, chosen.list)
    return Choice(
        words=" ".join(filter(None, (base.words, *chosen.words))),
        channel=chosen.channel or base.channel,
        tag=chosen.tag or base.tag,
        standing=base.standing if chosen.label is None else Standing(chosen.label),
        seen_days=_days(chosen.seen, base.seen_days),
        silent_days=_days(chosen.silent, base.silent_days),
        order=base.order if chosen.sort is None else Order(chosen.sort),
        ascending=chosen.ascending or (base.ascending and chosen.sort is None),
        ours=chosen.ours or base.ours,
    )


async def _kept(app: App, name: str) -> Choice:
    found = await community.list_named(app.store, name)
    if found.choice is None:
        told = _("The list “{name}” was kept by a newer Portavoce and is not understood here. Update to see it.")
        raise Refused(told.format(name=found.name))
    return found.choice


def _days(said: int | None, otherwise: int | None) -> int | None:
    return otherwise if said is None else min(said, _EVER)


async def _wanted(app: App, chosen: Namespace) -> Wanted:
    return (await choice_of(app, chosen)).at(app.store.now())


async def list_members(app: App, chosen: Namespace) -> Printed:
    """A page of the list."""
    everybody = await community.listed(app.store, await _wanted(app, chosen))
    begin = 0
    if chosen.after is not None:
        if chosen.after not in everybody:
            told = _("“{words}” is no place in the list. Take “next” of the answer before.")
            raise WrongUse(told.format(words=chosen.after))
        begin = everybody.index(chosen.after) + 1
    shown = everybody[begin : begin + chosen.limit]
    rows = await community.rows(app.store, shown)
    onward = shown[-1] if len(everybody) > begin + len(shown) else None
    lines = [_line_text(one) for one in rows] or [_("No members here.")]
    if onward is not None:
        lines.append(_("More: --after {place}").format(place=onward))
    return Printed(
        {"members": [_line_json(one) for one in rows], "total": len(everybody), "next": onward}, "\n".join(lines)
    )


def _line_json(one: ListedMember) -> JsonObject:
    standing = one.label.standing
    return {
        **line_json(one.line),
        "label": None if standing is None else standing.value,
        "label_because": explain(one.label),
    }


def _line_text(one: ListedMember) -> str:
    return line_text(one.line, standing_name(one.label.standing))


async def import_members(app: App, chosen: Namespace) -> Printed:
    """A table or an address book, taken in or looked at, or a table to begin with."""
    if chosen.sample:
        await asyncio.to_thread(write_sheet_file, chosen.path, await sample_sheet(app.store))
        told = _("A table to fill in is written to {path}. Its two people are made up.")
        return Printed({"path": str(chosen.path)}, told.format(path=chosen.path))
    people = member_sheets.read_people(await asyncio.to_thread(read_sheet_file, chosen.path))
    if chosen.dry_run:
        found = await survey(app.store, people)
    else:
        found = await take_in(app.store, app.me, people)
    document: JsonObject = {
        "new": len(found.new),
        "changed": len(found.changed),
        "same": found.same,
        "new_lines": [one.line for one in found.new],
        "changed_lines": [one.line for one in found.changed],
        "ambiguous": [{"line": line, "message": sentence} for line, sentence in found.ambiguous],
        "problems": [{"line": line, "message": sentence} for line, sentence in found.problems],
        "cells": [{"line": line, "message": sentence} for line, sentence in found.cells],
        "unread_columns": list(found.unread),
        "dry_run": chosen.dry_run,
    }
    return Printed(document, survey_text(found, taken=not chosen.dry_run))


def survey_text(found: Survey, *, taken: bool) -> str:
    """What taking people in did, or would do, line by line where something is unclear."""
    text = _("Taken in: {new} new, {changed} changed, {same} the same, {unclear} left out.")
    would = _("Would be: {new} new, {changed} changed, {same} the same, {unclear} left out.")
    unclear = len(found.ambiguous) + len(found.problems)
    numbers = {"new": len(found.new), "changed": len(found.changed), "same": found.same, "unclear": unclear}
    wrong = [_("Line {line}: {sentence}").format(line=line, sentence=sentence) for line, sentence in found.remarks]
    return "\n".join([*filter(None, ((text if taken else would).format(**numbers), found.about_columns)), *wrong])


async def export_members(app: App, chosen: Namespace) -> Printed:
    """Members as a table."""
    everybody = await community.listed(app.store, await _wanted(app, chosen))
    await asyncio.to_thread(write_sheet_file, chosen.path, await member_sheets.write_members(app.store, everybody))
    text = ngettext("{count} member written to {path}.", "{count} members written to {path}.", len(everybody))
    return Printed(
        {"members": len(everybody), "path": str(chosen.path)}, text.format(count=len(everybody), path=chosen.path)
    )
