"""The connector in the real engine and database: nothing is written twice, and nothing is sent twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, select

from inbox_app.domain.words import Action, Direction, OutboxState
from inbox_app.storage import abilities, acts
from inbox_app.storage.schema import message, post
from inbox_app.storage.store import Store
from tests.connectors.mastodon.stage import MastodonStage
from tests.connectors.on_engine import add, queue, rows, state_of, stored, sync
from tests.fakes.inbox import ME
from tests.servers.gateway import Request, Response

pytestmark = pytest.mark.server
PEOPLE = (Action.BLOCK, Action.UNBLOCK, Action.MUTE, Action.UNMUTE)


async def test_a_second_sync_without_news_writes_nothing(store: Store, stage: MastodonStage) -> None:
    await add(store, stage)
    asked = stage.anna.say(f"@{stage.brand.name} before", visibility="direct")
    post_ = stage.brand.say("A post", spoiler_text="bread")
    comment = stage.anna.say(f"@{stage.brand.name} a comment", to=post_["id"])
    stage.brand.ask("POST", f"/api/v1/statuses/{comment['id']}/favourite")
    stage.ben.say("deeper", to=comment["id"], poll={"options": ["a", "b"], "expires_in": 3600})
    stage.brand.say(f"@{stage.anna.name} answer", to=asked["id"], visibility="direct")
    assert await sync(store, stage) == ""
    stage.later = timedelta(minutes=2)
    assert await sync(store, stage) == ""
    before = await store.read(rows)
    stage.later = timedelta(minutes=5)  # every thread is looked at again
    assert await sync(store, stage) == ""
    assert await store.read(rows) == before
    assert len(before["message"]) == 4


async def test_a_deleted_post_keeps_what_it_said(store: Store, stage: MastodonStage) -> None:
    await add(store, stage)
    said = stage.brand.say("A post that will go")
    await sync(store, stage)
    stage.brand.delete(said["id"])
    stage.later = timedelta(minutes=2)
    await sync(store, stage)
    (row,) = await store.read(lambda conn: conn.execute(select(post.c.text, post.c.deleted_at)).all())
    assert "A post that will go" in row.text
    assert row.deleted_at is not None


async def test_after_a_block_the_way_back_is_offered_wherever_they_spoke(store: Store, stage: MastodonStage) -> None:
    """The server tells no more of what somebody says who is blocked: nothing but the act itself can say so."""
    await add(store, stage)
    said = [stage.anna.say(f"@{stage.brand.name} {word}")["id"] for word in ("buy", "cheap")]
    await sync(store, stage)
    first, second = [await store.read(stored(one)) for one in said]

    def of_people(conn: Connection) -> list[set[Action]]:
        can = [abilities.of_message(conn, one, 0) for one in (first, second)]
        return [{action for action in PEOPLE if one.of(action).possible} for one in can]

    for action, offered in (
        (Action.BLOCK, {Action.UNBLOCK, Action.MUTE}),
        (Action.UNBLOCK, {Action.BLOCK, Action.MUTE}),
    ):
        await store.write(partial(acts.do, by=ME, wanted=acts.Wanted(first, action, 0)))
        assert await sync(store, stage) == ""
        assert await store.read(of_people) == [offered, offered]


def blind_to_keys(request: Request) -> Request:
    """A server that never looks at the key."""
    return replace(
        request, headers={name: value for name, value in request.headers.items() if name != "idempotency-key"}
    )


class Cut:
    """Carries out the next status that is posted, and cuts the line before the answer."""

    def __init__(self) -> None:
        self.left = 1

    def __call__(self, request: Request, response: Response) -> Response | None:
        if request.method == "POST" and request.path == "/api/v1/statuses" and self.left:
            self.left -= 1
            return None
        return response


class Swallow:
    """Cuts the line before the next status that is posted reaches the server: it fails without being carried out."""

    def __init__(self) -> None:
        self.left = 1

    def __call__(self, request: Request) -> Request | Response:
        if request.method == "POST" and request.path == "/api/v1/statuses" and self.left:
            self.left -= 1
            return Response(503, {"content-type": "application/json"}, b'{"error": "over capacity"}')
        return request


@pytest.mark.parametrize(("looks_at_keys", "pulled_first"), [(True, False), (False, True), (False, False)])
async def test_an_answer_that_arrived_unseen_is_there_once(
    store: Store, stage: MastodonStage, looks_at_keys: bool, pulled_first: bool
) -> None:
    if not looks_at_keys:
        stage.gateway.before.append(blind_to_keys)
    account = await add(store, stage)
    await sync(store, stage)
    asked = stage.anna.say(f"@{stage.brand.name} are you there?")
    await sync(store, stage)
    row = await queue(store, account, asked["id"], "Always & ever <3")
    stage.gateway.after.append(Cut())
    await sync(store, stage)
    assert await state_of(store, row) is OutboxState.SENDING, "nobody knows, and it is too early to look"
    if pulled_first:
        await sync(store, stage)
    stage.later = timedelta(minutes=3)
    await sync(store, stage)
    assert await state_of(store, row) is OutboxState.DELIVERED
    (answer,) = stage.brand.statuses()
    assert answer["in_reply_to_id"] == asked["id"]
    await sync(store, stage)
    ours = select(message.c.remote_id).where(message.c.direction == Direction.OUTGOING)
    assert (await store.read(lambda conn: conn.execute(ours).scalars().all())) == [answer["id"]]


async def test_an_answer_that_was_lost_is_sent_again_once(store: Store, stage: MastodonStage) -> None:
    stage.gateway.before.append(blind_to_keys)
    account = await add(store, stage)
    await sync(store, stage)
    asked = stage.anna.say(f"@{stage.brand.name} are you there?", visibility="direct")
    await sync(store, stage)
    row = await queue(store, account, asked["id"], "Always")
    stage.gateway.before.append(Swallow())
    await sync(store, stage)
    assert stage.brand.statuses() == []
    for minutes in (3, 6):
        stage.later = timedelta(minutes=minutes)
        await sync(store, stage)
    assert await state_of(store, row) is OutboxState.DELIVERED
    assert len(stage.brand.statuses()) == 1


async def test_at_the_limit_an_answer_waits_and_is_not_lost(store: Store, stage: MastodonStage) -> None:
    account = await add(store, stage)
    await sync(store, stage)
    asked = stage.anna.say(f"@{stage.brand.name} are you there?")
    await sync(store, stage)
    row = await queue(store, account, asked["id"], "Always")
    reset = (datetime.now(UTC) + timedelta(minutes=4)).isoformat()
    headers = {"x-ratelimit-limit": "300", "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}

    def full(request: Request) -> Request | Response:
        return Response(429, headers, b"{}") if request.method == "POST" else request

    stage.gateway.before.append(full)
    await sync(store, stage)
    stage.gateway.before.remove(full)
    asked_before = len(stage.gateway.seen)
    for minutes in (1, 3):
        stage.later = timedelta(minutes=minutes)
        await sync(store, stage)
    assert not [request for request, _ in stage.gateway.seen[asked_before:] if request.method == "POST"]
    stage.later = timedelta(minutes=5)
    await sync(store, stage)
    assert await state_of(store, row) is OutboxState.DELIVERED
    assert len(stage.brand.statuses()) == 1


async def test_a_death_between_pulling_and_storing_loses_and_doubles_nothing(
    store: Store, stage: MastodonStage
) -> None:
    await add(store, stage)
    await sync(store, stage)
    for number in range(42):
        stage.anna.say(f"@{stage.brand.name} {number}")
    seen = 0

    def dies(request: Request) -> Request | Response:
        nonlocal seen
        seen += request.path == "/api/v2/notifications"
        return Response(503, {}, b"") if seen == 2 else request

    stage.gateway.before.append(dies)
    assert "trouble" in await sync(store, stage)
    stage.gateway.before.remove(dies)
    stage.later = timedelta(minutes=10)
    assert await sync(store, stage) == ""
    assert len((await store.read(rows))["message"]) == 42
