"""`colleague`: who uses this workspace."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from inbox_app.actions import colleagues as act
from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Printed, printable
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.i18n import _
from inbox_app.queries import colleagues
from inbox_app.queries.colleagues import Colleague


def _arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="list|add|me", required=True)
    what.add_parser("list", help=_("everybody who uses this workspace"))
    what.add_parser("add", help=_("welcome another one")).add_argument("name", metavar="NAME")
    what.add_parser("me", help=_("who this program acts for"))


async def _run(desk: Desk, chosen: Namespace) -> Printed:
    async with desk.open() as app:
        wanted = await act.add(app.store, chosen.name) if chosen.what == "add" else app.me
        known = await colleagues.every(app.store)
    if chosen.what == "list":
        here = [one for one in known if one.left_at is None]
        return Printed([_json(one) for one in here], "\n".join(map(_text, here)))
    (one,) = (one for one in known if one.id == wanted)
    return Printed(_json(one), _text(one))


def _json(one: Colleague) -> JsonObject:
    return {"id": one.id, "name": one.name}


def _text(one: Colleague) -> str:
    return f"{one.id}  {printable(one.name)}"


COMMANDS = {"colleague": Command(_arguments, _run)}
