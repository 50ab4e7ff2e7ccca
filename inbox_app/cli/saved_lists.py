"""`member lists`: choices of members kept under a name that the team shares, with how many are on each."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable

from inbox_app.actions import saved_lists as act
from inbox_app.app import App
from inbox_app.cli.member_lists import add_wishes, choice_of
from inbox_app.cli.output import Printed, printable
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.loyalty import standing_name
from inbox_app.domain.saved_lists import Choice, SavedList, to_json
from inbox_app.i18n import _, ngettext
from inbox_app.queries import community


def arguments(parser: ArgumentParser) -> None:
    """The lists, and what is done with them."""
    deed = parser.add_subparsers(dest="deed", metavar="list|save|rename|remove", required=False)
    deed.add_parser("list", help=_("all lists, with how many members are on each now"))
    save = deed.add_parser("save", help=_("keep a choice of members under a name; a list of that name is replaced"))
    save.add_argument("name", metavar="NAME")
    save.add_argument("words", nargs="*", metavar="WORD", help=_("only those whose name or handle holds all words"))
    add_wishes(save)
    rename = deed.add_parser("rename", help=_("call a list otherwise"))
    rename.add_argument("name", metavar="NAME")
    rename.add_argument("to", metavar="NEW")
    deed.add_parser("remove", help=_("forget a list; its members stay")).add_argument("name", metavar="NAME")


async def run(app: App, chosen: Namespace) -> Printed:
    """What was asked for; without a deed, all lists."""
    if chosen.deed == "remove":
        gone = await act.remove(app.store, app.me, chosen.name)
        return Printed({"removed": gone.id}, _("List “{name}” removed.").format(name=printable(gone.name)))
    if chosen.deed == "save":
        made, _before = await act.save(app.store, app.me, chosen.name, await choice_of(app, chosen))
        return await _one(app, made)
    if chosen.deed == "rename":
        return await _one(app, await act.rename(app.store, app.me, chosen.name, chosen.to))
    known = await community.lists(app.store)
    rows = tuple(zip(known, await community.counts(app.store, known), strict=True))
    text = "\n".join(_text(one, count) for one, count in rows) or _("There is no list of members yet.")
    return Printed([_json(one, count) for one, count in rows], text)


async def _one(app: App, one: SavedList) -> Printed:
    (count,) = await community.counts(app.store, [one])
    return Printed(_json(one, count), _text(one, count))


def _json(one: SavedList, count: int | None) -> JsonObject:
    choice = None if one.choice is None else to_json(one.choice)
    return {"id": one.id, "name": one.name, "choice": choice, "count": count}


def _text(one: SavedList, count: int | None) -> str:
    said = _("kept by a newer Portavoce, not understood here") if one.choice is None else _said(one.choice)
    return f"{one.id}  {printable(one.name)}  {'–' if count is None else count:>6}  {printable(said)}".rstrip()


def _said(choice: Choice) -> str:
    """A choice in the words by which a command makes it."""
    label = standing_name(choice.standing)
    parts = (choice.words, choice.channel, choice.tag and f"[{choice.tag}]", label, *_moments(choice))
    return "  ".join(filter(None, parts))


def _moments(choice: Choice) -> tuple[str, str, str]:
    seen, silent = choice.seen_days, choice.silent_days
    return (
        _in_days(seen, lambda days: ngettext("spoke within {count} day", "spoke within {count} days", days)),
        _in_days(silent, lambda days: ngettext("silent for {count} day", "silent for {count} days", days)),
        _("one of us") if choice.ours else "",
    )


def _in_days(count: int | None, said: Callable[[int], str]) -> str:
    return "" if count is None else said(count).format(count=count)
