"""`backup` and `restore`: a whole copy of the workspace, read back before it counts, and the way back from one."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from inbox_app.actions import backing_up
from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Document, Printed, local, moment
from inbox_app.i18n import _, ngettext
from inbox_app.storage.backups import Backup


def _backup_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--out", metavar="PATH", type=Path, help=_("the folder to make; else among the workspace's own")
    )
    parser.add_argument("--list", action="store_true", help=_("only list the workspace's own backups"))


async def _backup(desk: Desk, chosen: Namespace) -> Printed:
    async with desk.open() as app:
        if chosen.list:
            there = await backing_up.kept(app.address)
            lines = [f"{local(one.made_at)}  {one.path}" for one in there]
            return Printed([_document(one) for one in there], "\n".join(lines) or _("There is no backup yet."))
        out = None if chosen.out is None else chosen.out.absolute()
        made = await backing_up.make(app.store, app.address, out)
    said = _("{path} is written and was read back: {messages}, {files}.")
    return Printed(_document(made), said.format(path=made.path, messages=_messages(made), files=_files(made)))


def _restore_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("backup", metavar="PATH", type=Path, help=_("the folder that “portavoce backup” made"))
    parser.add_argument(
        "--over", action="store_true", help=_("replace the workspace that is there; its database is kept aside")
    )


async def _restore(desk: Desk, chosen: Namespace) -> Printed:
    address = desk.address()
    done = await backing_up.restore(
        chosen.backup.absolute(),
        address,
        over=chosen.over,
        settings=desk.settings,
        ask=desk.ask_passphrase,
        ask_phrase=desk.ask_phrase,
    )
    lines = [_("{where} is as it was on {day}.").format(where=address.folder, day=local(done.backup.made_at))]
    if done.aside is not None:
        lines.append(_("What was there before lies in {path}.").format(path=done.aside))
    else:
        lines.append(_("Sign in again on each account: a backup holds no secrets."))
    lines.append(_("What waited to be sent then is not sent by itself: see “portavoce outbox”."))
    aside = None if done.aside is None else str(done.aside)
    more: dict[str, Document] = {"workspace": address.reference, "aside": aside, "erased_again": done.erased}
    return Printed({**_document(done.backup), **more}, "\n".join(lines))


def _document(one: Backup) -> dict[str, Document]:
    return {
        "path": str(one.path),
        "made_at": moment(one.made_at),
        "messages": one.messages,
        "attachments": one.files,
        "size": one.size,
        "sha256": one.sha256,
        "encrypted": one.key is not None,
    }


def _messages(one: Backup) -> str:
    return ngettext("{count} message", "{count} messages", one.messages).format(count=one.messages)


def _files(one: Backup) -> str:
    return ngettext("{count} file", "{count} files", one.files).format(count=one.files)


COMMANDS = {
    "backup": Command(_backup_arguments, _backup),
    "restore": Command(_restore_arguments, _restore),
}
