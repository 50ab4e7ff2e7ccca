"""Opening an encrypted workspace: its key from the keyring, or the recovery phrase from a person."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from inbox_app.domain.errors import UserFacingError
from inbox_app.i18n import _
from inbox_app.keychain import Keychain, KeychainError
from inbox_app.paths import WorkspaceAddress, WorkspaceKind
from inbox_app.sealing.key import ContentKey
from inbox_app.sealing.phrase import GROUP, GROUPS, Unreadable, WrongLength, read_phrase
from inbox_app.storage import cipher, converting
from inbox_app.storage.errors import Locked
from inbox_app.storage.locks import SecondEngine

log = logging.getLogger(__name__)

AskPhrase = Callable[[str, str], Awaitable[str | None]]
"""Asks a person for the recovery phrase of the workspace of this name, and says why; None: they gave up."""


class WrongPhrase(UserFacingError):
    """What was typed opens nothing here."""

    code = "wrong_phrase"


def is_encrypted(address: WorkspaceAddress) -> bool:
    """Whether nobody without a key can read the workspace. Blocks for a read of sixteen bytes."""
    return cipher.is_encrypted(address)


def is_locked(address: WorkspaceAddress) -> bool:
    """Whether only a key opens the workspace. Blocks for a read of sixteen bytes."""
    return address.key is None and cipher.is_encrypted(address)


async def unlock(address: WorkspaceAddress, keychain: Keychain, ask: AskPhrase | None) -> WorkspaceAddress:
    """The address with its key, from the keyring or the phrase; the same where the workspace is plain.

    Raises:
        Locked: there is no key, and nobody typed the phrase.
    """
    if address.kind is not WorkspaceKind.SQLITE or address.key is not None:
        return address
    begun = await asyncio.to_thread(converting.pending, address)
    if await asyncio.to_thread(is_locked, address):
        found, locked = await _find(address, keychain)
        address = replace(address, key=await _fitting(address, found) or await _ask(address, keychain, ask, locked))
    elif begun is not None and begun.before is not None:
        folder = cipher.folder_of(address, begun.before)
        found = {one.id: one for one in [await keychain.find_content_key(begun.before, folder)] if one}
    else:
        found = {}
    if begun is not None:
        with contextlib.suppress(SecondEngine, converting.UnfittingKey, OSError):
            await asyncio.to_thread(converting.settle, address, begun, found)
    return address


def phrase_for(address: WorkspaceAddress, typed: str) -> ContentKey:
    """The key that a typed phrase is.

    Raises:
        WrongPhrase: it is none, or opens another workspace; the sentence says which.
    """
    key = understand(typed)
    if key.id not in cipher.keys_of(address):
        raise WrongPhrase(
            _("This recovery phrase is whole, but it opens another workspace. Look for the one of {name}.").format(
                name=address.name
            )
        )
    if not cipher.opens(address.database, key):
        raise WrongPhrase(
            _("This recovery phrase is the one from before the key of {name} was changed. Type the newest one.").format(
                name=address.name
            )
        )
    return key


def understand(typed: str) -> ContentKey:
    """The key that a typed phrase is, whatever it opens. Raises `WrongPhrase`."""
    try:
        return read_phrase(typed)
    except WrongLength as wrong:
        said = _("A recovery phrase has {wanted} letters and digits; this one has {found}. Type all {groups} groups.")
        raise WrongPhrase(said.format(wanted=GROUP * GROUPS, found=wrong.found, groups=GROUPS)) from None
    except Unreadable:
        said = _("At least one sign of this recovery phrase is not right. Compare it with the printed one.")
        raise WrongPhrase(said) from None


async def ask_key(
    wanted: str, name: str, locked: UserFacingError, other: str, keychain: Keychain, ask: AskPhrase | None
) -> ContentKey:
    """The key of this id, from the phrase that a person types; `other` is said of one that is whole and another's.

    Raises:
        UserFacingError: `locked`, as nobody typed it.
    """
    why = locked.message
    while ask is not None and (typed := await ask(name, why)) is not None:
        try:
            key = understand(typed)
        except WrongPhrase as wrong:
            why = wrong.message
            continue
        if key.id == wanted:
            return keychain.hide_content_key(key)
        why = other
    raise locked


async def take_phrase(address: WorkspaceAddress, keychain: Keychain, typed: str) -> tuple[WorkspaceAddress, bool]:
    """The address with the key of a typed phrase, and whether the keyring has the key from now on.

    Raises:
        WrongPhrase: it does not open this workspace.
    """
    key = keychain.hide_content_key(await asyncio.to_thread(phrase_for, address, typed))
    opened = replace(address, key=key)
    return opened, await _keep(opened, keychain, key)


async def _find(address: WorkspaceAddress, keychain: Keychain) -> tuple[dict[str, ContentKey], Locked]:
    """What the keyring has of this workspace's keys, and the sentence for when it has none."""
    found, locked = {}, Locked(address.reference)
    for wanted in cipher.keys_of(address):
        try:
            key = await keychain.find_content_key(wanted, cipher.folder_of(address, wanted))
        except KeychainError as trouble:
            locked = Locked(address.reference, trouble.message)
            continue
        if key is not None:
            found[wanted] = key
    return found, locked


async def _fitting(address: WorkspaceAddress, found: dict[str, ContentKey]) -> ContentKey | None:
    """The key that opens the database; there are two only while a key is being changed."""
    if len(cipher.keys_of(address)) == 1:
        return next(iter(found.values()), None)
    for key in found.values():
        if await asyncio.to_thread(cipher.opens, address.database, key):
            return key
    return None


async def _ask(address: WorkspaceAddress, keychain: Keychain, ask: AskPhrase | None, locked: Locked) -> ContentKey:
    why = locked.message
    while ask is not None and (typed := await ask(address.name, why)) is not None:
        try:
            opened, _kept = await take_phrase(address, keychain, typed)
        except WrongPhrase as wrong:
            why = wrong.message
            continue
        assert opened.key is not None  # noqa: S101
        return opened.key
    raise locked


async def _keep(address: WorkspaceAddress, keychain: Keychain, key: ContentKey) -> bool:
    """The next time nobody need be asked; where it cannot be kept, they are."""
    try:
        return await keychain.keep_content_key(key, address.content)
    except KeychainError as trouble:
        log.warning("The key of the workspace is not kept: %s", trouble.code)
        return False
