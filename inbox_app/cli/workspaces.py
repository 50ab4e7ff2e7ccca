"""`workspace`: make one, encrypt it or make it plain again, give it a new key, unlock it with its recovery phrase."""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable

from inbox_app.actions import encrypting, unlocking
from inbox_app.actions.encrypting import NewKey
from inbox_app.actions.unlocking import WrongPhrase
from inbox_app.app import App
from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Document, Printed
from inbox_app.domain.errors import Refused
from inbox_app.i18n import _
from inbox_app.keychain import Keychain, KeyringMode, read_keyring_choice
from inbox_app.paths import WorkspaceAddress, is_missing


def _arguments(parser: ArgumentParser) -> None:
    ways = parser.add_subparsers(dest="way", metavar="WAY", required=True)
    create = ways.add_parser("create", help=_("make an empty workspace"))
    create.add_argument("--encrypted", action="store_true", help=_("with a key, and a recovery phrase to keep"))
    ways.add_parser("encrypt", help=_("encrypt the workspace, its attachments and its backups"))
    ways.add_parser("decrypt", help=_("make an encrypted workspace plain again"))
    ways.add_parser("new-key", help=_("seal it with a new key: the old recovery phrase opens it no more"))
    ways.add_parser("unlock", help=_("give the recovery phrase, by a prompt or on standard input"))


async def _run(desk: Desk, chosen: Namespace) -> Printed:
    address = desk.address()
    keychain = Keychain(address.key_file, read_keyring_choice(), desk.ask_passphrase)
    if chosen.way == "create":
        return await _create(desk, address, keychain, encrypted=chosen.encrypted)
    ways: dict[str, Callable[[Desk, WorkspaceAddress, Keychain], Awaitable[Printed]]] = {
        "encrypt": _encrypt,
        "decrypt": _decrypt,
        "new-key": _renew,
        "unlock": _unlock,
    }
    return await ways[chosen.way](desk, address, keychain)


async def _create(desk: Desk, address: WorkspaceAddress, keychain: Keychain, *, encrypted: bool) -> Printed:
    if encrypted:
        encrypting.refuse_servers(address)
    is_new = is_missing(address)
    made = await _new_key(desk, keychain) if encrypted else None
    there = await encrypting.address_of_new(address, keychain, made)
    app = await App.open(there, desk.catalogue, desk.settings, create=True, ask=desk.ask_passphrase)
    await app.close()
    await desk.remember(there, made=is_new)
    return _said(desk, there, made, _("The workspace {where} is made."))


async def _encrypt(desk: Desk, address: WorkspaceAddress, keychain: Keychain) -> Printed:
    encrypting.refuse_servers(address)
    if await asyncio.to_thread(unlocking.is_locked, address):
        raise Refused(
            _("The workspace {where} is encrypted already. “workspace new-key” gives it another key.").format(
                where=address.reference
            )
        )
    await _look(desk, address)
    made = await _new_key(desk, keychain)
    there = await encrypting.change(address, keychain, made, desk.output.note)
    return _said(desk, there, made, _("The workspace {where} is encrypted, with its attachments and its backups."))


async def _renew(desk: Desk, address: WorkspaceAddress, keychain: Keychain) -> Printed:
    opened = await _open(desk, address, keychain)
    made = await _new_key(desk, keychain)
    there = await encrypting.change(opened, keychain, made, desk.output.note)
    said = _("The workspace {where} is sealed with a new key: the old recovery phrase opens it no more.")
    return _said(desk, there, made, said)


async def _decrypt(desk: Desk, address: WorkspaceAddress, keychain: Keychain) -> Printed:
    there = await encrypting.change(await _open(desk, address, keychain), keychain, None, desk.output.note)
    return _said(desk, there, None, _("The workspace {where} is not encrypted any more, nor are its backups."))


async def _unlock(desk: Desk, address: WorkspaceAddress, keychain: Keychain) -> Printed:
    if not await asyncio.to_thread(unlocking.is_locked, address):
        raise Refused(_("The workspace {where} is not encrypted.").format(where=address.reference))
    typed = await desk.ask_phrase(address.name, "") if sys.stdin.isatty() else await _read_line()
    opened, kept = await unlocking.take_phrase(address, keychain, typed or "")
    app = await App.open(opened, desk.catalogue, desk.settings, ask=desk.ask_passphrase)
    await app.close()
    said = _("The recovery phrase opens {where}, and the key is kept from now on.")
    if not kept:
        said = _(
            "The recovery phrase opens {where}, but there is no place to keep the key: each command and window asks "
            "for the phrase. Set PORTAVOCE_KEYRING to “system” or “passphrase” to be asked no more."
        )
    return Printed({"workspace": address.reference, "kept": kept}, said.format(where=address.reference))


async def _open(desk: Desk, address: WorkspaceAddress, keychain: Keychain) -> WorkspaceAddress:
    """The address with its key; a plain workspace is refused."""
    encrypting.refuse_servers(address)
    opened = await unlocking.unlock(address, keychain, desk.ask_phrase)
    if opened.key is None:
        raise Refused(_("The workspace {where} is not encrypted.").format(where=address.reference))
    await _look(desk, opened)
    return opened


async def _look(desk: Desk, address: WorkspaceAddress) -> None:
    """What is damaged, or too new, is not written anew."""
    app = await App.open(address, desk.catalogue, desk.settings, ask=desk.ask_passphrase)
    try:
        await app.store.look_over()
    finally:
        await app.close()


async def _new_key(desk: Desk, keychain: Keychain) -> NewKey:
    """A key whose phrase was shown, and typed back where somebody sits in front of it."""
    made = encrypting.new_key(keychain)
    if desk.output.as_json or not sys.stdin.isatty():
        if read_keyring_choice().mode is KeyringMode.SESSION:
            raise Refused(
                _(
                    "With PORTAVOCE_KEYRING set to “session” the key is kept nowhere, so the recovery phrase must be "
                    "typed back at a terminal. Nothing was changed."
                )
            )
        return made
    desk.output.note(_("The recovery phrase. Write it down or print it, and keep it away from this computer:"))
    desk.output.note(f"\n    {made.phrase}\n")
    while not await _is_typed(desk, made):
        desk.output.note(_("That is not the phrase above. Nothing is changed before it is typed; Ctrl+C gives up."))
    return made


async def _is_typed(desk: Desk, made: NewKey) -> bool:
    try:
        return made.is_typed(await asyncio.to_thread(input, _("Type it back: ")))
    except EOFError:
        raise Refused(_("The recovery phrase was not typed back, so nothing was changed.")) from None
    except WrongPhrase as wrong:
        desk.output.note(wrong.message)
        return False


def _said(desk: Desk, address: WorkspaceAddress, made: NewKey | None, sentence: str) -> Printed:
    lines = [sentence.format(where=address.reference)]
    shown = made is not None and (desk.output.as_json or not sys.stdin.isatty())
    if made is not None and shown:
        lines.append(_("Recovery phrase, shown this once: {phrase}").format(phrase=made.phrase))
    document: dict[str, Document] = {"workspace": address.reference, "encrypted": address.key is not None}
    if made is not None and shown:
        document["phrase"] = made.phrase
    return Printed(document, "\n".join(lines))


async def _read_line() -> str:
    line: str = await asyncio.to_thread(sys.stdin.readline)
    return line


COMMANDS = {"workspace": Command(_arguments, _run)}
