"""The connector in the real engine and database: nothing is lost, nothing doubled, nothing sent twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from inbox_app.domain.words import AccountState, Direction, OutboxState
from inbox_app.storage import accounts, outbox
from inbox_app.storage.schema import message
from inbox_app.storage.store import Store
from tests.connectors.bluesky.stage import BlueskyStage
from tests.connectors.on_engine import add, queue, rows, state_of, sync
from tests.servers.gateway import Request, Response

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]
PUT = "/xrpc/com.atproto.repo.putRecord"
SEND = "/xrpc/chat.bsky.convo.sendMessage"


async def ours(store: Store) -> list[str]:
    found = select(message.c.remote_id).where(message.c.direction == Direction.OUTGOING)
    return [str(one) for one in await store.read(lambda conn: conn.execute(found).scalars().all())]


async def test_a_second_sync_without_news_writes_nothing(store: Store, stage: BlueskyStage) -> None:
    await add(store, stage)
    asked = stage.mention("before")
    post = stage.brand.say("A post")
    comment = stage.anna.say("a comment", to=post)
    stage.brand.act("app.bsky.feed.like", {"uri": comment["uri"], "cid": comment["cid"]})
    stage.ben.say("deeper", to=comment)
    stage.brand.say("an answer", to=asked)
    stage.anna.chat(stage.brand, "between us")
    assert await sync(store, stage) == ""
    stage.later = timedelta(minutes=2)
    assert await sync(store, stage) == ""
    before = await store.read(rows)
    stage.later = timedelta(minutes=5)  # every thread is looked at again
    assert await sync(store, stage) == ""
    assert await store.read(rows) == before
    assert len(before["message"]) == 5


class Once:
    """Applies a rule to the next answer that is sent, and to no later one."""

    def __init__(self, path: str) -> None:
        self.path, self.left = path, 1

    def takes(self, request: Request) -> bool:
        if request.path == self.path and self.left:
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


async def ask_and_answer(store: Store, stage: BlueskyStage, *, private: bool) -> outbox.Outgoing:
    account = await add(store, stage)
    await sync(store, stage)
    if private:
        sent = stage.anna.chat(stage.brand, "are you there?")
        asked = f"chat:{sent['convo']}/{sent['id']}"
    else:
        asked = stage.mention("are you there?")["uri"]
    await sync(store, stage)
    return await queue(store, account, asked, "Always & ever <3")


def answers(stage: BlueskyStage, *, private: bool) -> int:
    if private:
        said = stage.anna.chats(stage.anna.convo(stage.brand))
        return sum(one["sender"]["did"] == stage.brand.did for one in said)
    return len(stage.brand.posts())


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("pulled_first", [False, True])
async def test_an_answer_that_arrived_unseen_is_there_once(
    store: Store, stage: BlueskyStage, pulled_first: bool, private: bool
) -> None:
    row = await ask_and_answer(store, stage, private=private)
    stage.gateway.after.append(Cut(SEND if private else PUT))
    await sync(store, stage)
    if pulled_first:
        stage.network.settle()
        await sync(store, stage)
    stage.later = timedelta(minutes=3)
    await sync(store, stage)
    assert await state_of(store, row) is OutboxState.DELIVERED
    stage.network.settle()
    await sync(store, stage)
    assert answers(stage, private=private) == 1
    assert len(await ours(store)) == 1


@pytest.mark.parametrize("private", [False, True])
async def test_an_answer_that_was_lost_is_sent_again_once(store: Store, stage: BlueskyStage, private: bool) -> None:
    row = await ask_and_answer(store, stage, private=private)
    stage.gateway.before.append(Swallow(SEND if private else PUT))
    await sync(store, stage)
    assert answers(stage, private=private) == 0
    for minutes in (3, 6):
        stage.later = timedelta(minutes=minutes)
        await sync(store, stage)
    assert await state_of(store, row) is OutboxState.DELIVERED
    assert answers(stage, private=private) == 1


async def test_at_the_limit_an_answer_waits_and_is_not_lost(store: Store, stage: BlueskyStage) -> None:
    row = await ask_and_answer(store, stage, private=False)
    reset = int((datetime.now(UTC) + timedelta(minutes=4)).timestamp())
    headers = {"ratelimit-limit": "300", "ratelimit-remaining": "0", "ratelimit-reset": str(reset)}

    def full(request: Request) -> Request | Response:
        return Response(429, headers, b'{"error":"RateLimitExceeded"}') if request.path == PUT else request

    stage.gateway.before.append(full)
    await sync(store, stage)
    stage.gateway.before.remove(full)
    asked_before = len(stage.gateway.seen)
    for minutes in (1, 3):
        stage.later = timedelta(minutes=minutes)
        await sync(store, stage)
    assert not [request for request, _ in stage.gateway.seen[asked_before:] if request.path == PUT]
    stage.later = timedelta(minutes=6)
    await sync(store, stage)
    assert await state_of(store, row) is OutboxState.DELIVERED
    assert answers(stage, private=False) == 1


async def test_a_death_between_pulling_and_storing_loses_and_doubles_nothing(store: Store, stage: BlueskyStage) -> None:
    await add(store, stage)
    await sync(store, stage)
    for number in range(70):
        stage.mention(f"number {number}", settle=False)
    stage.network.settle()
    seen = 0

    def dies(request: Request) -> Request | Response:
        nonlocal seen
        seen += request.path.endswith("getPosts")
        return Response(503, {}, b"") if seen == 3 else request

    stage.gateway.before.append(dies)
    assert "trouble" in await sync(store, stage)
    assert 0 < len((await store.read(rows))["message"]) < 70
    stage.gateway.before.remove(dies)
    stage.later = timedelta(minutes=10)
    assert await sync(store, stage) == ""
    assert len((await store.read(rows))["message"]) == 70


async def test_a_withdrawn_password_pauses_the_account_with_a_sentence(store: Store, stage: BlueskyStage) -> None:
    account = await add(store, stage)
    await sync(store, stage)
    await stage.refuse_sign_in()
    assert "app password" in await sync(store, stage)
    assert (await store.read(lambda conn: accounts.get(conn, account))).state is AccountState.SIGN_IN_NEEDED
