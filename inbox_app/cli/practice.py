"""`practice`: a workspace with a whole community in it, to learn and to try things."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Document, Printed
from inbox_app.i18n import _
from inbox_app.paths import PRACTICE
from inbox_app.queries import accounts


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--size", choices=["small", "large"], default="small", help=_("how large a community"))
    parser.add_argument("--seed", type=int, default=1, help=_("another number, another community (1)"))
    parser.add_argument("--create-only", action="store_true", help=_("return when all is there; open no window"))


async def _practice(desk: Desk, chosen: Namespace) -> Printed:
    async with desk.open(create=True, otherwise=PRACTICE) as app:
        await app.move_in(size=chosen.size, seed=chosen.seed)
        await app.sync()
        rows = await accounts.every(app.store)
        conversations = (await app.counts()).by_state
        reference = app.address.reference
    document: Document = {
        "workspace": reference,
        "accounts": [row.id for row in rows],
        "conversations": sum(conversations.values()),
    }
    text = _("The practice workspace is ready: {count} accounts in {workspace}.")
    return Printed(document, text.format(count=len(rows), workspace=reference))


COMMANDS = {"practice": Command(_arguments, _practice)}
