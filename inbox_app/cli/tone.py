"""`tone`: how the brand speaks, and what of a text departs from that."""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser, Namespace

from inbox_app.actions import toning
from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Printed, printable
from inbox_app.domain.errors import WrongUse
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.tone import Finding, Rule, ToneSheet, check, mend
from inbox_app.domain.tone_text import sheet_json, values_of
from inbox_app.domain.words import Hat
from inbox_app.i18n import _
from inbox_app.queries import tone

_EVERYWHERE = "everywhere"
_HATS = [one.value for one in Hat]


def _arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="list|set|check", required=True)
    what.add_parser("list", help=_("the rules, and where they hold"))
    laid = what.add_parser("set", help=_("lay a rule down, or take it back by giving no value"))
    laid.add_argument("rule", metavar="RULE", choices=[one.value for one in Rule], help=", ".join(Rule))
    laid.add_argument("values", metavar="VALUE", nargs="*", help=_("words, a number, yes or no; “cheap = affordable”"))
    laid.add_argument("--on", metavar="PLACE", default="", help=_("for a channel or a hat alone"))
    looked = what.add_parser("check", help=_("what of a text departs from the rules, with reasons"))
    looked.add_argument("text", metavar="TEXT", help=_("the text; “-” reads it from standard input"))
    looked.add_argument("--channel", metavar="K", default="", help=_("as on this channel"))
    looked.add_argument("--hat", choices=_HATS, default="", help=_("as under this hat"))
    looked.add_argument(
        "--language", metavar="L", default="", help=_("the text's language, where it is not to be guessed")
    )


async def _run(desk: Desk, chosen: Namespace) -> Printed:
    match chosen.what:
        case "set":
            return await _set(desk, chosen)
        case "check":
            return await _check(desk, chosen)
    async with desk.open() as app:
        return _sheet(await tone.sheet(app.store))


async def _set(desk: Desk, chosen: Namespace) -> Printed:
    if chosen.on and chosen.on not in {*desk.catalogue, *_HATS}:
        known = ", ".join(sorted({*desk.catalogue, *_HATS}))
        raise WrongUse(
            _("“{place}” is neither a channel nor a hat. Give one of these: {known}.").format(
                place=chosen.on, known=known
            )
        )
    async with desk.open() as app:
        return _sheet(await toning.lay_down(app.store, chosen.on, {Rule(chosen.rule): chosen.values}))


async def _check(desk: Desk, chosen: Namespace) -> Printed:
    text = await asyncio.to_thread(sys.stdin.read) if chosen.text == "-" else chosen.text
    async with desk.open() as app:
        voice = (await tone.sheet(app.store)).voice(chosen.channel, chosen.hat)
    found = check(text, voice, chosen.language)
    mended = mend(text, voice, chosen.language)
    lines = "\n".join(printable(one.reason) for one in found) or _("Nothing departs from the tone sheet.")
    return Printed({"findings": [_finding(one) for one in found], "mended": mended}, lines)


def _finding(one: Finding) -> JsonObject:
    return {"rule": one.rule.value, "reason": one.reason, "start": one.start, "end": one.end, "fixed": one.fixed}


def _sheet(sheet: ToneSheet) -> Printed:
    stored = sheet_json(sheet)
    rules = {place or _EVERYWHERE: stored[place] for place in stored}
    lines = [
        f"{printable(place or _EVERYWHERE)}  {rule.value}: {printable(', '.join(values_of(sheet.of(place), rule)))}"
        for place in ("", *sheet.by_place)
        for rule in Rule
        if values_of(sheet.of(place), rule)
    ]
    return Printed(rules, "\n".join(lines) or _("Nothing is laid down yet. “portavoce tone set” does that."))


COMMANDS = {"tone": Command(_arguments, _run)}
