"""Secrets: sealed here, stored by others, readable only while the workspace's key is open.

The key is random, one per workspace. `PORTAVOCE_KEYRING` says where it lives: in the operating
system's keyring, under a passphrase, or in this process alone; never in the clear. Storage keeps the
envelopes. A failure is raised before anything is written, so that no secret is lost.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from inbox_app.domain.ids import AccountId
from inbox_app.keychain import content_keys
from inbox_app.keychain.envelope import WorkspaceKey, make_key
from inbox_app.keychain.errors import KeychainClosed, KeychainError, PassphraseNeeded, UnknownKeyringMode
from inbox_app.keychain.keyfile import read_key_record
from inbox_app.keychain.passphrase import open_passphrase_key, read_passphrase_file
from inbox_app.keychain.system import DEADLINE, FindKeyring, call_with_deadline, find_keyring, open_system_key
from inbox_app.logs import RegisteredSecret, register_secret
from inbox_app.sealing.key import ContentKey, content_key_from_text
from inbox_app.sealing.phrase import phrase_of

MODE_VARIABLE = "PORTAVOCE_KEYRING"
PASSPHRASE_FILE_VARIABLE = "PORTAVOCE_PASSPHRASE_FILE"  # noqa: S105  # a name

AskPassphrase = Callable[[bool], Awaitable[str | None]]
"""Asks a person for the passphrase; true means a new one is chosen (ask twice). None: they gave up."""

__all__ = ["AskPassphrase", "Keychain", "KeychainError", "KeyringChoice", "KeyringMode", "read_keyring_choice"]


class KeyringMode(StrEnum):
    """Where the key lives."""

    SYSTEM = "system"
    PASSPHRASE = "passphrase"  # noqa: S105  # a word
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class KeyringChoice:
    """What the environment asks for."""

    mode: KeyringMode | None = None
    """None: as the workspace was protected before, else in the system's keyring."""
    passphrase_file: Path | None = None


def read_keyring_choice(environment: Mapping[str, str] | None = None) -> KeyringChoice:
    """Read PORTAVOCE_KEYRING and PORTAVOCE_PASSPHRASE_FILE. Raises `UnknownKeyringMode`."""
    variables = os.environ if environment is None else environment
    word, file = variables.get(MODE_VARIABLE, ""), variables.get(PASSPHRASE_FILE_VARIABLE, "")
    if word and word not in list(KeyringMode):
        raise UnknownKeyringMode(word)
    return KeyringChoice(KeyringMode(word) if word else None, Path(file).expanduser() if file else None)


