"""What a connector is lent: its secrets in the clear, and a way to keep newer ones."""

from __future__ import annotations

from pathlib import Path

from inbox_app.actions import accounts as actions
from inbox_app.content.worker import Worker
from inbox_app.contract.connector import Host
from inbox_app.keychain import Keychain, KeyringChoice, KeyringMode
from inbox_app.paths import resolve_workspace
from inbox_app.storage import accounts
from inbox_app.storage.accounts import OurselvesThere
from inbox_app.storage.store import Store
from inbox_app.sync.blocking import BlockingCalls
from inbox_app.sync.clock import SystemClock
from inbox_app.sync.hosts import Hosts
from inbox_app.sync.pace import Pace
from tests.fakes.connector import fake_channel
from tests.fakes.service import FileService


async def test_what_one_keeps_another_of_the_same_account_can_read(sqlite_store: Store, tmp_path: Path) -> None:
    keychain = Keychain(tmp_path / "key", KeyringChoice(KeyringMode.SESSION))
    blocking = BlockingCalls()
    hosts = Hosts(sqlite_store, keychain, Worker(), blocking, SystemClock(), resolve_workspace(str(tmp_path)))
    we = OurselvesThere("anna", "@anna")
    added = await actions.add(sqlite_store, keychain, "fake", we, {}, {"password": "p", "token": "old"}, None)

    async def make() -> Host:
        account = await sqlite_store.read(lambda conn: accounts.get(conn, added))
        return await hosts.of(account, fake_channel(FileService.__new__(FileService)), Pace(()))

    ours, theirs = await make(), await make()
    assert ours.secrets == {"password": "p", "token": "old"}
    await theirs.keep({"token": "new"})
    assert ours.kept is not None
    assert await ours.kept() == {"password": "p", "token": "new"}
    assert ours.secrets["token"] == "old"
    blocking.close()
