"""`copies`: whether mail that several accounts got is one row or several."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from inbox_app.actions import copies as act
from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Printed
from inbox_app.i18n import _
from inbox_app.queries import copies

_TOGETHER, _APART = "together", "apart"


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("word", nargs="?", choices=[_TOGETHER, _APART], help=_("how to show it from now on"))


async def _run(desk: Desk, chosen: Namespace) -> Printed:
    async with desk.open() as app:
        if chosen.word is not None:
            await (act.show_apart if chosen.word == _APART else act.show_together)(app.store)
        apart = await copies.are_apart(app.store)
    said = (
        _("Mail that several accounts got is shown once for each of them.")
        if apart
        else _("Mail that several accounts got is shown as one.")
    )
    return Printed({"copies": _APART if apart else _TOGETHER}, said)


COMMANDS = {"copies": Command(_arguments, _run)}
