"""The bot in the real engine and database: nothing is written twice, and what nobody can know waits for a person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from connectors.telegram import MANIFEST
from inbox_app.contract.connector import Host
from inbox_app.contract.manifest import Manifest
from inbox_app.domain.ids import AccountId, MessageId
from inbox_app.domain.timecode import to_ms
from inbox_app.domain.words import OutboxState
from inbox_app.events import Bus
from inbox_app.paths import resolve_workspace
from inbox_app.storage import accounts, outbox
from inbox_app.storage.accounts import Account
from inbox_app.storage.schema import message
from inbox_app.storage.store import Store
from inbox_app.sync.clock import SystemClock
from inbox_app.sync.engine import Engine, Parts
from inbox_app.sync.pace import Pace
from tests.connectors.telegram.conftest import TelegramStage
from tests.connectors.telegram.server import GROUP, Refused
from tests.fakes.engine_room import OpenDoor, no_blobs
from tests.fakes.inbox import reply


@asynccontextmanager
async def engine_on(store: Store, stage: TelegramStage) -> AsyncIterator[Engine]:
    """An engine of a process of its own."""

    async def make_host(account: Account, manifest: Manifest, pace: Pace) -> Host:
        return stage.host()

    yield Engine(
        Parts(store, Bus(), {MANIFEST.key: MANIFEST}, make_host, no_blobs, OpenDoor(), clock=LaterClock(stage))
    )


@pytest.fixture
async def store(tmp_path: Path, stage: TelegramStage) -> AsyncIterator[Store]:
    """A workspace whose clock is the stage's."""
    address = resolve_workspace(str(tmp_path / "workspace"))
    opened = await Store.open(address, Bus(), create=True, clock=lambda: to_ms(stage.now()))
    yield opened
    await opened.close()


class LaterClock(SystemClock):
    """The real clock, moved forward by the stage."""

    def __init__(self, stage: TelegramStage) -> None:
        self._stage = stage

    def now(self) -> datetime:
        return self._stage.now()


async def add(store: Store, stage: TelegramStage) -> AccountId:
    we = await (await stage.connector()).connect()
    there = accounts.OurselvesThere(we.remote_id, we.handle, we.name, we.handles)
    return await store.write(lambda tx: accounts.add(tx, MANIFEST.key, there, stage.settings))


async def sync(store: Store, stage: TelegramStage) -> tuple[int, str]:
    async with engine_on(store, stage) as engine:
        (report,) = await engine.sync_once()
    return report.new, report.error


def rows(conn: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but for where the account stands."""
    names = [row[0] for row in conn.execute(text("select name from sqlite_master where type = 'table'"))]
    kept = [name for name in names if name not in ("account", "budget", "ledger", "change") and "search" not in name]
    return {name: [tuple(row) for row in conn.execute(text(f'select * from "{name}"'))] for name in kept}


async def test_a_second_sync_without_news_writes_nothing(store: Store, stage: TelegramStage) -> None:
    await add(store, stage)
    post = stage.server.post("New glazes")
    comment = stage.server.answer("Which blue?", post, message_thread_id=post["message_id"])
    stage.server.answer("I ask too", comment, message_thread_id=post["message_id"])
    stage.server.react(comment, "", "❤")
    stage.server.say("good morning", GROUP)
    stage.server.say("in private")
    assert await sync(store, stage) == (4, "")
    before = await store.read(rows)
    assert await sync(store, stage) == (0, "")
    assert await store.read(rows) == before
    assert stage.server.updates == []
    assert len({row.conversation for row in await store.read(lambda c: c.execute(select(message)).all())}) == 3


async def outgoing(store: Store, stage: TelegramStage, *, lost: bool) -> OutboxState:
    """What becomes of an answer."""
    account = await add(store, stage)
    await stage.arrive("Is the blue one still there?")
    await sync(store, stage)
    question = MessageId(await store.read(lambda conn: conn.execute(select(message.c.id)).scalar_one()))
    row = await store.write(lambda tx: outbox.queue(tx, reply(account, question, "Yes, two")))
    stage.server.lose_answers = int(lost)
    for minutes in (0, 3, 6):
        stage.later = timedelta(minutes=minutes)
        await sync(store, stage)
    return (await store.read(lambda conn: outbox.get(conn, row.id))).state


async def test_an_answer_is_sent_once_and_its_copy_is_itself(store: Store, stage: TelegramStage) -> None:
    assert await outgoing(store, stage, lost=False) is OutboxState.DELIVERED
    assert await stage.copies("Yes, two") == 1
    assert len(await store.read(lambda conn: conn.execute(select(message.c.id)).all())) == 2


async def test_what_nobody_can_know_is_not_sent_again(store: Store, stage: TelegramStage) -> None:
    assert await outgoing(store, stage, lost=True) is OutboxState.UNCONFIRMED
    assert await stage.copies("Yes, two") == 1


async def test_at_the_limit_an_answer_waits_and_is_not_lost(store: Store, stage: TelegramStage) -> None:
    account = await add(store, stage)
    await stage.arrive("Is the blue one still there?")
    await sync(store, stage)
    question = MessageId(await store.read(lambda conn: conn.execute(select(message.c.id)).scalar_one()))
    row = await store.write(lambda tx: outbox.queue(tx, reply(account, question, "Yes, two")))

    def full(method: str, _params: object) -> None:
        if method == "sendMessage":
            raise Refused(429, "Too Many Requests: retry after 240", retry_after=240)

    stage.server.before.append(full)
    await sync(store, stage)
    stage.server.before.clear()
    stage.server.begun.clear()
    for minutes in (1, 3):
        stage.later = timedelta(minutes=minutes)
        await sync(store, stage)
    assert "sendMessage" not in [method for method, _params in stage.server.begun]
    stage.later = timedelta(minutes=6)
    await sync(store, stage)
    assert (await store.read(lambda conn: outbox.get(conn, row.id))).state is OutboxState.DELIVERED
    assert await stage.copies("Yes, two") == 1
