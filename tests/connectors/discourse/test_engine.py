"""The forum in the real engine and database: nothing is written twice, and no answer is said twice or lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from inbox_app.domain.ids import AccountId, MessageId
from inbox_app.domain.words import Direction, Kind, OutboxState
from inbox_app.storage import outbox
from inbox_app.storage.schema import conversation, message
from inbox_app.storage.store import Store
from tests.connectors.discourse.conftest import DiscourseStage
from tests.connectors.discourse.forum import Refused
from tests.connectors.on_engine import add as add_account
from tests.connectors.on_engine import rows, state_of, sync
from tests.fakes.inbox import reply


async def add(store: Store, stage: DiscourseStage) -> AccountId:
    """The account, where it stood when it was connected."""
    account = await add_account(store, stage)
    await sync(store, stage)
    return account


async def test_a_second_sync_without_news_writes_nothing(store: Store, stage: DiscourseStage) -> None:
    await add(store, stage)
    first = stage.server.say("Which blue?", stage.topic)
    stage.server.say("I ask too", stage.topic, stage.server.ben, to=first.number).marks[2] = {"anna"}
    stage.server.say("The dark one", stage.topic, stage.server.brand, to=first.number)
    began = stage.server.begin("Glaze runs", "Mine runs", level=2)
    stage.server.say("Mine too", began.topic, stage.server.ben)
    stage.server.now = stage.now()
    stage.server.begin("An order", "In private", members=("anna", "brand"))
    assert await sync(store, stage) == ""
    before = await store.read(rows)
    assert await sync(store, stage) == ""
    assert await store.read(rows) == before
    kinds = await store.read(lambda conn: conn.execute(select(conversation.c.kind)).scalars().all())
    assert sorted(kinds) == [Kind.DIRECT, Kind.FORUM, Kind.FORUM]
    assert await store.read(lambda conn: conn.execute(select(func.count(message.c.id))).scalar_one()) == 6


async def outgoing(store: Store, stage: DiscourseStage, *, lost: bool, held: bool = False) -> OutboxState:
    """What becomes of an answer."""
    account = await add(store, stage)
    await stage.arrive("Is the blue one still there?")
    await sync(store, stage)
    question = MessageId(
        await store.read(
            lambda conn: conn.execute(
                select(message.c.id).where(message.c.direction == Direction.INCOMING)
            ).scalar_one()
        )
    )
    row = await store.write(lambda tx: outbox.queue(tx, reply(account, question, "Yes, two")))
    stage.server.lose_answers, stage.server.holds = int(lost), held
    for minutes in (0, 3, 6):
        stage.later = timedelta(minutes=minutes)
        await sync(store, stage)
    return await state_of(store, row)


async def outgoing_messages(store: Store) -> int:
    ours = select(func.count()).where(message.c.direction == Direction.OUTGOING)
    return await store.read(lambda conn: conn.execute(ours).scalar_one())


@pytest.mark.parametrize("lost", [False, True])
async def test_an_answer_is_there_once_whether_its_receipt_came_or_not(
    store: Store, stage: DiscourseStage, lost: bool
) -> None:
    assert await outgoing(store, stage, lost=lost) is OutboxState.DELIVERED
    assert await stage.copies("Yes, two") == 1
    assert await outgoing_messages(store) == 1


async def test_an_answer_that_waits_for_a_moderator_is_not_sent_again(store: Store, stage: DiscourseStage) -> None:
    assert await outgoing(store, stage, lost=True, held=True) is OutboxState.DELIVERED
    assert len(stage.server.pending) == 1
    assert await outgoing_messages(store) == 1


async def test_at_the_limit_an_answer_waits_and_is_not_lost(store: Store, stage: DiscourseStage) -> None:
    account = await add(store, stage)
    await stage.arrive("Is the blue one still there?")
    await sync(store, stage)
    question = MessageId(await store.read(lambda conn: conn.execute(select(message.c.id)).scalar_one()))
    row = await store.write(lambda tx: outbox.queue(tx, reply(account, question, "Yes, two")))
    tries: list[str] = []

    def full(method: str, path: str, _body: object) -> None:
        if (method, path) == ("POST", "/posts.json"):
            tries.append(path)
            raise Refused(429, "Slow down", "rate_limit", extras={"wait_seconds": 240})

    stage.server.before.append(full)
    await sync(store, stage)
    for minutes in (1, 3):
        stage.later = timedelta(minutes=minutes)
        await sync(store, stage)
    assert len(tries) == 1
    stage.server.before.clear()
    stage.later = timedelta(minutes=6)
    await sync(store, stage)
    assert await state_of(store, row) is OutboxState.DELIVERED
    assert await stage.copies("Yes, two") == 1
