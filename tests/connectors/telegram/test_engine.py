"""The bot in the real engine and database: nothing is written twice, and what nobody can know waits for a person."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from inbox_app.domain.ids import MessageId
from inbox_app.domain.words import OutboxState
from inbox_app.storage import outbox
from inbox_app.storage.schema import message
from inbox_app.storage.store import Store
from tests.connectors.on_engine import add, report_of, rows, state_of
from tests.connectors.telegram.conftest import TelegramStage
from tests.connectors.telegram.server import GROUP, Refused
from tests.fakes.inbox import reply


async def sync(store: Store, stage: TelegramStage) -> tuple[int, str]:
    report = await report_of(store, stage)
    return report.new, report.error


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
    return await state_of(store, row)


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
    assert await state_of(store, row) is OutboxState.DELIVERED
    assert await stage.copies("Yes, two") == 1
