"""The connector in the real engine and database: nothing is lost, nothing doubled, nothing sent twice."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select

from inbox_app.domain.words import AccountState, Direction, OutboxState
from inbox_app.storage import accounts, ledger, outbox
from inbox_app.storage.schema import conversation, message
from inbox_app.storage.store import Store
from tests.connectors.matrix.stage import MatrixStage
from tests.connectors.on_engine import add, queue, rows, state_of, sync
from tests.servers.gateway import Request, Response

pytestmark = pytest.mark.server


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
    row = await queue(store, account, asked, "Always & ever <3")
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
    assert await state_of(store, row) is OutboxState.DELIVERED
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
    assert await state_of(store, row) is OutboxState.DELIVERED
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
    assert await state_of(store, row) is OutboxState.DELIVERED
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
