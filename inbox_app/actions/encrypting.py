"""Making a workspace encrypted, plain again, or sealed with a new key.

The phrase is shown and typed back before anything is changed, and the key is kept before anything is sealed with it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial

from inbox_app.actions.unlocking import understand
from inbox_app.domain.errors import Refused
from inbox_app.i18n import _
from inbox_app.keychain import AskPassphrase, Keychain, read_keyring_choice
from inbox_app.paths import WorkspaceAddress, WorkspaceKind
from inbox_app.sealing.key import ContentKey, make_content_key
from inbox_app.sealing.phrase import phrase_of
from inbox_app.storage import converting
from inbox_app.storage.converting import Say

__all__ = [
    "Keychain",
    "NewKey",
    "address_of_new",
    "change",
    "keychain_of",
    "new_key",
    "refuse_servers",
    "said_of_servers",
]


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that nothing is sealed with yet, and the phrase that a person is to keep."""

    key: ContentKey
    phrase: str

    def is_typed(self, typed: str) -> bool:
        """Whether this is the phrase. Raises `WrongPhrase` where it is none at all."""
        return understand(typed) == self.key


def keychain_of(address: WorkspaceAddress, ask: AskPassphrase | None) -> Keychain:
    """The keychain of a workspace that is not open, or is yet to be made."""
    return Keychain(address.key_file, read_keyring_choice(), ask)


def new_key(keychain: Keychain) -> NewKey:
    """Make one, which never appears in a log from now on."""
    key = keychain.hide_content_key(make_content_key())
    return NewKey(key, phrase_of(key))


def said_of_servers() -> str:
    """Why a team's workspace is not encrypted by us."""
    return converting.on_a_server()


def refuse_servers(address: WorkspaceAddress) -> None:
    """Raises `Refused` for a team's workspace."""
    if address.kind is not WorkspaceKind.SQLITE:
        raise Refused(converting.on_a_server())


async def address_of_new(address: WorkspaceAddress, keychain: Keychain, made: NewKey | None) -> WorkspaceAddress:
    """The address at which a new workspace is made, encrypted where there is a key.

    Raises:
        Refused: there is a workspace already, or it is to be on a server and encrypted.
        KeychainError: there is no place for the key; nothing was made.
    """
    if address.kind is WorkspaceKind.SQLITE and address.database.exists():
        raise Refused(_("There is a workspace at {where} already.").format(where=address.reference))
    if made is None:
        return address
    refuse_servers(address)
    sealed = replace(address, key=made.key)
    await keychain.keep_content_key(made.key, sealed.content)
    return sealed


async def change(
    address: WorkspaceAddress, keychain: Keychain, made: NewKey | None, say: Say | None = None
) -> WorkspaceAddress:
    """Seal a workspace that nobody has open with a new key, or make it plain; its new address.

    Raises:
        Refused: it is on a server, or as is wanted already.
        KeychainError: there is no place for the key; nothing was changed.
        SecondEngine, InUse, ConversionFailed: it is as it was.
    """
    refuse_servers(address)
    wanted = None if made is None else made.key
    if wanted is not None:
        await keychain.keep_content_key(wanted, replace(address, key=wanted).content)
    work = partial(converting.convert, address, wanted, say or (lambda _words: None))
    return await asyncio.to_thread(work)
