"""The connector in the real engine and database: nothing is lost, nothing doubled, nothing sent twice."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import Connection, select, text

from connectors.matrix import MANIFEST
from inbox_app.contract.connector import Host
from inbox_app.contract.manifest import Manifest
from inbox_app.domain.ids import AccountId, MessageId
from inbox_app.domain.timecode import to_ms
from inbox_app.domain.words import AccountState, Direction, OutboxState
from inbox_app.events import Bus
from inbox_app.paths import resolve_workspace
from inbox_app.storage import accounts, ledger, outbox
from inbox_app.storage.accounts import Account
from inbox_app.storage.schema import conversation, message
from inbox_app.storage.store import Store
from inbox_app.sync.clock import SystemClock
from inbox_app.sync.engine import Engine, Parts
from inbox_app.sync.pace import Pace
from tests.connectors.matrix.stage import MatrixStage
from tests.fakes.engine_room import OpenDoor, no_blobs
from tests.fakes.inbox import reply
from tests.servers.gateway import Request, Response

pytestmark = pytest.mark.server


class LaterClock(SystemClock):
    """The real clock, moved forward by the stage."""

    def __init__(self, stage: MatrixStage) -> None:
        self._stage = stage

    def now(self) -> datetime:
        return datetime.now(UTC) + self._stage.later


@asynccontextmanager
async def engine_on(store: Store, stage: MatrixStage) -> AsyncIterator[Engine]:
    """An engine of a process of its own: what it held in memory is gone with it."""

    async def make_host(account: Account, manifest: Manifest, pace: Pace) -> Host:
        return replace(stage.host(), note_limit=pace.note)

    yield Engine(
        Parts(store, Bus(), {MANIFEST.key: MANIFEST}, make_host, no_blobs, OpenDoor(), clock=LaterClock(stage))
    )


@pytest.fixture
async def store(tmp_path: Path, stage: MatrixStage) -> AsyncIterator[Store]:
    """A workspace whose clock is the stage's."""
    address = resolve_workspace(str(tmp_path / "workspace"))
    opened = await Store.open(address, Bus(), create=True, clock=lambda: to_ms(stage.now()))
    yield opened
    await opened.close()


async def add(store: Store, stage: MatrixStage) -> AccountId:
    identity = await (await stage.connector()).connect()
    there = accounts.OurselvesThere(identity.remote_id, identity.handle, identity.name, identity.handles)
    return await store.write(lambda tx: accounts.add(tx, MANIFEST.key, there, stage.settings))


async def sync(store: Store, stage: MatrixStage) -> str:
    """Once, in an engine of its own; what went wrong, empty where nothing did."""
    async with engine_on(store, stage) as engine:
        (report,) = await engine.sync_once()
    return report.error


def stored(remote_id: str) -> Callable[[Connection], MessageId]:
    return lambda conn: MessageId(
        conn.execute(select(message.c.id).where(message.c.remote_id == remote_id)).scalar_one()
    )


