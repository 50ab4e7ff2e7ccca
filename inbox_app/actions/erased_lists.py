"""Who was erased, as far as this computer knows: what a backup must not bring back lies in whatever workspace it is of.

The list of an encrypted workspace is sealed. One that may be about the backup is opened before anything is restored:
by the keyring, or by whoever restores; else nothing is.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from pathlib import Path

from inbox_app.actions.unlocking import AskPhrase, ask_key
from inbox_app.i18n import _
from inbox_app.keychain import AskPassphrase, Keychain, KeychainError, read_keyring_choice
from inbox_app.paths import WorkspaceAddress, WorkspaceKind, find_places
from inbox_app.sealing.key import ContentKey
from inbox_app.settings import SettingsFile
from inbox_app.storage import backups, cipher
from inbox_app.storage.backups import Backup
from inbox_app.storage.errors import StorageError
from inbox_app.storage.restoring import KnownList


class ListLocked(StorageError):
    """Nobody can tell whether the backup would bring somebody back who was erased."""

    code = "erased_list_locked"

    def __init__(self, name: str) -> None:
        sentence = _(
            "People were erased from the workspace {name} on this computer, and this backup may be of it. Who they are "
            "is told by a list that is encrypted with the workspace. Type its recovery phrase, so that nobody of them "
            "comes back; nothing was restored."
        )
        super().__init__(sentence.format(name=name))


async def find_lists(
    found: Backup,
    settings: SettingsFile,
    known: Mapping[str, ContentKey],
    ask: AskPassphrase | None,
    ask_phrase: AskPhrase | None,
) -> list[KnownList]:
    """Every list that may be about a backup, with what opens it; `known` are keys by their ids.

    Raises:
        ListLocked: there is one that nobody opened.
    """
    opened = map(Path, settings.current.recent_workspaces)
    folders = [*find_places().workspaces.glob("*"), *opened, found.path.parent.parent]
    lists = []
    for folder in dict.fromkeys(folders):
        there = WorkspaceAddress(WorkspaceKind.SQLITE, folder, str(folder))
        lists.append(KnownList(there.erased, None))
        for wanted in cipher.keys_of(there):
            sealed = cipher.folder_of(there, wanted) / there.erased.name
            if sealed.exists() and await asyncio.to_thread(_may_be_of, there, found):
                key = known.get(wanted) or await _key_of(there, wanted, ask, ask_phrase)
                lists.append(KnownList(sealed, key))
    return lists


def _may_be_of(there: WorkspaceAddress, found: Backup) -> bool:
    """Whether a backup may be of a workspace: its own backups say in the clear which one it is."""
    named = {one.workspace for one in backups.kept(there)}
    return not named or found.workspace in named


async def _key_of(
    there: WorkspaceAddress, wanted: str, ask: AskPassphrase | None, ask_phrase: AskPhrase | None
) -> ContentKey:
    chain = Keychain(there.key_file, read_keyring_choice(), ask)
    with contextlib.suppress(KeychainError):
        kept = await chain.find_content_key(wanted, cipher.folder_of(there, wanted))
        if kept is not None:
            return kept
    other = _("This recovery phrase is whole, but it opens another workspace. Look for the one of {name}.")
    return await ask_key(wanted, there.name, ListLocked(there.name), other.format(name=there.name), chain, ask_phrase)