class Keychain:
    """Seals and opens the secrets of one workspace."""

    def __init__(
        self,
        key_file: Path,
        choice: KeyringChoice,
        ask: AskPassphrase | None = None,
        *,
        find: FindKeyring = find_keyring,
        deadline: float = DEADLINE,
    ) -> None:
        """`key_file` is `WorkspaceAddress.key_file`; nothing is touched before `unlock`."""
        self._key_file = key_file
        self._choice = choice
        self._ask = ask
        self._find = find
        self._deadline = deadline
        self._unlocking = asyncio.Lock()
        self._key: WorkspaceKey | None = None
        self._hidden: dict[str, RegisteredSecret] = {}

    @property
    def is_open(self) -> bool:
        """Whether secrets can be sealed and opened now."""
        return self._key is not None

    def choose(self, mode: KeyringMode) -> None:
        """Keep the key there from now on, whatever the environment said: a person was asked."""
        self._choice = replace(self._choice, mode=mode)

    async def unlock(self) -> None:
        """Open the key, making it the first time. Raises `KeychainError`; asks a person at most once."""
        async with self._unlocking:
            if self._key is None:
                self._key = await self._open(afresh=False)

    async def start_over(self) -> None:
        """Make a new key in the same place: the way on after `KeyLost`. Every account must sign in again."""
        async with self._unlocking:
            self._key = await self._open(afresh=True)

    def forget(self) -> None:
        """Close the keychain; the key leaves this process. What was opened stays out of the logs."""
        self._key = None

    def encrypt(self, account_id: AccountId, name: str, plaintext: str) -> bytes:
        """Seal one secret of an account into an envelope for storage. Raises `KeychainClosed`."""
        self._hide(plaintext)
        return self._open_key().encrypt(account_id, name, plaintext)

    def decrypt(self, account_id: AccountId, name: str, envelope: bytes) -> str:
        """Open an envelope. Raises `KeychainClosed`, `SecretDamaged`, `SecretOfAnotherKey`."""
        plaintext = self._open_key().decrypt(account_id, name, envelope)
        self._hide(plaintext)
        return plaintext

    async def find_content_key(self, wanted: str, folder: Path) -> ContentKey | None:
        """The key of an encrypted workspace, by its id, from where this one keeps keys; None where it has none.

        `folder` is the one named after the key. Raises `KeychainError`.
        """
        mode = await self._find_mode()
        if mode is KeyringMode.SYSTEM:
            found = await call_with_deadline(lambda: content_keys.from_system(wanted, self._find), self._deadline)
        else:
            found = await self._find_wrapped(folder) if mode is KeyringMode.PASSPHRASE else None
        return self.hide_content_key(found) if found is not None and found.id == wanted else None

    async def keep_content_key(self, key: ContentKey, folder: Path) -> bool:
        """Keep the key of an encrypted workspace; False where keys live for this process alone.

        Raises `KeychainError`: it was not kept.
        """
        self.hide_content_key(key)
        match await self._find_mode():
            case KeyringMode.SYSTEM:
                await call_with_deadline(lambda: content_keys.into_system(key, self._find), self._deadline)
            case KeyringMode.PASSPHRASE:
                await self.unlock()
                envelope = self.encrypt(content_keys.NOBODY, content_keys.NAME, key.to_text())
                await asyncio.to_thread(content_keys.write_envelope, folder, envelope)
            case KeyringMode.SESSION:
                return False
        return True

    def hide_content_key(self, key: ContentKey) -> ContentKey:
        """Keep a key, in every way it is written, out of all logs."""
        self._hide(key.to_text())
        self._hide(key.database.strip("x'"))
        self._hide(phrase_of(key))
        return key

    async def _find_wrapped(self, folder: Path) -> ContentKey | None:
        envelope = await asyncio.to_thread(content_keys.read_envelope, folder)
        if envelope is None:
            return None
        await self.unlock()
        return content_key_from_text(self.decrypt(content_keys.NOBODY, content_keys.NAME, envelope))

    async def _open(self, *, afresh: bool) -> WorkspaceKey:
        key = await self._open_by_mode(await self._find_mode(), afresh=afresh)
        self._hide(key.to_text())
        return key

    async def _open_by_mode(self, mode: KeyringMode, *, afresh: bool) -> WorkspaceKey:
        if mode is KeyringMode.SESSION:
            return make_key()
        if mode is KeyringMode.SYSTEM:
            return await call_with_deadline(
                lambda: open_system_key(self._key_file, self._find, afresh=afresh), self._deadline
            )
        passphrase = await self._get_passphrase(afresh=afresh)
        self._hide(passphrase)
        return await asyncio.to_thread(open_passphrase_key, self._key_file, passphrase, afresh=afresh)

    async def _find_mode(self) -> KeyringMode:
        if self._choice.mode:
            return self._choice.mode
        record = await asyncio.to_thread(read_key_record, self._key_file)
        by_passphrase = record is not None and record.passphrase is not None and record.system_key_id is None
        return KeyringMode.PASSPHRASE if by_passphrase else KeyringMode.SYSTEM

    async def _get_passphrase(self, *, afresh: bool) -> str:
        if file := self._choice.passphrase_file:
            return await asyncio.to_thread(read_passphrase_file, file)
        if self._ask is None:
            raise PassphraseNeeded
        record = await asyncio.to_thread(read_key_record, self._key_file)
        is_new = afresh or record is None or record.passphrase is None
        answer = await self._ask(is_new)
        if not answer:
            raise PassphraseNeeded
        return answer

    def _open_key(self) -> WorkspaceKey:
        if self._key is None:
            raise KeychainClosed
        return self._key

    def _hide(self, value: str) -> None:
        if value not in self._hidden:
            self._hidden[value] = register_secret(value)