def rows(conn: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but for where the account stands."""
    names = [row[0] for row in conn.execute(text("select name from sqlite_master where type = 'table'"))]
    kept = [name for name in names if name not in ("account", "budget", "ledger", "change") and "search" not in name]
    return {name: [tuple(row) for row in conn.execute(text(f'select * from "{name}"'))] for name in kept}


async def test_a_second_sync_without_news_writes_nothing(store: Store, stage: MatrixStage) -> None:
    await add(store, stage)
    assert await sync(store, stage) == ""
    root = stage.brand.say(stage.room, "Ask us")
    asked = stage.ben.say(stage.room, "when?", thread=root)
    stage.anna.react(stage.room, asked, "👍")
    stage.anna.edit(stage.chat, stage.anna.say(stage.chat, "helo"), "hello")
    invited = stage.ben.make_room("Club")
    stage.ben.ask("POST", f"rooms/{quote(invited)}/invite", json={"user_id": stage.brand.id})
    assert await sync(store, stage) == ""
    before = await store.read(rows)
    assert await sync(store, stage) == ""
    assert await store.read(rows) == before
    assert len(before["message"]) == 4
    titles = await store.read(lambda conn: conn.execute(select(conversation.c.kind, conversation.c.title)).all())
    assert {tuple(row) for row in titles} >= {("direct", "Anna"), ("room", "Ask us · Kiln"), ("room", "Kiln")}


class Once:
    """Applies a rule to the next message that is sent, and to no later one."""

    def __init__(self) -> None:
        self.left = 1

    def takes(self, request: Request) -> bool:
        if request.method == "PUT" and "/send/m.room.message/" in request.path and self.left:
            self.left -= 1
            return True
        return False


class Cut(Once):
    """Carried out, and the line is cut before the answer."""

    def __call__(self, request: Request, response: Response) -> Response | None:
        return None if self.takes(request) else response


class Swallow(Once):
    """The server fails without carrying it out."""

    def __call__(self, request: Request) -> Request | Response:
        return Response(503, {"content-type": "application/json"}, b"{}") if self.takes(request) else request


async def ask_and_answer(store: Store, stage: MatrixStage) -> tuple[str, outbox.Outgoing]:
    account = await add(store, stage)
    await sync(store, stage)
    asked = stage.anna.say(stage.chat, "are you there?")
    await sync(store, stage)
    question = await store.read(stored(asked))
    row = await store.write(lambda tx: outbox.queue(tx, reply(account, question, "Always & ever <3")))
    return asked, row


def answers(stage: MatrixStage) -> list[dict[str, Any]]:
    return [one for one in stage.anna.messages(stage.chat) if one["sender"] == stage.brand.id]


@pytest.mark.parametrize("pulled_first", [True, False])
async def test_an_answer_that_arrived_unseen_is_there_once(
    store: Store, stage: MatrixStage, pulled_first: bool
) -> None:
    asked, row = await ask_and_answer(store, stage)
    stage.gateway.after.append(Cut())
    await sync(store, stage)
    if pulled_first:
        await sync(store, stage)
    stage.later = timedelta(minutes=3)
    await sync(store, stage)
    settled = await store.read(lambda conn: outbox.get(conn, row.id))
    assert settled.state is OutboxState.DELIVERED
    (answer,) = answers(stage)
    assert answer["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == asked
    await sync(store, stage)
    ours = select(message.c.remote_id).where(message.c.direction == Direction.OUTGOING)
    assert (await store.read(lambda conn: conn.execute(ours).scalars().all())) == [answer["event_id"]]


async def test_an_answer_that_was_lost_is_sent_again_once(store: Store, stage: MatrixStage) -> None:
    _asked, row = await ask_and_answer(store, stage)
    stage.gateway.before.append(Swallow())
    await sync(store, stage)
    assert answers(stage) == []
    for minutes in (3, 6):
        stage.later = timedelta(minutes=minutes)
        await sync(store, stage)
    assert (await store.read(lambda conn: outbox.get(conn, row.id))).state is OutboxState.DELIVERED
    assert len(answers(stage)) == 1


async def test_at_the_limit_an_answer_waits_and_is_not_lost(store: Store, stage: MatrixStage) -> None:
    _asked, row = await ask_and_answer(store, stage)
    limited = json.dumps({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 240_000}).encode()

    def full(request: Request) -> Request | Response:
        sends = request.method == "PUT" and "/send/" in request.path
        return Response(429, {"content-type": "application/json"}, limited) if sends else request

    stage.gateway.before.append(full)
    await sync(store, stage)
    stage.gateway.before.remove(full)
    asked_before = len(stage.gateway.seen)
    for minutes in (1, 3):
        stage.later = timedelta(minutes=minutes)
        await sync(store, stage)
    assert not [request for request, _ in stage.gateway.seen[asked_before:] if request.method == "PUT"]
    stage.later = timedelta(minutes=6)
    await sync(store, stage)
    assert (await store.read(lambda conn: outbox.get(conn, row.id))).state is OutboxState.DELIVERED
    assert len(answers(stage)) == 1


@pytest.mark.parametrize("dies_at", [1, 2])
async def test_a_death_while_a_gap_is_loaded_loses_and_doubles_nothing(
    store: Store, stage: MatrixStage, dies_at: int
) -> None:
    account = await add(store, stage)
    await sync(store, stage)
    for number in range(160):
        stage.anna.say(stage.chat, f"number {number}")
    seen = 0

    def dies(request: Request) -> Request | Response:
        nonlocal seen
        seen += request.path.endswith("/messages")
        return Response(503, {}, b"") if seen == dies_at else request

    stage.gateway.before.append(dies)
    assert "trouble" in await sync(store, stage)
    stage.gateway.before.remove(dies)
    if dies_at == 2:
        assert len(await store.read(lambda conn: ledger.open_gaps(conn, account))) == 1
    stage.later = timedelta(minutes=10)
    assert await sync(store, stage) == ""
    said = await store.read(lambda conn: conn.execute(select(message.c.remote_id)).scalars().all())
    assert len(said) == len(set(said)) == 160
    assert await store.read(lambda conn: ledger.open_gaps(conn, account)) == ()


async def test_a_session_that_ended_pauses_the_account_with_a_sentence(store: Store, stage: MatrixStage) -> None:
    account = await add(store, stage)
    await sync(store, stage)
    await stage.refuse_sign_in()
    assert "Sign in again" in await sync(store, stage)
    assert (await store.read(lambda conn: accounts.get(conn, account))).state is AccountState.SIGN_IN_NEEDED
