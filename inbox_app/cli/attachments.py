"""`attachment`: a file of a message, saved where one wants it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from inbox_app.actions import attachments
from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Printed, printable
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.i18n import _


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help=_("the attachment, as “show” names it"))
    parser.add_argument(
        "--out", required=True, type=Path, metavar="PATH", help=_("a new file, or the folder to put it into")
    )


async def _run(desk: Desk, chosen: Namespace) -> Printed:
    async with desk.open() as app:
        fetched = await app.fetch_attachment(chosen.id)
        where = await attachments.save(fetched, chosen.out)
    size = len(fetched.data)
    told: JsonObject = {"path": str(where), "name": fetched.name, "media_type": fetched.media_type, "size": size}
    said = _("Saved {name} ({size} bytes) as {path}.").format(name=printable(fetched.name), size=size, path=where)
    return Printed(told, said)


COMMANDS = {"attachment": Command(_arguments, _run)}
