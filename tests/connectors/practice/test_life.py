"""The community after it began: arrivals by the clock, answers to what we wrote, each told exactly once."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from connectors.practice import client
from connectors.practice.connector import PracticeConnector
from connectors.practice.places import Place
from inbox_app.contract.remote import MessageGone, PostSeen, ReactionsSeen, RemoteMessage
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import ActKind, Direction, Kind
from tests.connectors.practice.acts import act
from tests.connectors.practice.stage import PracticeStage
from tests.contract.connector_tests import incoming, messages, pull_all
from tests.contract.stage import Lent, reply


async def settled(stage: PracticeStage) -> tuple[PracticeConnector, JsonObject]:
    """A connector that has pulled everything there is."""
    connector = await stage.connector()
    await connector.connect()
    return connector, (await pull_all(connector, None))[1]


async def look_on(connector: PracticeConnector) -> None:
    """Listen until the doors are open, as the running program does."""
    town = await connector._ready()
    nudges = connector.listen()
    waiting = asyncio.ensure_future(anext(aiter(nudges)))
    async with asyncio.timeout(60):
        while json.loads((town.folder / client._ANCHOR).read_bytes())["opened"] is None:
            await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


@pytest.mark.parametrize("place", Place)
async def test_nothing_arrives_while_nobody_looks_on(lent: Lent, place: Place) -> None:
    stage = PracticeStage(lent, place)
    connector, cursor = await settled(stage)
    stage.later = timedelta(days=2)
    assert messages((await pull_all(connector, cursor))[0]) == []


@pytest.mark.parametrize("place", Place)
async def test_arrivals_come_by_the_clock_each_once(lent: Lent, place: Place) -> None:
    stage = PracticeStage(lent, place)
    connector, cursor = await settled(stage)
    await look_on(connector)
    before = (await connector.count_remote())[0].messages
    seen: list[RemoteMessage] = []
    for hours in range(1, 12):
        stage.later = timedelta(hours=hours)
        events, cursor = await pull_all(connector, cursor)
        seen += [one for one in messages(events) if one.edited_at is None]
    assert 10 <= len(seen) <= 40
    assert len({one.remote_id for one in seen}) == len(seen)
    assert all(one.direction is Direction.INCOMING and not one.history and one.text for one in seen)
    assert (await connector.count_remote())[0].messages == before + len(seen)


async def test_arrivals_are_the_same_in_another_process(lent: Lent) -> None:
    stage = PracticeStage(lent, Place.MAIL)
    connector, cursor = await settled(stage)
    await look_on(connector)
    stage.later = timedelta(hours=6)
    here = messages((await pull_all(connector, cursor))[0])
    other = await stage.connector()
    await other.connect()
    there = messages((await pull_all(other, json.loads(json.dumps(cursor))))[0])
    assert here == there != []


async def test_a_year_away_brings_no_flood(lent: Lent) -> None:
    stage = PracticeStage(lent, Place.COMMENTS)
    connector, cursor = await settled(stage)
    await look_on(connector)
    stage.later = timedelta(days=365)
    assert len(messages((await pull_all(connector, cursor))[0])) < 2_000


@pytest.mark.parametrize("place", Place)
async def test_members_answer_some_of_our_replies_once_and_in_their_thread(lent: Lent, place: Place) -> None:
    stage = PracticeStage(lent, place)
    connector, cursor = await settled(stage)
    we = await connector.connect()
    receipts = {}
    for number in range(12):
        await stage.arrive(f"question {number}")
        question, cursor = await incoming(connector, cursor, f"question {number}")
        one = reply(f"answer {number}", question, key=f"{number:032x}")
        receipts[(await connector.send(one, connector.freeze(one, we))).remote_id] = question
    cursor = (await pull_all(connector, cursor))[1]
    stage.later = timedelta(minutes=10)
    events, cursor = await pull_all(connector, cursor)
    answers = messages(events)
    assert 3 <= len(answers) <= 11
    for answer in answers:
        assert answer.direction is Direction.INCOMING
        if place is not Place.DIRECT:
            assert answer.parent is not None
            question = receipts[answer.parent]
            assert answer.author == question.author
            assert set(answer.keys) & set(question.keys)
    assert messages((await pull_all(connector, cursor))[0]) == []
    assert {one.remote_id for one in answers}.isdisjoint(receipts)


async def test_an_answer_to_a_story_is_what_its_author_would_say_and_comes_once(lent: Lent) -> None:
    stage = PracticeStage(lent, Place.DIRECT)
    connector = await stage.connector()
    we = await connector.connect()
    events, cursor = await pull_all(connector, None)
    hello = next(one for one in messages(events) if one.text.startswith("Hello? "))
    told: list[str] = []
    for number, minutes in ((1, 10), (2, 20)):
        one = reply("The courier is sorry, and so are we.", hello, key=f"{number:032x}")
        await connector.send(one, connector.freeze(one, we))
        stage.later = timedelta(minutes=minutes)
        events, cursor = await pull_all(connector, cursor)
        told += [one.text for one in messages(events) if one.direction is Direction.INCOMING]
    assert [text for text in told if "teapot" in text] == [
        "A double box and a different courier: now that is an answer. I'll order the teapot tonight."
    ]


async def test_members_edit_delete_and_like_while_somebody_looks_on(lent: Lent) -> None:
    stage = PracticeStage(lent, Place.COMMENTS)
    connector, cursor = await settled(stage)
    await look_on(connector)
    stage.later = timedelta(hours=3)
    events, cursor = await pull_all(connector, cursor)
    edited = [one for one in messages(events) if one.edited_at is not None]
    assert [one.text for one in edited if "Accettate" in one.text] != []
    assert [event.by_author for event in events if isinstance(event, MessageGone)] == [True]
    assert any(isinstance(event, ReactionsSeen) and dict(event.counts).get("❤️", 0) > 34 for event in events)
    again, _cursor = await pull_all(connector, cursor)
    assert again == [], "each is told once"

    other = await stage.connector()
    await other.connect()
    fresh = (await pull_all(other, None))[0]
    assert {one.text for one in edited} <= {one.text for one in messages(fresh)}, "and holds for who comes later"
    assert {event.by_author for event in fresh if isinstance(event, MessageGone)} == {True}


async def test_somebody_likes_what_we_post(lent: Lent) -> None:
    stage = PracticeStage(lent, Place.COMMENTS)
    connector, cursor = await settled(stage)
    await look_on(connector)
    we = await connector.connect()
    events, cursor = await pull_all(connector, cursor)
    liked = set()
    for number, theirs in enumerate(messages((await pull_all(connector, None))[0])[-12:]):
        one = reply("Thank you!", theirs, key=f"{number:032x}")
        liked.add((await connector.send(one, connector.freeze(one, we))).remote_id)
    cursor = (await pull_all(connector, cursor))[1]
    stage.later = timedelta(minutes=8)
    events = (await pull_all(connector, cursor))[0]
    hearts = [event for event in events if isinstance(event, ReactionsSeen) and event.remote_id in liked]
    assert 1 <= len(hearts) < 12
    assert all(dict(event.counts) == {"❤️": 1} and not event.ours for event in hearts)


async def test_members_comment_on_our_post(lent: Lent) -> None:
    stage = PracticeStage(lent, Place.COMMENTS)
    connector, cursor = await settled(stage)
    one = act(ActKind.POST, Kind.COMMENTS, text="What did you drink first today?")
    receipt = await connector.post(one, connector.freeze(one, await connector.connect()))
    events, cursor = await pull_all(connector, cursor)
    assert [event.post.remote_id for event in events if isinstance(event, PostSeen)] == [receipt.remote_id]
    stage.later = timedelta(minutes=20)
    comments = messages((await pull_all(connector, cursor))[0])
    assert 2 <= len(comments) <= 5
    assert {comment.post for comment in comments} == {receipt.remote_id}


async def test_the_newest_days_are_news_and_the_rest_is_history(lent: Lent) -> None:
    stage = PracticeStage(lent, Place.DIRECT)
    connector = await stage.connector()
    await connector.connect()
    fresh = messages((await pull_all(connector, None))[0])
    assert fresh
    assert not any(one.history for one in fresh)
    assert min(one.sent_at for one in fresh) > stage.now() - timedelta(days=3, minutes=1)
    cursor: JsonObject | None = None
    older: list[RemoteMessage] = []
    more = True
    while more:
        batch = await connector.load_older(cursor)
        page = messages(list(batch.events))
        if older and page:
            assert page[-1].sent_at <= older[0].sent_at, "the newest page comes first"
        older = page + older
        cursor, more = batch.cursor, batch.more
    assert len(older) + len(fresh) == 800
    assert {one.remote_id for one in older}.isdisjoint({one.remote_id for one in fresh})


async def test_history_ends_where_the_person_wants(lent: Lent) -> None:
    stage = PracticeStage(lent, Place.FORUM)
    since = stage.now() - timedelta(days=30)
    connector = await stage.connector(history_since=since)
    await connector.connect()
    cursor: JsonObject | None = None
    found: list[RemoteMessage] = []
    more = True
    while more:
        batch = await connector.load_older(cursor)
        found += messages(list(batch.events))
        cursor, more = batch.cursor, batch.more
    assert found
    assert min(one.sent_at for one in found) >= since
