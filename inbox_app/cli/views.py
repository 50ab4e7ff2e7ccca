"""`view`: filters kept under a name."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter

from inbox_app.actions import views as act
from inbox_app.app import App
from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Printed, printable
from inbox_app.domain.errors import WrongUse
from inbox_app.domain.filter_words import from_words, to_words
from inbox_app.domain.filters import Filter, from_json, to_json
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.views import CountedView
from inbox_app.i18n import _
from inbox_app.queries import views


def _arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="list|save|move|remove", required=True)
    what.add_parser("list", help=_("all views with what they select and how much that is"))
    save = what.add_parser("save", help=_("keep a filter under a name"), formatter_class=RawDescriptionHelpFormatter)
    save.add_argument("name", metavar="NAME")
    save.add_argument("filter", nargs="+", metavar="FILTER", help=_("what it selects, as text or as JSON"))
    save.add_argument("--shared", action="store_true", help=_("for all colleagues"))
    save.add_argument("--unpinned", action="store_true", help=_("not in the sidebar"))
    save.epilog = filter_help()
    move = what.add_parser("move", help=_("let a view stand higher or lower in the sidebar"))
    move.add_argument("name", metavar="NAME")
    move.add_argument("where", choices=["up", "down", "first", "last"])
    what.add_parser("remove", help=_("forget a view")).add_argument("name", metavar="NAME")


def filter_help() -> str:
    """How a filter is written."""
    return _(
        "state:open,waiting    or snoozed, done       kind:comments    or mention, direct, mail, room …\n"
        "tag:NAME              hat:community          channel:KEY      account:ID\n"
        "assignee:ID           member:ID              post:ID          member_tag:NAME\n"
        "mine  unread  has_reminder  has_attachment  priority\n\n"
        "Conditions beside each other must all hold. “or”, “not” and parentheses combine them:\n"
        "  state:open (tag:vip or tag:press) not hat:social"
    )


def filter_of(words: list[str]) -> Filter:
    """A filter given as text or as JSON.

    Raises:
        WrongUse: it is neither.
    """
    text = " ".join(words).strip()
    if not text.startswith("{"):
        return from_words(text)
    try:
        return from_json(json.loads(text))
    except ValueError as bad:
        raise WrongUse(_("This filter is not understood: {filter}").format(filter=text)) from bad


async def _run(desk: Desk, chosen: Namespace) -> Printed:
    async with desk.open() as app:
        if chosen.what == "save":
            return await _save(app, chosen)
        if chosen.what == "remove":
            gone = await act.remove(app.store, app.me, chosen.name)
            return Printed({"removed": gone.id}, _("View “{name}” removed.").format(name=gone.name))
        if chosen.what == "move":
            await act.move(app.store, app.me, chosen.name, _PLACES[chosen.where])
        known = await views.counted(app.store, app.me)
    text = "\n".join(map(_text, known)) or _("There is no view yet.")
    return Printed([_json(one) for one in known], text)


_FAR = 1_000_000
_PLACES = {"up": -1, "down": 1, "first": -_FAR, "last": _FAR}


async def _save(app: App, chosen: Namespace) -> Printed:
    tree = filter_of(chosen.filter)
    made = await act.save(app.store, app.me, chosen.name, tree, shared=chosen.shared, pinned=not chosen.unpinned)
    (one,) = (one for one in await views.counted(app.store, app.me) if one.view.id == made)
    return Printed(_json(one), _text(one))


def _json(one: CountedView) -> JsonObject:
    return {
        "id": one.view.id,
        "name": one.view.name,
        "filter": to_words(one.view.filter),
        "filter_json": to_json(one.view.filter),
        "shared": one.view.colleague is None,
        "pinned": one.view.pinned,
        "count": one.count,
        "count_is_exact": not one.is_more,
    }


def _text(one: CountedView) -> str:
    count = f"{one.count}+" if one.is_more else str(one.count)
    return f"{one.view.id}  {printable(one.view.name)}  {count:>6}  {printable(to_words(one.view.filter))}"


COMMANDS = {"view": Command(_arguments, _run)}
