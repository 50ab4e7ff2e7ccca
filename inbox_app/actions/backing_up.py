"""Backups by hand, and the way back from one."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from functools import partial
from pathlib import Path

from inbox_app.actions.erased_lists import find_lists
from inbox_app.actions.unlocking import AskPhrase, ask_key, unlock
from inbox_app.i18n import _
from inbox_app.keychain import AskPassphrase, Keychain, KeychainError, read_keyring_choice
from inbox_app.paths import SEALED, WorkspaceAddress, WorkspaceKind
from inbox_app.sealing.key import ContentKey
from inbox_app.settings import SettingsFile
from inbox_app.storage import backups, cipher, restoring
from inbox_app.storage.backups import Backup
from inbox_app.storage.restoring import BackupLocked, Restored
from inbox_app.storage.store import Store, wall_clock

__all__ = ["Backup", "Restored", "kept", "make", "restore"]


async def make(store: Store, address: WorkspaceAddress, out: Path | None = None) -> Backup:
    """A backup now, verified.

    Raises:
        Refused: a team's database is backed up on its server; or something is at `out` already.
        CopyFailed: it could not be written or not be read back.
    """
    return await backups.make(store, address, out)


async def kept(address: WorkspaceAddress) -> list[Backup]:
    """The workspace's own backups, newest first."""
    return await asyncio.to_thread(backups.kept, address)


async def check(source: Path, key: ContentKey | None) -> None:
    """Whether there is a whole backup, before anything is closed for it.

    One that was sealed with another key than this is looked over when that was asked for.

    Raises:
        NoBackup: there is none at `source`, or it is not whole.
    """
    found = await asyncio.to_thread(backups.read_sheet, source)
    if found.key is None or (key is not None and found.key == key.id):
        await asyncio.to_thread(backups.verify, found, None if found.key is None else key)


async def restore(
    source: Path,
    address: WorkspaceAddress,
    *,
    over: bool,
    settings: SettingsFile,
    ask: AskPassphrase | None = None,
    ask_phrase: AskPhrase | None = None,
    key: ContentKey | None = None,
) -> Restored:
    """Make the workspace at `address` what the backup holds; `key` is one that is open already.

    Raises:
        NoBackup: there is none at `source`, or it is not whole.
        BackupLocked: it is encrypted, its key is not here, and nobody typed the phrase.
        Locked: so it is with the workspace that is there.
        ListLocked: so it is with a list of who was erased that may be about it.
        Refused: there is a workspace already and `over` was not said, or it is on a server.
        SecondEngine: the workspace is open elsewhere.
        RestoreFailed: it could not be written.
    """
    keychain = Keychain(address.key_file, read_keyring_choice(), ask)
    if over:
        address = await unlock(address, keychain, ask_phrase)
    found = await asyncio.to_thread(backups.read_sheet, source)
    if found.key is not None:
        key = await _key_of(found, (key, address.key), (keychain, _chain_beside(source)), ask_phrase)
    known = {one.id: one for one in (key, address.key) if one is not None}
    lists = await find_lists(found, settings, known, ask, ask_phrase)
    work = partial(restoring.restore, source, address, wall_clock(), over=over, also=lists, key=key)
    done = await asyncio.to_thread(work)
    if key is not None and address.key is None and cipher.is_encrypted(address):
        with contextlib.suppress(KeychainError):
            await keychain.keep_content_key(key, replace(address, key=key).content)
    return done


def _chain_beside(source: Path) -> Keychain:
    """The keychain of the workspace whose backup it is, when it lies among its own."""
    there = WorkspaceAddress(WorkspaceKind.SQLITE, source.parent.parent, str(source.parent.parent))
    return Keychain(there.key_file, read_keyring_choice())


async def _key_of(
    found: Backup,
    known: tuple[ContentKey | None, ...],
    keychains: tuple[Keychain, ...],
    ask: AskPhrase | None,
) -> ContentKey:
    """What opens an encrypted backup: a key that is open, one of the keyring, or a phrase."""
    wanted = found.key or ""
    for key in known:
        if key is not None and key.id == wanted:
            return key
    for chain in keychains:
        with contextlib.suppress(KeychainError):
            kept = await chain.find_content_key(wanted, found.path.parent.parent / f"{SEALED}{wanted}")
            if kept is not None:
                return kept
    other = _("This recovery phrase is whole, but this backup was sealed with another key.")
    return await ask_key(wanted, found.name, BackupLocked(found.path), other, keychains[0], ask)
