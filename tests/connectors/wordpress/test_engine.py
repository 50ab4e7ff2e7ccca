"""The connector in the real engine and database: nothing is written twice, lost or sent twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from connectors.wordpress import MANIFEST
from inbox_app.contract.connector import Host
from inbox_app.contract.manifest import Manifest
from inbox_app.domain.ids import AccountId, MessageId
from inbox_app.domain.timecode import to_ms
from inbox_app.domain.words import Direction, OutboxState, State
from inbox_app.events import Bus
from inbox_app.paths import resolve_workspace
from inbox_app.storage import accounts, outbox
from inbox_app.storage.accounts import Account
from inbox_app.storage.schema import conversation, message
from inbox_app.storage.store import Store
from inbox_app.sync.clock import SystemClock
from inbox_app.sync.engine import Engine, Parts
from inbox_app.sync.pace import Pace
from tests.connectors.wordpress.stage import WordPressStage
from tests.fakes.engine_room import OpenDoor, no_blobs
from tests.fakes.inbox import reply
from tests.servers.gateway import Request, Response

pytestmark = pytest.mark.server


class LaterClock(SystemClock):
    """The real clock, moved forward by the stage."""

    def __init__(self, stage: WordPressStage) -> None:
        self._stage = stage

    def now(self) -> datetime:
        return datetime.now(UTC) + self._stage.later


@asynccontextmanager
async def engine_on(store: Store, stage: WordPressStage) -> AsyncIterator[Engine]:
    """An engine of a process of its own: what it held in memory is gone with it."""

    async def make_host(account: Account, manifest: Manifest, pace: Pace) -> Host:
        return replace(stage.host(), note_limit=pace.note)

    yield Engine(
        Parts(store, Bus(), {MANIFEST.key: MANIFEST}, make_host, no_blobs, OpenDoor(), clock=LaterClock(stage))
    )


@pytest.fixture
async def store(tmp_path: Path, stage: WordPressStage) -> AsyncIterator[Store]:
    """A workspace whose clock is the stage's."""
    address = resolve_workspace(str(tmp_path / "workspace"))
    opened = await Store.open(address, Bus(), create=True, clock=lambda: to_ms(stage.now()))
    yield opened
    await opened.close()


async def add(store: Store, stage: WordPressStage) -> AccountId:
    identity = await (await stage.connector()).connect()
    there = accounts.OurselvesThere(identity.remote_id, identity.handle, identity.name, identity.handles)
    return await store.write(lambda tx: accounts.add(tx, MANIFEST.key, there, stage.settings))


async def sync(store: Store, stage: WordPressStage) -> str:
    """Once, in an engine of its own; what went wrong, empty where nothing did."""
    async with engine_on(store, stage) as engine:
        (report,) = await engine.sync_once()
    return report.error


def stored(remote_id: int) -> Callable[[Connection], MessageId]:
    return lambda conn: MessageId(
        conn.execute(select(message.c.id).where(message.c.remote_id == str(remote_id))).scalar_one()
    )


