"""`member`: who somebody is, what is noted about them, and who is the same person."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time

from inbox_app.actions import members as act
from inbox_app.app import App
from inbox_app.cli import erasing, packing, saved_lists
from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.member_lists import add_wishes, export_members, import_members, list_members, sheet_arguments
from inbox_app.cli.member_rows import (
    card_json,
    card_text,
    earlier_json,
    earlier_text,
    field_json,
    suggestion_json,
    suggestion_text,
)
from inbox_app.cli.output import Printed, printable
from inbox_app.cli.pairing import suggest_pairs
from inbox_app.cli.reader import MEMBER, NOTE, amount
from inbox_app.cli.rows import message_named
from inbox_app.domain.encounters import Encounter, Met, on_day
from inbox_app.domain.errors import NotFound, WrongUse
from inbox_app.domain.ids import ConversationId, FieldId, HandleId, MemberId, NoteId
from inbox_app.domain.people import Activity, Fact, FieldType
from inbox_app.i18n import _
from inbox_app.queries import members as ask
from inbox_app.settings import local_zone

Run = Callable[[App, Namespace], Awaitable[Printed]]
_CONVERSATION = "conversation:"


def _arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(
        dest="what",
        metavar="list|lists|show|note|met|tag|set|link|unlink|split|ours|erase|pack|import|export|…",
        required=True,
    )
    _list_arguments(what.add_parser("list", help=_("everybody who ever wrote, the last to speak first")))
    saved_lists.arguments(what.add_parser("lists", help=_("members kept under a name, and how many they are")))
    sheet_arguments(what)
    _show_arguments(what.add_parser("show", help=_("all that is known of a member")))
    _note_arguments(what)
    tag = what.add_parser("tag", help=_("put tags on a member (+name) or take them off (-name)"))
    tag.add_argument("member", metavar="ID", help=str(MEMBER))
    tag.prefix_chars = ""
    tag.add_argument("tags", nargs="+", metavar="+T|-T")
    say = what.add_parser("set", help=_("set a fact or a field; nothing after the = takes it away"))
    say.add_argument("member", metavar="ID", help=str(MEMBER))
    say.add_argument("values", nargs="+", metavar="NAME=VALUE", help=_names_of_facts())
    _linking_arguments(what)
    ours = what.add_parser("ours", help=_("a member is one of us: no list and no figure of members counts them"))
    ours.add_argument("member", metavar="ID", help=str(MEMBER))
    ours.add_argument("--not", dest="is_member", action="store_true", help=_("a member again"))
    erasing.add_arguments(what)
    packing.arguments(what.add_parser("pack", help=_("all that is kept of a member in one file, to hand it over")))
    field = what.add_parser("field", help=_("the fields that this workspace wants to know of its members"))
    deed = field.add_subparsers(dest="deed", metavar="list|add|remove", required=True)
    deed.add_parser("list", help=_("all fields"))
    add = deed.add_parser("add", help=_("one more, or another kind for one that is there"))
    add.add_argument("name", metavar="NAME")
    add.add_argument("--type", choices=[one.value for one in FieldType], default=FieldType.TEXT.value)
    add.add_argument("--key", action="store_true", help=_("shown first"))
    gone = deed.add_parser("remove", help=_("throw a field away with all that it holds; this cannot be undone"))
    gone.add_argument("name", metavar="NAME")


def _names_of_facts() -> str:
    return _("{facts}, or a field’s name").format(facts=", ".join(Fact))


def _list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="WORD", help=_("only those whose name or handle holds all words"))
    add_wishes(parser)
    parser.add_argument("--limit", type=amount, default=50, help=_("how many at most (50)"))
    parser.add_argument("--after", metavar="C", help=_("go on after this place (the answer's “next”)"))


def _show_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("member", metavar="ID", help=str(MEMBER))
    parser.add_argument("--channel", default="", metavar="KEY", help=_("the timeline on this channel only"))
    parser.add_argument(
        "--only",
        type=Activity,
        choices=list(Activity),
        metavar="KIND",
        help=_("this of the timeline only: {kinds}").format(kinds=", ".join(Activity)),
    )
    parser.add_argument("--limit", type=amount, default=50, help=_("how many lines of the timeline (50)"))
    parser.add_argument("--after", metavar="C", help=_("go on after this place (the answer's “next”)"))


def _note_arguments(what: _SubParsersAction[ArgumentParser]) -> None:
    note = what.add_parser("note", help=_("take a note about a member, or on “conversation:ID”"))
    note.add_argument("about", metavar="ID")
    note.add_argument("text", metavar="TEXT")
    note.add_argument("--pin", action="store_true", help=_("keep it first"))
    met = what.add_parser("met", help=_("write down that you met a member, on which day and how"))
    met.add_argument("member", metavar="ID", help=str(MEMBER))
    met.add_argument("text", metavar="TEXT", help=_("what it was about, in a line"))
    met.add_argument(
        "--how", type=Encounter, choices=list(Encounter), default=Encounter.EVENT, help=_("event if not said")
    )
    met.add_argument("--on", type=date.fromisoformat, metavar="DAY", help=_("which day, like 2026-05-03 (today)"))
    edit = what.add_parser("note-edit", help=_("word a note anew, pin it or unpin it, tell its encounter otherwise"))
    edit.add_argument("note", metavar="NOTE", help=str(NOTE))
    edit.add_argument("text", metavar="TEXT", nargs="?")
    edit.add_argument("--how", type=Encounter, choices=list(Encounter), help=_("how you met"))
    edit.add_argument("--on", type=date.fromisoformat, metavar="DAY", help=_("on which day, like 2026-05-03"))
    pin = edit.add_mutually_exclusive_group()
    pin.add_argument("--pin", dest="pin", action="store_true", default=None)
    pin.add_argument("--unpin", dest="pin", action="store_false", default=None)
    for name, said in (
        ("note-history", _("what a note said before")),
        ("note-remove", _("throw a note away; “undo” brings it back")),
    ):
        what.add_parser(name, help=said).add_argument("note", metavar="NOTE", help=str(NOTE))


def _linking_arguments(what: _SubParsersAction[ArgumentParser]) -> None:
    for name, said in (
        ("link", _("two members are one person: the first stands for both")),
        ("apart", _("two members are not one person: suggest it no more")),
    ):
        pair = what.add_parser(name, help=said)
        pair.add_argument("member", metavar="ID", help=str(MEMBER))
        pair.add_argument("other", metavar="ID", help=str(MEMBER))
    unlink = what.add_parser("unlink", help=_("a handle is somebody else’s: it goes back to whom it belonged at first"))
    unlink.add_argument("handle", metavar="HANDLE", help=_("the id of a handle, or a linked handle by its name"))
    unlink.add_argument("--with-others", action="store_true", help=_("also all handles that came by the same link"))
    split = what.add_parser("split", help=_("two people had one handle, one after the other"))
    split.add_argument("handle", metavar="HANDLE", help=_("the id of a handle, or a handle by its name"))
    split.add_argument(
        "--at", required=True, type=date.fromisoformat, metavar="DAY", help=_("the later one’s first day")
    )
    split.add_argument("--name", required=True, help=_("what the earlier one is called"))
    suggest = what.add_parser("suggest", help=_("who may be the same person, with what speaks for and against it"))
    suggest.add_argument("member", metavar="ID", nargs="?", help=str(MEMBER))
    suggest.add_argument("--all", dest="every", action="store_true", help=_("all pairs among all members"))
    suggest.add_argument("--limit", type=amount, default=50, help=_("with --all: how many at most (50)"))


async def _show(app: App, chosen: Namespace) -> Printed:
    return await _card(app, MemberId(chosen.member), chosen)


async def _card(app: App, wanted: MemberId, chosen: Namespace | None = None) -> Printed:
    card = await ask.card(app.store, app.me, wanted)
    older = message_named(chosen.after) if chosen is not None and chosen.after else None
    limit, channel, only = (chosen.limit, chosen.channel, chosen.only) if chosen is not None else (50, "", None)
    timeline = await ask.timeline(app.store, app.me, card.id, only=only, channel=channel, older_than=older, limit=limit)
    return Printed(card_json(card, timeline), card_text(card, timeline))


async def _note(app: App, chosen: Namespace) -> Printed:
    if chosen.about.startswith(_CONVERSATION):
        on = ConversationId(chosen.about.removeprefix(_CONVERSATION))
        made = await act.note_conversation(app.store, app.me, on, chosen.text, pinned=chosen.pin)
    else:
        made = await act.note_member(app.store, app.me, MemberId(chosen.about), chosen.text, pinned=chosen.pin)
    return Printed({"id": made}, _("Noted ({id}).").format(id=made))


async def _met(app: App, chosen: Namespace) -> Printed:
    now = datetime.now(local_zone())
    met = Met(chosen.how, on_day(chosen.on or now.date(), now))
    made = await act.note_member(app.store, app.me, MemberId(chosen.member), chosen.text, met=met)
    return Printed({"id": made}, _("Written into the timeline ({id}).").format(id=made))


async def _edit_note(app: App, chosen: Namespace) -> Printed:
    if (chosen.text, chosen.pin, chosen.how, chosen.on) == (None, None, None, None):
        raise WrongUse(_("Say what the note shall say, --how or --on for an encounter, or --pin or --unpin."))
    day = None if chosen.on is None else on_day(chosen.on, datetime.now(local_zone()))
    wanted, text = NoteId(chosen.note), chosen.text
    await act.change_note(app.store, app.me, wanted, text=text, pinned=chosen.pin, how=chosen.how, met_at=day)
    return Printed({"id": chosen.note}, _("The note was changed; what it said before is kept."))


async def _note_history(app: App, chosen: Namespace) -> Printed:
    said = await ask.earlier_notes(app.store, NoteId(chosen.note))
    text = "\n".join(map(earlier_text, said))
    return Printed([earlier_json(one) for one in said], text or _("It never said anything else."))


async def _remove_note(app: App, chosen: Namespace) -> Printed:
    await act.remove_note(app.store, app.me, NoteId(chosen.note))
    return Printed({"id": chosen.note}, _("The note is gone; “undo” brings it back."))


async def _tag(app: App, chosen: Namespace) -> Printed:
    wrong = [word for word in chosen.tags if word[:1] not in "+-" or len(word) < 2]
    if wrong:
        raise WrongUse(_("“{word}” is neither +tag nor -tag.").format(word=wrong[0]))
    put = [word[1:] for word in chosen.tags if word.startswith("+")]
    take = [word[1:] for word in chosen.tags if word.startswith("-")]
    await act.retag(app.store, app.me, [MemberId(chosen.member)], put=put, take=take)
    return await _card(app, MemberId(chosen.member))


async def _set(app: App, chosen: Namespace) -> Printed:
    own = {one.name.lower(): one.id for one in await ask.fields(app.store)}
    facts: dict[Fact, str] = {}
    values: dict[FieldId, str] = {}
    for word in chosen.values:
        name, equals, value = word.partition("=")
        if not equals:
            raise WrongUse(_("“{word}” is not NAME=VALUE.").format(word=word))
        if name.lower() in set(Fact):
            facts[Fact(name.lower())] = value
        elif name.lower() in own:
            values[own[name.lower()]] = value
        else:
            raise WrongUse(
                _("There is no field “{name}”. Make it by “member field add”. Every member has: {facts}.").format(
                    name=name, facts=", ".join(Fact)
                )
            )
    await act.say(app.store, app.me, MemberId(chosen.member), facts, values)
    return await _card(app, MemberId(chosen.member))


async def _link(app: App, chosen: Namespace) -> Printed:
    return await _card(app, await act.link(app.store, app.me, MemberId(chosen.member), MemberId(chosen.other)))


async def _apart(app: App, chosen: Namespace) -> Printed:
    await act.keep_apart(app.store, app.me, MemberId(chosen.member), MemberId(chosen.other))
    return Printed({"apart": [chosen.member, chosen.other]}, _("They are two people; it is not suggested again."))


async def _ours(app: App, chosen: Namespace) -> Printed:
    await act.count_as_ours(app.store, app.me, MemberId(chosen.member), ours=not chosen.is_member)
    return await _card(app, MemberId(chosen.member))


async def _unlink(app: App, chosen: Namespace) -> Printed:
    wanted = await _handle(app, chosen.handle)
    if not chosen.with_others:
        return await _card(app, await act.unlink(app.store, app.me, wanted))
    await act.take_link_back(app.store, wanted)
    whose = await ask.of_handle(app.store, wanted)
    return await _card(app, whose or MemberId(""))


async def _split(app: App, chosen: Namespace) -> Printed:
    wanted = await _handle(app, chosen.handle)
    begin = datetime.combine(chosen.at, time(), local_zone())
    return await _card(app, await act.split(app.store, app.me, wanted, begin, chosen.name))


async def _handle(app: App, words: str) -> HandleId:
    """The handle of this id, or the only one of this name."""
    if await ask.of_handle(app.store, HandleId(words)) is not None:
        return HandleId(words)
    named = await ask.handles_named(app.store, words)
    if len(named) == 1:
        return named[0]
    raise NotFound(
        _("There are {count} handles called {name}: say which by its id, as “member show” lists it.").format(
            count=len(named), name=words
        )
        if named
        else _("There is no handle {id} of a member in this workspace.").format(id=words)
    )


async def _suggest(app: App, chosen: Namespace) -> Printed:
    if chosen.every == (chosen.member is not None):
        raise WrongUse(_("Say which member, or --all."))
    if chosen.every:
        return await suggest_pairs(app, chosen.limit)
    found = await ask.suggestions(app.store, MemberId(chosen.member))
    text = "\n".join(map(suggestion_text, found)) or _("Nobody here seems to be the same person.")
    return Printed([suggestion_json(one) for one in found], text)


async def _field(app: App, chosen: Namespace) -> Printed:
    if chosen.deed == "add":
        await act.define_field(app.store, chosen.name, FieldType(chosen.type), key=chosen.key)
    elif chosen.deed == "remove":
        known = {one.name.lower(): one.id for one in await ask.fields(app.store)}
        if chosen.name.lower() not in known:
            raise NotFound(_("There is no field {id} in this workspace.").format(id=chosen.name))
        await act.drop_field(app.store, known[chosen.name.lower()])
    fields = await ask.fields(app.store)
    text = "\n".join(f"{printable(one.name)}  {one.type}{'  ★' if one.key else ''}" for one in fields)
    return Printed([field_json(one) for one in fields], text or _("This workspace has no fields of its own yet."))


_DEEDS: dict[str, Run] = {
    "list": list_members,
    "lists": saved_lists.run,
    "show": _show,
    "note": _note,
    "met": _met,
    "note-edit": _edit_note,
    "note-history": _note_history,
    "note-remove": _remove_note,
    "tag": _tag,
    "set": _set,
    "link": _link,
    "apart": _apart,
    "ours": _ours,
    "unlink": _unlink,
    "split": _split,
    "suggest": _suggest,
    "field": _field,
    "import": import_members,
    "export": export_members,
    "erase": erasing.run_erase,
    "erasures": erasing.run_erasures,
}


async def _run(desk: Desk, chosen: Namespace) -> Printed:
    if chosen.what == "pack":
        return await packing.run(desk, chosen)
    async with desk.open() as app:
        return await _DEEDS[chosen.what](app, chosen)


COMMANDS = {"member": Command(_arguments, _run)}
