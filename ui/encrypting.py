"""Encrypted workspaces, seen from the window: a new one, encrypting the one that is open, and the way back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from inbox_app.actions import encrypting, keeping_secrets
from inbox_app.actions.encrypting import Keychain, NewKey
from inbox_app.i18n import _
from inbox_app.paths import WorkspaceAddress, WorkspaceKind, resolve_workspace
from ui import dialogs
from ui.accounts.keyring import settle_key
from ui.app_window import AppWindow
from ui.core import Core
from ui.theme.theme import Theme
from ui.vault.encryption_dialog import Change, EncryptionDialog, NewWorkspaceDialog
from ui.vault.phrase_dialog import show_phrase

AskPassphrase = Callable[[bool], Awaitable[str | None]]
Prepared = Callable[[Callable[[str], None]], Awaitable[WorkspaceAddress]]
"""What is left to do once the workspace is closed; it tells in a few words what it is doing."""


async def new_workspace(theme: Theme, window: AppWindow, ask: AskPassphrase | None) -> WorkspaceAddress | None:
    """The address of a workspace to be made, with a key whose phrase was typed back; None when the person gave up.

    Raises:
        UserFacingError: there is no place for its key.
    """
    dialog = NewWorkspaceDialog(theme, window)
    if not await dialogs.ask(dialog):
        return None
    address, made = resolve_workspace(dialog.name.text()), None
    keychain = encrypting.keychain_of(address, ask)
    if dialog.encrypted.isChecked():
        made = await _new_key(theme, window, address.name, keychain)
        if made is None:
            return None
    return await encrypting.address_of_new(address, keychain, made)


async def prepare_change(theme: Theme, window: AppWindow, core: Core) -> Prepared | None:
    """Ask what is to be done with the workspace that is open, and for all that must be asked before.

    Raises:
        UserFacingError: the key's file is damaged or cannot be used.
    """
    address, keychain = core.address, core.keychain
    on_server = address.kind is not WorkspaceKind.SQLITE
    dialog = EncryptionDialog(theme, window, address.name, encrypted=address.key is not None, on_server=on_server)
    if not await dialogs.ask(dialog) or dialog.chosen is None:
        return None
    made = None
    if dialog.chosen is not Change.DECRYPT:
        made = await _new_key(theme, window, address.name, keychain)
        if made is None:
            return None
    elif not await _is_sure(window, address.name):
        return None

    async def change(say: Callable[[str], None]) -> WorkspaceAddress:
        loop = asyncio.get_running_loop()
        return await encrypting.change(address, keychain, made, lambda words: tell(loop, say, words))

    return change


def tell(loop: asyncio.AbstractEventLoop, say: Callable[[str], None], words: str) -> None:
    """From another thread, on the loop's."""
    loop.call_soon_threadsafe(say, words)


async def _new_key(theme: Theme, window: AppWindow, name: str, keychain: Keychain) -> NewKey | None:
    if not await settle_key(lambda way: keeping_secrets.open_key(keychain, way), theme, window):
        return None
    made = encrypting.new_key(keychain)
    return made if await show_phrase(theme, window, name, made) else None


async def _is_sure(window: AppWindow, name: str) -> bool:
    sentence = _(
        "From then on whoever gets hold of this computer's disk, or of a backup, can read all of {name}. The recovery "
        "phrase is needed no more."
    )
    title, deed = _("Make the workspace readable again"), _("Make it readable")
    return await dialogs.confirm(window, title, sentence.format(name=name), deed)