def rows(conn: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but for where the account stands and when the service was counted."""
    names = [row[0] for row in conn.execute(text("select name from sqlite_master where type = 'table'"))]
    moving = ("account", "budget", "ledger", "change", "change_counter", "remote_count")
    kept = [name for name in names if name not in moving and "search" not in name]
    return {name: [tuple(row) for row in conn.execute(text(f'select * from "{name}"'))] for name in kept}


async def test_a_second_sync_without_news_writes_nothing(store: Store, stage: WordPressStage) -> None:
    await add(store, stage)
    top = stage.site.visit(stage.post, "held")
    stage.site.insert(stage.post, ["said <b>loud</b>", "below"], comment_parent=top)
    stage.brand.say(stage.post, "ours", to=top)
    assert await sync(store, stage) == ""
    assert await sync(store, stage) == ""
    before = await store.read(rows)
    assert await sync(store, stage) == ""
    assert await store.read(rows) == before
    assert len(before["message"]) == 4
    assert len(before["conversation"]) == 1


async def test_spam_leaves_the_work_and_comes_back_with_the_rescue(store: Store, stage: WordPressStage) -> None:
    await add(store, stage)
    await sync(store, stage)
    made = stage.site.visit(stage.post, "is this spam?")
    for status, state in (("hold", State.OPEN), ("spam", State.DONE), ("approve", State.OPEN), ("trash", State.DONE)):
        stage.site.do("status", comment=made, status=status)
        assert await sync(store, stage) == ""
        standing = await store.read(lambda conn: conn.execute(select(conversation)).one())
        assert standing.state == state, status


class Cut:
    """Carries out the next comment that is posted, and cuts the line before the answer."""

    def __init__(self) -> None:
        self.left = 1

    def __call__(self, request: Request, response: Response) -> Response | None:
        if request.method == "POST" and self.left:
            self.left -= 1
            return None
        return response


class Swallow:
    """Fails before the next comment that is posted reaches the site, as a server in front of it does."""

    def __init__(self) -> None:
        self.left = 1

    def __call__(self, request: Request) -> Request | Response:
        if request.method == "POST" and self.left:
            self.left -= 1
            return Response(504, {}, b"")
        return request


async def queue_reply(store: Store, stage: WordPressStage, words: str) -> outbox.Outgoing:
    account = await add(store, stage)
    await sync(store, stage)
    (asked,) = stage.site.insert(stage.post, ["are you there?"])
    await sync(store, stage)
    question = await store.read(stored(asked))
    row: outbox.Outgoing = await store.write(lambda tx: outbox.queue(tx, reply(account, question, words)))
    return row


@pytest.mark.parametrize("pulled_first", [True, False])
async def test_an_answer_that_arrived_unseen_is_there_once(
    store: Store, stage: WordPressStage, pulled_first: bool
) -> None:
    row = await queue_reply(store, stage, 'Always & "ever" <3 -- it\'s so')
    stage.gateway.after.append(Cut())
    await sync(store, stage)
    unsure = await store.read(lambda conn: outbox.get(conn, row.id))
    assert unsure.state is OutboxState.SENDING, "nobody knows, and it is too early to look"
    if pulled_first:
        await sync(store, stage)
    stage.later = timedelta(minutes=3)
    await sync(store, stage)
    assert (await store.read(lambda conn: outbox.get(conn, row.id))).state is OutboxState.DELIVERED
    assert await stage.copies("Always") == 1
    await sync(store, stage)
    ours = select(message.c.remote_id).where(message.c.direction == Direction.OUTGOING)
    assert len(await store.read(lambda conn: conn.execute(ours).scalars().all())) == 1


async def test_an_answer_that_was_lost_is_sent_again_once(store: Store, stage: WordPressStage) -> None:
    row = await queue_reply(store, stage, "Always")
    stage.gateway.before.append(Swallow())
    await sync(store, stage)
    assert await stage.copies("Always") == 0
    for minutes in (3, 6):
        stage.later = timedelta(minutes=minutes)
        await sync(store, stage)
    assert (await store.read(lambda conn: outbox.get(conn, row.id))).state is OutboxState.DELIVERED
    assert await stage.copies("Always") == 1


async def test_at_the_limit_an_answer_waits_and_is_not_lost(store: Store, stage: WordPressStage) -> None:
    row = await queue_reply(store, stage, "Always")

    def full(request: Request) -> Request | Response:
        return Response(429, {"retry-after": "240"}, b"") if request.method == "POST" else request

    stage.gateway.before.append(full)
    await sync(store, stage)
    stage.gateway.before.remove(full)
    asked_before = len(stage.gateway.seen)
    stage.later = timedelta(minutes=2)
    await sync(store, stage)
    assert not [request for request, _ in stage.gateway.seen[asked_before:] if request.method == "POST"]
    stage.later = timedelta(minutes=5)
    await sync(store, stage)
    assert (await store.read(lambda conn: outbox.get(conn, row.id))).state is OutboxState.DELIVERED
    assert await stage.copies("Always") == 1


async def test_a_death_between_pages_loses_and_doubles_nothing(store: Store, stage: WordPressStage) -> None:
    await add(store, stage)
    await sync(store, stage)
    stage.site.insert(stage.post, [f"n{number}" for number in range(330)])
    seen = 0

    def dies(request: Request) -> Request | Response:
        nonlocal seen
        seen += "/wp/v2/comments" in request.target
        return Response(503, {}, b"") if seen == 7 else request

    stage.gateway.before.append(dies)
    assert "trouble" in await sync(store, stage)
    held = len((await store.read(rows))["message"])
    assert 0 < held < 330
    stage.gateway.before.remove(dies)
    stage.later = timedelta(minutes=10)
    assert await sync(store, stage) == ""
    assert len((await store.read(rows))["message"]) == 330
