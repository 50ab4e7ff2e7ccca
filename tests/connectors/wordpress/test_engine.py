"""The connector in the real engine and database: nothing is written twice, lost or sent twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from inbox_app.domain.words import Direction, OutboxState, State
from inbox_app.storage import outbox
from inbox_app.storage.schema import conversation, message
from inbox_app.storage.store import Store
from tests.connectors.on_engine import add, queue, rows, state_of, sync
from tests.connectors.wordpress.stage import WordPressStage
from tests.servers.gateway import Request, Response

pytestmark = pytest.mark.server


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
    return await queue(store, account, str(asked), words)


@pytest.mark.parametrize("pulled_first", [True, False])
async def test_an_answer_that_arrived_unseen_is_there_once(
    store: Store, stage: WordPressStage, pulled_first: bool
) -> None:
    row = await queue_reply(store, stage, 'Always & "ever" <3 -- it\'s so')
    stage.gateway.after.append(Cut())
    await sync(store, stage)
    assert await state_of(store, row) is OutboxState.SENDING, "nobody knows, and it is too early to look"
    if pulled_first:
        await sync(store, stage)
    stage.later = timedelta(minutes=3)
    await sync(store, stage)
    assert await state_of(store, row) is OutboxState.DELIVERED
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
    assert await state_of(store, row) is OutboxState.DELIVERED
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
    assert await state_of(store, row) is OutboxState.DELIVERED
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
