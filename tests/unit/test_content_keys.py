"""The keys of encrypted workspaces in the keychain: found again where they are kept, and never in the clear."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from inbox_app import logs
from inbox_app.keychain import Keychain, KeyringChoice
from inbox_app.keychain.errors import KeyringDenied, SecretOfAnotherKey, WrongPassphrase
from inbox_app.sealing.key import make_content_key
from inbox_app.sealing.phrase import phrase_of
from tests.unit.test_keychain import (
    PASSPHRASE,
    SESSION,
    SYSTEM,
    MemoryKeyring,
    cheap_and_forgetful,
    key_file,
    keyring,
    open_chain,
)

__all__ = ["cheap_and_forgetful", "key_file", "keyring", "open_chain"]


@pytest.mark.parametrize("choice", [SYSTEM, PASSPHRASE])
async def test_the_key_of_an_encrypted_workspace_is_found_again(
    open_chain: Callable[..., Keychain], tmp_path: Path, choice: KeyringChoice
) -> None:
    key, folder = make_content_key(), tmp_path / "sealed"
    assert await open_chain(choice, answer="words").find_content_key(key.id, folder) is None
    assert await open_chain(choice, answer="words").keep_content_key(key, folder)
    assert await open_chain(choice, answer="words").find_content_key(key.id, folder) == key
    assert await open_chain(choice, answer="words").find_content_key(make_content_key().id, tmp_path / "other") is None
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in files if key.value in path.read_bytes() or key.to_text().encode() in path.read_bytes()]


async def test_a_session_keeps_no_key(open_chain: Callable[..., Keychain], tmp_path: Path) -> None:
    key = make_content_key()
    assert not await open_chain(SESSION).keep_content_key(key, tmp_path)
    assert await open_chain(SESSION).find_content_key(key.id, tmp_path) is None
    assert not [*tmp_path.rglob("*")]


async def test_a_keyring_that_keeps_nothing_is_noticed_before_anything_is_sealed(
    open_chain: Callable[..., Keychain], tmp_path: Path
) -> None:
    class Forgetful(MemoryKeyring):
        def set_password(self, service: str, username: str, password: str) -> None:
            return None

    with pytest.raises(KeyringDenied):
        await open_chain(find=Forgetful).keep_content_key(make_content_key(), tmp_path)


async def test_another_passphrase_does_not_give_the_key(open_chain: Callable[..., Keychain], tmp_path: Path) -> None:
    key = make_content_key()
    await open_chain(PASSPHRASE, answer="words").keep_content_key(key, tmp_path)
    with pytest.raises(WrongPassphrase):
        await open_chain(PASSPHRASE, answer="other words").find_content_key(key.id, tmp_path)


async def test_a_key_without_its_file_is_called_the_workspaces_and_no_accounts(
    open_chain: Callable[..., Keychain], key_file: Path, tmp_path: Path
) -> None:
    key = make_content_key()
    await open_chain(PASSPHRASE, answer="words").keep_content_key(key, tmp_path / "sealed")
    key_file.unlink()
    with pytest.raises(SecretOfAnotherKey) as refused:
        await open_chain(PASSPHRASE, answer="words").find_content_key(key.id, tmp_path / "sealed")
    assert ("beside the workspace" in str(refused.value), "account" in str(refused.value)) == (True, False)


async def test_no_form_of_the_key_reaches_a_log(open_chain: Callable[..., Keychain], tmp_path: Path) -> None:
    key = make_content_key()
    await open_chain().keep_content_key(key, tmp_path)
    for said in (key.database, phrase_of(key), key.to_text()):
        assert key.derive("database").hex() not in logs.redact(f"it was {said} there")
        assert phrase_of(key)[:9] not in logs.redact(f"it was {said} there")
        assert key.to_text() not in logs.redact(f"it was {said} there")
