"""Signing in to an account again: the same account with newer secrets, or nothing at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox_app.actions import accounts as actions
from inbox_app.domain.errors import NotFound, Refused
from inbox_app.domain.filters import EVERYTHING
from inbox_app.domain.ids import AccountId, ColleagueId
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import AccountState, Hat
from inbox_app.ingest.ingest import ingest
from inbox_app.keychain import Keychain, KeyringChoice, KeyringMode
from inbox_app.queries import inbox
from inbox_app.storage import accounts, secrets
from inbox_app.storage.accounts import Account, OurselvesThere
from inbox_app.storage.store import Store
from tests.unit.ingest.tales import said

ANNA = OurselvesThere("anna", "@anna")


@pytest.fixture
def keychain(tmp_path: Path) -> Keychain:
    return Keychain(tmp_path / "key", KeyringChoice(KeyringMode.SESSION))


@pytest.fixture
async def account(store: Store, keychain: Keychain) -> AccountId:
    clear = {"password": "old", "client_secret": "c"}
    added = await actions.add(store, keychain, "fake", ANNA, {"host": "a"}, clear, 5)
    await store.write(lambda tx: accounts.keep_cursor(tx, added, {"at": 7}))
    await store.write(lambda tx: accounts.need_sign_in(tx, added, "Sign in again."))
    return added


async def now(store: Store, wanted: AccountId) -> Account:
    return await store.read(lambda conn: accounts.get(conn, wanted))


async def kept(store: Store, keychain: Keychain, wanted: AccountId) -> dict[str, str]:
    wrapped = await store.read(lambda conn: secrets.of(conn, wanted))
    return {name: keychain.decrypt(wanted, name, data) for name, data in wrapped.items()}


async def test_it_goes_on_where_it_stood_with_the_new_secrets_alone(
    store: Store, keychain: Keychain, account: AccountId
) -> None:
    before = await now(store, account)
    await actions.sign_in_again(store, keychain, account, ANNA, {"host": "b"}, {"token": "new"}, 5)
    after = await now(store, account)
    assert (after.state, after.error) == (AccountState.ACTIVE, "")
    assert (after.cursor, after.history_since) == (before.cursor, before.history_since)
    assert after.settings["host"] == "b"
    assert await kept(store, keychain, account) == {"token": "new"}


async def test_a_running_engine_sees_a_change_of_settings_each_time(
    store: Store, keychain: Keychain, account: AccountId
) -> None:
    await actions.sign_in_again(store, keychain, account, ANNA, {"host": "a"}, {}, None)
    assert (await now(store, account)).settings != {"host": "a"}


async def test_a_paused_account_stays_paused(store: Store, keychain: Keychain, account: AccountId) -> None:
    await actions.set_state(store, account, AccountState.PAUSED)
    await actions.sign_in_again(store, keychain, account, ANNA, {}, {"token": "new"}, None)
    assert (await now(store, account)).state is AccountState.PAUSED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, AccountState.ACTIVE),
        (AccountState.PAUSED, AccountState.PAUSED),
        (AccountState.REMOVED, AccountState.REMOVED),
    ],
)
async def test_a_sign_in_that_was_found_to_work_needs_no_other(
    sqlite_store: Store, keychain: Keychain, before: AccountState | None, after: AccountState
) -> None:
    added = await actions.add(sqlite_store, keychain, "fake", ANNA, {}, {}, 5)
    await sqlite_store.write(lambda tx: accounts.need_sign_in(tx, added, "Sign in again."))
    if before is not None:
        await actions.set_state(sqlite_store, added, before)
    await sqlite_store.write(lambda tx: accounts.forget_failure(tx, added))
    found = await now(sqlite_store, added)
    assert (found.state, found.error) == (after, "")


async def test_somebody_elses_sign_in_changes_nothing(store: Store, keychain: Keychain, account: AccountId) -> None:
    before, secrets_before = await now(store, account), await kept(store, keychain, account)
    with pytest.raises(Refused, match="The sign-in of @anna now leads to @ben"):
        await actions.sign_in_again(store, keychain, account, OurselvesThere("ben", "@ben"), {}, {"token": "new"}, None)
    assert await now(store, account) == before
    assert await kept(store, keychain, account) == secrets_before


@pytest.mark.parametrize(
    ("settings", "since", "cursor"),
    [({"host": "a", "folders": "More"}, 5, {"block": 0}), ({"host": "a"}, 4, None), ({"host": "a"}, None, None)],
)
async def test_a_folder_more_goes_on_and_a_longer_history_begins_at_the_top(
    store: Store,
    keychain: Keychain,
    account: AccountId,
    settings: dict[str, str],
    since: int | None,
    cursor: JsonObject | None,
) -> None:
    async def done() -> None:
        await store.write(lambda tx: accounts.keep_older_cursor(tx, account, {"block": 0}, done=True))

    for again in (actions.add, None):
        await done()
        if again:
            await again(store, keychain, "fake", ANNA, settings, {}, since)
        else:
            await store.write(lambda tx: accounts.add(tx, "fake", ANNA, {"host": "a"}, history_since=5))
            await done()
            await actions.sign_in_again(store, keychain, account, ANNA, settings, {}, since)
        after = await now(store, account)
        assert (after.older_done, after.older_cursor, after.history_since) == (False, cursor, since)


async def test_the_same_account_added_again_loads_nothing_again(
    store: Store, keychain: Keychain, account: AccountId
) -> None:
    await store.write(lambda tx: accounts.keep_older_cursor(tx, account, {"block": 0}, done=True))
    await actions.add(store, keychain, "fake", ANNA, {"host": "a"}, {}, 6)
    assert (await now(store, account)).older_done


async def test_what_begins_there_from_now_on_wears_the_accounts_hat(store: Store, account: AccountId) -> None:
    await store.write(lambda tx: ingest(tx, account, [said("before", 1)]))
    await actions.wear(store, account, Hat.SOCIAL)
    await store.write(lambda tx: ingest(tx, account, [said("after", 2)]))
    page = await inbox.conversation_page(store, ColleagueId("me"), EVERYTHING, limit=9)
    assert [row.hat for row in page.rows] == [Hat.SOCIAL, Hat.COMMUNITY]
    with pytest.raises(NotFound):
        await actions.wear(store, AccountId("nobody"), Hat.SOCIAL)
