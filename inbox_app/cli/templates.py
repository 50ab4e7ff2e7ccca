"""`template`: reusable replies, kept, looked at as they would stand somewhere, taken out and in as a table."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path

from inbox_app.actions import macros, templating
from inbox_app.app import App
from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Printed, moment, one_line, printable
from inbox_app.cli.reader import CONVERSATION
from inbox_app.cli.templated import add_values, given_values, prepared
from inbox_app.cli.writing import read_file
from inbox_app.domain.errors import Refused, UserFacingError, WrongUse
from inbox_app.domain.ids import ConversationId
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.placeholders import described
from inbox_app.domain.templates import Family, Template
from inbox_app.domain.wording import Wording, wording_of
from inbox_app.domain.words import Hat
from inbox_app.exchange import template_sheets
from inbox_app.exchange.template_sheets import Survey
from inbox_app.i18n import _, ngettext
from inbox_app.queries import templates

_NO_HAT = "none"


def _arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="list|show|add|edit|remove|preview|apply|import|export|variables")
    what.required = True
    listed = what.add_parser("list", help=_("all templates, by folder and name"))
    listed.add_argument("--find", metavar="WORDS", default="", help=_("only those that hold these words"))
    _named(what.add_parser("show", help=_("a template with its texts, and how it did")))
    add = what.add_parser("add", help=_("keep a new template, or another text of one for a language or channel"))
    _named(add)
    add.add_argument("--text", metavar="T", default="", help=_("what it says; {member.first|friend} is a variable"))
    add.add_argument("--variant-of", metavar="NAME", default="", help=_("another wording, to take turns with that one"))
    _facts(add)
    edit = what.add_parser("edit", help=_("change a template; what is not named stays"))
    _named(edit)
    edit.add_argument("--text", metavar="T", help=_("what it says from now on"))
    edit.add_argument("--name", metavar="N", dest="new_name", help=_("how it is called from now on"))
    edit.add_argument("--detach", metavar="FILE", action="append", default=[], help=_("a file's name to take off"))
    _facts(edit)
    remove = what.add_parser("remove", help=_("remove a template, or with --language or --channel that text of it"))
    _named(remove)
    _which(remove)
    for name, about in (
        ("preview", _("what a template would say in a conversation, and what is missing")),
        ("apply", _("do the steps of a template with a conversation, without its words")),
    ):
        one = what.add_parser(name, help=about)
        _named(one)
        one.add_argument("conversation", metavar="CONVERSATION", help=str(CONVERSATION))
        if name == "preview":
            add_values(one)
    taken = what.add_parser("import", help=_("take templates in from a CSV table"))
    taken.add_argument("path", metavar="PATH", type=Path)
    taken.add_argument("--dry-run", action="store_true", help=_("only say what would be new, changed or the same"))
    what.add_parser("export", help=_("write all templates as a CSV table")).add_argument(
        "path", metavar="PATH", type=Path
    )
    what.add_parser("variables", help=_("the variables that a template can name"))


def _named(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help=_("its name, shortcut or id"))


def _which(parser: ArgumentParser) -> None:
    parser.add_argument("--language", metavar="L", default=None, help=_("the language of the text: it, en, …"))
    parser.add_argument("--channel", metavar="K", default=None, help=_("the channel that the text is for"))


def _facts(parser: ArgumentParser) -> None:
    _which(parser)
    parser.add_argument("--folder", metavar="F", default=None, help=_("the folder to keep it in"))
    parser.add_argument("--shortcut", metavar="/S", default=None, help=_("what to type for it, as in /thanks"))
    parser.add_argument("--keywords", metavar="W", default=None, help=_("words to find it by"))
    parser.add_argument("--title", metavar="T", default=None, help=_("the title of a post made from it"))
    parser.add_argument("--hat", choices=[*[hat.value for hat in Hat], _NO_HAT], help=_("the role it belongs to"))
    parser.add_argument(
        "--step", metavar="STEP", action="append", help=_("what to do after it: “tag thanks”, “done”, …")
    )
    for flag, about in (
        ("question", _("it asks the community: answers are counted")),
        ("personal", _("only the colleague who keeps it sees it")),
    ):
        both = parser.add_mutually_exclusive_group()
        both.add_argument(f"--{flag}", action="store_true", default=None, help=about)
        both.add_argument(f"--no-{flag}", dest=flag, action="store_false", default=None, help=_("the opposite"))
    parser.add_argument("--attach", metavar="F", action="append", default=[], type=Path, help=_("a file to go along"))


async def _run(desk: Desk, chosen: Namespace) -> Printed:
    if chosen.what == "variables":
        return _variables()
    async with desk.open() as app:
        return await _DEEDS[chosen.what](app, chosen)


def _variables() -> Printed:
    known = list(described())
    width = max(len(name) for name, _about in known)
    lines = [f"{{{name}}}{'':{width - len(name)}}  {about}" for name, about in known]
    lines.append(
        _("{member.X} is the member's own field X. {member.first|friend} says “friend” where nothing is known.")
    )
    return Printed([{"name": name, "about": about} for name, about in known], "\n".join(lines))


async def _list(app: App, chosen: Namespace) -> Printed:
    found = [one for one in await templates.families(app.store, app.me) if one.fits(chosen.find)]
    return Printed([_family_json(one) for one in found], "\n".join(map(_line, found)) or _("No templates."))


async def _show(app: App, chosen: Namespace) -> Printed:
    return await _told(app, chosen.name)


async def _told(app: App, name: str) -> Printed:
    family = await templates.named(app.store, app.me, name)
    did = await templates.outcome(app.store, family)
    document = {**_family_json(family), "asked": did.asked, "answers": did.answers, "members": did.members}
    lines = [_line(family)]
    for one in family.all:
        lines += ["", f"[{one.language or '*'} {one.channel or '*'}] {one.name}", printable(one.text)]
    if family.first.question:
        lines += ["", templates.outcome_text(did)]
    return Printed(document, "\n".join(lines))


async def _add(app: App, chosen: Namespace) -> Printed:
    files = [read_file(path) for path in chosen.attach]
    wording = _changed(app, chosen, Wording(chosen.name, chosen.text, variant_of=chosen.variant_of))
    made = await templating.add(app.store, app.me, wording, files)
    return await _told(app, made)


async def _edit(app: App, chosen: Namespace) -> Printed:
    family = await templates.named(app.store, app.me, chosen.name)
    one = _the_text(family, chosen)
    wording = wording_of(one)
    wording = replace(
        wording, text=wording.text if chosen.text is None else chosen.text, name=chosen.new_name or one.name
    )
    unknown = set(chosen.detach) - {file.name for file in family.files}
    if unknown:
        raise WrongUse(_("“{name}” has no file {file}.").format(name=one.name, file=min(unknown)))
    without = [file.id for file in family.files if file.name in chosen.detach]
    files = [read_file(path) for path in chosen.attach]
    await templating.change(app.store, one.id, _changed(app, chosen, wording), files, without)
    return await _told(app, one.id)


def _the_text(family: Family, chosen: Namespace) -> Template:
    """The text that is meant: the first, the one that bears the name, or the one for the language and channel."""
    sought = chosen.name.casefold()
    named = next((one for one in family.all if sought in (one.id, one.name.casefold())), family.first)
    if chosen.language is None and chosen.channel is None:
        return named
    which = (chosen.language or "", chosen.channel or "")
    return next((one for one in family.all if (one.language, one.channel) == which), named)


def _changed(app: App, chosen: Namespace, wording: Wording) -> Wording:
    """The wording with what was named by options."""
    names = ("language", "channel", "folder", "shortcut", "keywords", "title", "question")
    told = {name: value for name in names if (value := getattr(chosen, name)) is not None}
    if told.get("channel"):
        _check_channel(app, told["channel"])
    if chosen.hat is not None:
        told["hat"] = None if chosen.hat == _NO_HAT else Hat(chosen.hat)
    if chosen.personal is not None:
        told["owner"] = app.me if chosen.personal else None
    if chosen.step is not None:
        told["steps"] = templating.steps_of(chosen.step, app.store.now())
    return replace(wording, **told)


def _check_channel(app: App, key: str) -> None:
    if key not in app.catalogue:
        known = ", ".join(sorted(app.catalogue))
        raise WrongUse(_("There is no channel “{channel}”. There are: {known}.").format(channel=key, known=known))


async def _remove(app: App, chosen: Namespace) -> Printed:
    await templating.remove(app.store, app.me, chosen.name, chosen.language or "", chosen.channel or "")
    return Printed({"removed": chosen.name}, _("“{name}” was removed.").format(name=chosen.name))


async def _preview(app: App, chosen: Namespace) -> Printed:
    made = await prepared(app, chosen.name, ConversationId(chosen.conversation), None, given_values(chosen))
    document: JsonObject = {
        "text": made.filled.text,
        "unresolved": [*made.filled.missing],
        "template": made.template.id,
        "name": made.template.name,
        "language": made.template.language,
        "channel": made.template.channel,
        "reasons": [*made.reasons],
        "attachments": [file.name for file in made.family.files],
        "steps": [str(step) for step in made.family.first.steps],
    }
    missing = [_("Missing: {name}").format(name=f"{{{name}}}") for name in made.filled.missing]
    return Printed(document, "\n".join([printable(made.filled.text), "", *made.reasons, *missing]).rstrip())


async def _apply(app: App, chosen: Namespace) -> Printed:
    family = await templates.named(app.store, app.me, chosen.name)
    steps = await macros.perform(app.store, app.me, family.first.id, ConversationId(chosen.conversation))
    done = [str(step) for step in steps]
    return Printed(
        {"changed": [chosen.conversation], "steps": [*done]}, _("Done: {steps}.").format(steps=", ".join(done))
    )


async def _import(app: App, chosen: Namespace) -> Printed:
    sheet = await asyncio.to_thread(read_sheet_file, chosen.path)
    if chosen.dry_run:
        found = await template_sheets.survey_sheet(app.store, app.me, sheet)
    else:
        found = await template_sheets.take_sheet(app.store, app.me, sheet)
    document: JsonObject = {
        "new": len(found.new),
        "changed": len(found.changed),
        "same": found.same,
        "problems": [{"line": line, "message": sentence} for line, sentence in found.problems],
        "dry_run": chosen.dry_run,
    }
    return Printed(document, survey_text(found, taken=not chosen.dry_run))


def survey_text(found: Survey, *, taken: bool) -> str:
    """What taking a table in did, or would do, line by line where something is wrong."""
    text = _("Taken in: {new} new, {changed} changed, {same} the same.")
    would = _("Would be: {new} new, {changed} changed, {same} the same.")
    counted = (text if taken else would).format(new=len(found.new), changed=len(found.changed), same=found.same)
    wrong = [_("Line {line}: {sentence}").format(line=line, sentence=sentence) for line, sentence in found.problems]
    return "\n".join([counted, *wrong])


def read_sheet_file(path: Path) -> str:
    """The text of a table. Raises `WrongUse` where it cannot be read."""
    try:
        return path.read_text("utf-8-sig")
    except OSError as problem:
        raise WrongUse(_("{path} cannot be read: {reason}.").format(path=path, reason=problem.strerror)) from problem
    except UnicodeDecodeError as problem:
        raise WrongUse(_("{path} is no text in UTF-8: save the table as “CSV UTF-8”.").format(path=path)) from problem


async def _export(app: App, chosen: Namespace) -> Printed:
    sheet = await template_sheets.write_sheet(app.store, app.me)
    await asyncio.to_thread(write_sheet_file, chosen.path, sheet)
    count = sum(len(one.all) for one in await templates.families(app.store, app.me))
    text = ngettext("{count} text written to {path}.", "{count} texts written to {path}.", count)
    return Printed({"templates": count, "path": str(chosen.path)}, text.format(count=count, path=chosen.path))


def write_sheet_file(path: Path, sheet: str) -> None:
    """A new file that spreadsheets read with all letters; one that is there is not replaced."""
    try:
        with path.open("x", encoding="utf-8-sig", newline="") as file:
            file.write(sheet)
    except FileExistsError as problem:
        raise Refused(_("{path} is there already. Choose another name.").format(path=path)) from problem
    except OSError as problem:
        raise UserFacingError(
            _("{path} cannot be written: {reason}.").format(path=path, reason=problem.strerror)
        ) from problem


def _family_json(family: Family) -> JsonObject:
    first = family.first
    return {
        **_text_json(first),
        "folder": first.folder,
        "shortcut": first.shortcut,
        "keywords": first.keywords,
        "personal": first.owner is not None,
        "hat": None if first.hat is None else first.hat.value,
        "question": first.question,
        "steps": [str(step) for step in first.steps],
        "attachments": [file.name for file in family.files],
        "uses": family.uses,
        "last_used": moment(family.last_used),
        "variants": [_text_json(one) for one in family.variants],
    }


def _text_json(one: Template) -> JsonObject:
    return {
        "id": one.id,
        "name": one.name,
        "text": one.text,
        "title": one.title,
        "language": one.language,
        "channel": one.channel,
    }


def _line(family: Family) -> str:
    first = family.first
    where = f"{first.folder}/" if first.folder else ""
    return f"{one_line(where + first.name, 60):<36}  {first.shortcut:<10}  {one_line(first.text, 60)}".rstrip()


_DEEDS = {
    "list": _list,
    "show": _show,
    "add": _add,
    "edit": _edit,
    "remove": _remove,
    "preview": _preview,
    "apply": _apply,
    "import": _import,
    "export": _export,
}

COMMANDS = {"template": Command(_arguments, _run)}
