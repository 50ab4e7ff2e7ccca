"""A folder in the real engine and database: nothing is written twice, and an answer is put down once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import Connection, select, text

from connectors.folder import MANIFEST
from inbox_app.contract.connector import Host
from inbox_app.contract.manifest import Manifest
from inbox_app.domain.ids import AccountId, MessageId
from inbox_app.domain.words import OutboxState
from inbox_app.events import Bus
from inbox_app.storage import accounts, outbox
from inbox_app.storage.accounts import Account
from inbox_app.storage.schema import message
from inbox_app.storage.store import Store
from inbox_app.sync.engine import Engine, Parts
from inbox_app.sync.pace import Pace
from tests.connectors.folder.conftest import FolderStage
from tests.fakes.engine_room import OpenDoor, no_blobs
from tests.fakes.inbox import reply


@asynccontextmanager
async def engine_on(store: Store, stage: FolderStage) -> AsyncIterator[Engine]:
    """An engine of a process of its own."""

    async def make_host(account: Account, manifest: Manifest, pace: Pace) -> Host:
        return stage.host()

    yield Engine(Parts(store, Bus(), {MANIFEST.key: MANIFEST}, make_host, no_blobs, OpenDoor()))


async def add(store: Store, stage: FolderStage) -> AccountId:
    we = await (await stage.connector()).connect()
    there = accounts.OurselvesThere(we.remote_id, we.handle, we.name, we.handles)
    return await store.write(lambda tx: accounts.add(tx, MANIFEST.key, there, stage.settings))


async def sync(store: Store, stage: FolderStage) -> tuple[int, str]:
    async with engine_on(store, stage) as engine:
        (report,) = await engine.sync_once()
    return report.new, report.error


def rows(conn: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but for where the account stands."""
    names = [row[0] for row in conn.execute(text("select name from sqlite_master where type = 'table'"))]
    kept = [name for name in names if name not in ("account", "budget", "ledger", "change") and "search" not in name]
    return {name: [tuple(row) for row in conn.execute(text(f'select * from "{name}"'))] for name in kept}


async def test_a_second_sync_without_news_writes_nothing(sqlite_store: Store, stage: FolderStage) -> None:
    await add(sqlite_store, stage)
    other = stage.other
    other.drop({"event": "post", "id": "p-1", "title": "Glazes", "text": "Blue", "at": other.moment(0)})
    other.drop(other.message("the first", post="p-1", id="c-1"))
    other.drop(other.message("below it", post="p-1", parent="c-1"))
    other.drop({"event": "reactions", "id": "c-1", "counts": {"❤": 2}})
    assert await sync(sqlite_store, stage) == (2, "")
    before = await sqlite_store.read(rows)
    assert await sync(sqlite_store, stage) == (0, "")
    assert await sync(sqlite_store, stage) == (0, "")
    assert await sqlite_store.read(rows) == before
    assert len({row.conversation for row in await sqlite_store.read(lambda c: c.execute(select(message)).all())}) == 1


async def test_an_answer_is_put_down_once_and_its_copy_is_itself(sqlite_store: Store, stage: FolderStage) -> None:
    account = await add(sqlite_store, stage)
    await stage.arrive("Is the blue one still there?")
    await sync(sqlite_store, stage)
    asked = MessageId(await sqlite_store.read(lambda conn: conn.execute(select(message.c.id)).scalar_one()))
    row = await sqlite_store.write(lambda tx: outbox.queue(tx, reply(account, asked, "Yes, two")))
    await sync(sqlite_store, stage)
    settled = await sqlite_store.read(lambda conn: outbox.get(conn, row.id))
    assert settled.state is OutboxState.DELIVERED
    assert await stage.copies("Yes, two") == 1
    assert await sync(sqlite_store, stage) == (0, "")
    remote = await sqlite_store.read(lambda conn: conn.execute(select(message.c.remote_id)).scalars().all())
    assert row.key in remote
    assert len(remote) == 2
