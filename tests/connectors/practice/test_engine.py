"""The practice community in the real engine: synced once, answered, and the answer settled exactly once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from connectors.practice import MANIFEST
from connectors.practice.journal import Journal
from connectors.practice.people import identity
from connectors.practice.places import Place
from connectors.practice.weather import Weather, change
from inbox_app.contract.connector import Host
from inbox_app.contract.manifest import Manifest
from inbox_app.domain.ids import AccountId, MessageId
from inbox_app.domain.words import Direction, OutboxState
from inbox_app.events import Bus
from inbox_app.storage import accounts, ledger, outbox
from inbox_app.storage.accounts import Account
from inbox_app.storage.schema import message
from inbox_app.storage.store import Store
from inbox_app.sync.engine import Engine, Parts
from inbox_app.sync.pace import Pace
from tests.contract.stage import Lent
from tests.fakes.engine_room import OpenDoor, no_blobs
from tests.fakes.inbox import reply


@asynccontextmanager
async def engine_on(store: Store, folder: Path) -> AsyncIterator[Engine]:
    """An engine that lends each account a folder of its own."""
    async with Lent(folder) as lent:

        async def make_host(account: Account, manifest: Manifest, pace: Pace) -> Host:
            return lent.host(account.settings, {})

        yield Engine(Parts(store, Bus(), {MANIFEST.key: MANIFEST}, make_host, no_blobs, OpenDoor()))


async def add(store: Store, place: Place) -> AccountId:
    we = identity(place)
    there = accounts.OurselvesThere(we.remote_id, we.handle, we.name, we.handles)
    settings = {"place": place.value, "size": "small", "seed": "2"}
    return await store.write(lambda tx: accounts.add(tx, MANIFEST.key, there, settings))


def newest_question(conn: Connection) -> MessageId:
    asks = select(func.max(message.c.id)).where(message.c.needs_reply, message.c.direction == Direction.INCOMING)
    return MessageId(conn.execute(asks).scalar_one())


def counted(text: str) -> Callable[[Connection], int]:
    ours = select(func.count()).where(message.c.direction == Direction.OUTGOING, message.c.remote_id == text)
    return lambda conn: conn.execute(ours).scalar_one()


async def answered(store: Store, account: AccountId, sync: Callable[[], Awaitable[object]]) -> outbox.Outgoing:
    asked = await store.read(newest_question)
    row = await store.write(lambda tx: outbox.queue(tx, reply(account, asked, "With pleasure")))
    await sync()
    return await store.read(lambda conn: outbox.get(conn, row.id))


async def test_a_place_is_synced_whole_and_an_answer_settles_once(sqlite_store: Store, tmp_path: Path) -> None:
    account = await add(sqlite_store, Place.FORUM)
    async with engine_on(sqlite_store, tmp_path / "account") as engine:
        (report,) = await engine.sync_once()
        assert (report.new, report.error) == (500, "")
        row = await answered(sqlite_store, account, engine.sync_once)
        assert row.state is OutboxState.DELIVERED
        (report,) = await engine.sync_once()
        assert report.new == 0, "the copy that comes back is the message itself"
    sent = [entry for entry in Journal(tmp_path / "account").entries() if entry.text == "With pleasure"]
    assert [entry.key for entry in sent] == [row.key]
    assert await sqlite_store.read(counted(sent[0].id)) == 1


async def test_a_lost_answer_is_settled_by_its_copy(sqlite_store: Store, tmp_path: Path) -> None:
    account = await add(sqlite_store, Place.DIRECT)
    async with engine_on(sqlite_store, tmp_path / "account") as engine:
        await engine.sync_once()
        change(tmp_path / "account", Weather(lost_answers=1))
        row = await answered(sqlite_store, account, engine.sync_once)
        await engine.sync_once()
        row = await sqlite_store.read(lambda conn: outbox.get(conn, row.id))
        assert row.state is OutboxState.DELIVERED
    sent = [entry for entry in Journal(tmp_path / "account").entries() if entry.text == "With pleasure"]
    assert len(sent) == 1


@pytest.mark.parametrize("place", [Place.COMMENTS, Place.FORUM])
async def test_the_ledger_of_a_whole_room_agrees(sqlite_store: Store, tmp_path: Path, place: Place) -> None:
    await add(sqlite_store, place)
    async with engine_on(sqlite_store, tmp_path / "account") as engine:
        await engine.sync_once()
    (line,) = await sqlite_store.read(ledger.lines)
    gone = select(func.count()).select_from(message).where(message.c.deleted_at.is_not(None))
    assert await sqlite_store.read(lambda conn: conn.execute(gone).scalar_one()), "nothing was deleted here"
    assert line.local_count == line.remote_count
    assert line.counted_at is not None
