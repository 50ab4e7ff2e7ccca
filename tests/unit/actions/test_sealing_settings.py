"""Secrets that an earlier version kept among an account's settings: moved once and whole, or left as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from inbox_app.actions.sealing_settings import seal_settings
from inbox_app.contract.manifest import Manifest, Sealed
from inbox_app.domain.ids import AccountId
from inbox_app.domain.words import AccountState
from inbox_app.keychain import Keychain, KeyringChoice, KeyringMode
from inbox_app.storage import accounts, secrets
from inbox_app.storage.accounts import OurselvesThere
from inbox_app.storage.store import Store
from tests.fakes.connector import fake_channel
from tests.fakes.service import FileService


def hide(settings: Mapping[str, str]) -> Sealed | None:
    if "key" not in settings:
        return None
    rest = {name: value for name, value in settings.items() if name != "key"}
    return Sealed({**rest, "at": "a"}, {"key": settings["key"]}, "a", "A")


CATALOGUE: dict[str, Manifest] = {"fake": replace(fake_channel(FileService(Path("nowhere.log"))), seal=hide)}


@pytest.fixture
def keychain(tmp_path: Path) -> Keychain:
    return Keychain(tmp_path / "key", KeyringChoice(KeyringMode.SESSION))


async def kept(store: Store, remote_id: str, state: AccountState = AccountState.ACTIVE) -> AccountId:
    """An account as an earlier version kept it."""
    we = OurselvesThere(remote_id, remote_id)
    return await store.write(lambda tx: accounts.add(tx, "fake", we, {"key": "s3cret", "more": "b"}, state=state))


async def test_it_is_moved_once_and_the_account_is_called_otherwise(store: Store, keychain: Keychain) -> None:
    account = await kept(store, "a?s3cret")
    await store.write(lambda tx: accounts.note_failure(tx, account, "a?s3cret is away.", "offline", next_poll=None))
    for _time in range(2):
        await seal_settings(store, keychain, CATALOGUE)
    now = await store.read(lambda conn: accounts.get(conn, account))
    assert (dict(now.settings), now.remote_id, now.handle, now.error) == ({"more": "b", "at": "a"}, "a", "A", "")
    wrapped = await store.read(lambda conn: secrets.of(conn, account))
    assert keychain.decrypt(account, "key", wrapped["key"]) == "s3cret"


async def test_a_removed_account_keeps_neither(store: Store, keychain: Keychain) -> None:
    account = await kept(store, "a?s3cret", AccountState.REMOVED)
    await seal_settings(store, keychain, CATALOGUE)
    now = await store.read(lambda conn: accounts.get(conn, account))
    assert "key" not in now.settings
    assert await store.read(lambda conn: secrets.of(conn, account)) == {}


async def test_two_that_would_be_called_alike_stay_two(store: Store, keychain: Keychain) -> None:
    both = [await kept(store, "a?s3cret"), await kept(store, "a?other")]
    await seal_settings(store, keychain, CATALOGUE)
    first, second = [one for one in await store.read(accounts.every) if one.id in both]
    assert (first.remote_id, second.remote_id) == ("a", f"a#{second.id}")


async def test_without_a_place_for_secrets_it_stays_and_works(store: Store, tmp_path: Path) -> None:
    account = await kept(store, "a?s3cret")
    await seal_settings(store, Keychain(tmp_path / "key", KeyringChoice(KeyringMode.PASSPHRASE)), CATALOGUE)
    now = await store.read(lambda conn: accounts.get(conn, account))
    assert (now.settings["key"], now.remote_id) == ("s3cret", "a?s3cret")
