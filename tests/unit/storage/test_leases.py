"""One desk at a time works an account, one engine a workspace; an old fence number never holds."""

import subprocess
import sys
from collections.abc import Callable

import pytest
from sqlalchemy import insert

from inbox_app.domain.ids import AccountId
from inbox_app.paths import WorkspaceAddress
from inbox_app.storage import schema
from inbox_app.storage.leases import (
    Lease,
    LeaseLost,
    acquire_lease,
    give_back_all,
    hold_all,
    read_lease,
    require_lease,
)
from inbox_app.storage.locks import EngineLock, SecondEngine
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx

SHOP = AccountId("shop")
MINUTE = 60_000


def make_account(tx: Tx) -> None:
    row = {"id": SHOP, "channel": "mail", "remote_id": "s", "handle": "s", "state": "active", "made_at": tx.now}
    tx.conn.execute(insert(schema.account), row)


def ask(desk: str, minutes: int) -> Callable[[Tx], Lease | None]:
    """What it gets when it asks so many minutes later."""
    return lambda tx: acquire_lease(tx, SHOP, desk, minutes * MINUTE, MINUTE)


async def test_a_lease_goes_from_desk_to_desk_with_growing_numbers(store: Store) -> None:
    await store.write(make_account)
    assert await store.write(ask("desk 1", 0)) == Lease(SHOP, "desk 1", 1, MINUTE)
    assert await store.write(ask("desk 2", 0)) is None
    assert await store.write(ask("desk 1", 0)) == Lease(SHOP, "desk 1", 1, MINUTE)
    assert await store.write(ask("desk 2", 2)) == Lease(SHOP, "desk 2", 2, 3 * MINUTE)
    with pytest.raises(LeaseLost):
        await store.write(lambda tx: require_lease(tx, SHOP, "desk 1", 1))
    await store.write(lambda tx: require_lease(tx, SHOP, "desk 2", 2))
    await store.write(lambda tx: give_back_all(tx, "desk 2", {SHOP: 2}))
    assert await store.write(ask("desk 1", 2)) == Lease(SHOP, "desk 1", 3, 3 * MINUTE)


async def test_who_comes_back_after_its_lease_was_over_has_lost_it(store: Store) -> None:
    await store.write(make_account)
    first = await store.write(lambda tx: hold_all(tx, "desk 1", {}, -MINUTE))
    with pytest.raises(LeaseLost):
        await store.write(lambda tx: hold_all(tx, "desk 1", first.fences, MINUTE))
    assert await store.read(lambda conn: read_lease(conn, SHOP)) is not None
    second = await store.write(lambda tx: hold_all(tx, "desk 2", {}, MINUTE))
    assert (second.fences, second.abandoned) == ({SHOP: 2}, (SHOP,))
    await store.write(lambda tx: give_back_all(tx, "desk 2", second.fences))
    third = await store.write(lambda tx: hold_all(tx, "desk 3", {}, MINUTE))
    assert (third.fences, third.abandoned) == ({SHOP: 3}, ())


def test_a_second_engine_is_refused_also_from_another_process(sqlite_address: WorkspaceAddress) -> None:
    script = (
        "import sys; from inbox_app.paths import resolve_workspace; from inbox_app.storage.locks import EngineLock\n"
        "lock = EngineLock.take(resolve_workspace(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(sqlite_address.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(SecondEngine, match=sqlite_address.name):
            EngineLock.take(sqlite_address)
        other.kill()
        other.wait(10)
    with EngineLock.take(sqlite_address), pytest.raises(SecondEngine):
        EngineLock.take(sqlite_address)
    EngineLock.take(sqlite_address).release()
