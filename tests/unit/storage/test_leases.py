"""One desk at a time works an account, one engine a workspace; an old fence number never holds."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert

from inbox_app.domain.ids import AccountId
from inbox_app.paths import WorkspaceAddress
from inbox_app.storage import schema
from inbox_app.storage.leases import Lease, acquire_lease, holds_lease, release_lease, renew_lease
from inbox_app.storage.locks import EngineLock, SecondEngine
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx

SHOP = AccountId("shop")
MINUTE = 60_000


def make_account(tx: Tx) -> None:
    row = {"id": SHOP, "channel": "mail", "remote_id": "s", "handle": "s", "state": "active", "made_at": tx.now}
    tx.conn.execute(insert(schema.account), row)


def at(minutes: int, act: Callable[[Tx], object]) -> Callable[[Tx], object]:
    """The act as if it were so many minutes later."""

    def later(tx: Tx) -> object:
        return act(Tx(tx.conn, minutes * MINUTE))

    return later


async def test_a_lease_goes_from_desk_to_desk_with_growing_numbers(store: Store) -> None:
    await store.write(make_account)
    first = await store.write(at(0, lambda tx: acquire_lease(tx, SHOP, "desk 1", MINUTE)))
    assert first == Lease(SHOP, "desk 1", 1, MINUTE)
    assert await store.write(at(0, lambda tx: acquire_lease(tx, SHOP, "desk 2", MINUTE))) is None
    second = await store.write(at(2, lambda tx: acquire_lease(tx, SHOP, "desk 2", MINUTE)))
    assert second == Lease(SHOP, "desk 2", 2, 3 * MINUTE)
    assert await store.write(at(2, lambda tx: renew_lease(tx, first, MINUTE))) is None
    assert not await store.write(at(2, lambda tx: holds_lease(tx, first)))
    assert await store.write(at(2, lambda tx: holds_lease(tx, second)))
    await store.write(at(2, lambda tx: release_lease(tx, second)))
    third = await store.write(at(2, lambda tx: acquire_lease(tx, SHOP, "desk 1", MINUTE)))
    assert third == Lease(SHOP, "desk 1", 3, 3 * MINUTE)


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


def test_a_second_engine_on_another_computer_is_refused(postgres_address: WorkspaceAddress, tmp_path: Path) -> None:
    elsewhere = replace(postgres_address, folder=tmp_path / "another computer")
    with EngineLock.take(postgres_address), pytest.raises(SecondEngine):
        EngineLock.take(elsewhere)
    EngineLock.take(elsewhere).release()
    EngineLock.take(postgres_address).release()
