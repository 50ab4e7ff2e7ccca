"""The review queue as work: what waits and what was reported comes in, is decided here, and leaves then."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from connectors.discourse.connector import DiscourseConnector
from inbox_app.contract.acts import Act
from inbox_app.contract.errors import BadAnswer, Rejected
from inbox_app.contract.remote import Event, MessageGone, RemoteMessage
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.marks import Standing
from inbox_app.domain.words import Action, ActKind, Kind
from inbox_app.storage.schema import message
from inbox_app.storage.store import Store
from tests.connectors.discourse.conftest import DiscourseStage
from tests.connectors.discourse.review import APPROVED, PENDING, REJECTED, Entry
from tests.connectors.on_engine import add, sync
from tests.contract.connector_tests import messages, pull_all
from tests.contract.stage import reply

Work = dict[str, RemoteMessage]


@pytest.fixture
def held(stage: DiscourseStage) -> Entry:
    """A comment of Ben's that waits; the brand is a moderator."""
    stage.server.brand.staff = True
    return stage.server.review.hold("May I ask?", stage.server.ben, stage.server.now, stage.topic, to=1)


@pytest.fixture
def flagged(stage: DiscourseStage) -> Entry:
    """A post of Anna's that Ben reported, in a topic that the brand does not follow."""
    stage.server.brand.staff = True
    post = stage.server.say("Buy <gold> now", stage.server.begin("Glaze runs", "Mine runs").topic)
    return stage.server.review.report(post, stage.server.ben, stage.server.now, reason="<a href='/x'>a word</a> in it")


async def work(connector: DiscourseConnector, cursor: JsonObject) -> tuple[Work, list[Event], JsonObject]:
    events, cursor = await pull_all(connector, cursor)
    return {one.remote_id: one for one in messages(events)}, events, cursor


def decision(one: RemoteMessage, action: Action) -> Act:
    return replace(reply("", one), kind=ActKind.MODERATION, action=action)


async def test_what_waits_and_what_was_reported_is_work(stage: DiscourseStage, held: Entry, flagged: Entry) -> None:
    new = stage.server.review.hold("Hello all", stage.server.anna, stage.server.now, title="A topic of mine")
    connector, cursor = await stage.started()
    found, _events, cursor = await work(connector, cursor)
    waits = found[f"{stage.topic.id}/pending {held.id}"]
    assert (waits.text, waits.author.handle, waits.post, waits.parent) == (
        "May I ask?",
        "@ben",
        str(stage.topic.id),
        None,
    )
    assert flagged.post is not None
    report = found[f"{flagged.post.topic.id}/report {flagged.id}"]
    assert report.text == "@ben: Reported: Spam (a word in it)\n\n@anna: “Buy <gold> now”"
    assert (report.author.handle, report.parent) == ("@ben", f"{report.keys[0]}/2")
    begun = found[f"0/pending {new.id}"]
    assert (begun.title, begun.keys) == ("A topic of mine", (begun.remote_id,))
    for one in (waits, report, begun):
        assert (one.kind, one.hidden, one.needs_work) == (Kind.FORUM, True, True)
        assert one.marks.standing == (None if one is report else Standing.HELD)
        assert one.abilities is not None
        assert one.abilities.of(Action.REPLY).reason
    can = [
        {action for action in Action if one.abilities and one.abilities.of(action).possible} for one in (waits, report)
    ]
    assert can == [{Action.APPROVE, Action.DELETE}, {Action.ACCEPT, Action.DECLINE, Action.HOLD, Action.DELETE}]
    assert (await work(connector, cursor))[1] == []
    stage.server.review.report(flagged.post, stage.server.brand, stage.server.now, "Off-topic")
    (again,) = (await work(connector, cursor))[0].values()
    assert again.text.startswith("@ben: Reported: Spam (a word in it)\n@brand: Reported: Off-topic\n")


async def test_who_may_not_decide_asks_for_no_queue(stage: DiscourseStage, held: Entry) -> None:
    stage.server.brand.staff = False
    connector, cursor = await stage.started()
    assert (await work(connector, cursor))[0] == {}
    assert not [one for one in stage.server.exchanges if "/review" in one.path]
    assert held.status == PENDING


async def test_a_post_that_is_approved_appears_and_the_waiting_one_leaves(stage: DiscourseStage, held: Entry) -> None:
    connector, cursor = await stage.started()
    found, _events, cursor = await work(connector, cursor)
    (waits,) = found.values()
    for _time in range(2):
        assert (await connector.moderate(decision(waits, Action.APPROVE))).remote_id == waits.remote_id
    assert held.status == APPROVED
    found, events, cursor = await work(connector, cursor)
    (made,) = found.values()
    assert (made.text, made.hidden, made.author.handle) == ("May I ask?", False, "@ben")
    assert [one for one in events if isinstance(one, MessageGone)] == [MessageGone(waits.remote_id, by_author=False)]
    assert (await work(connector, cursor))[1] == []


DECISIONS = {
    Action.ACCEPT: (APPROVED, False, False),
    Action.HOLD: (APPROVED, True, False),
    Action.DELETE: (APPROVED, False, True),
    Action.DECLINE: (REJECTED, False, False),
}
"""What becomes of the report; whether the post is hidden; whether it is gone."""


@pytest.mark.parametrize("action", DECISIONS)
async def test_reports_are_agreed_or_disagreed_with(stage: DiscourseStage, flagged: Entry, action: Action) -> None:
    connector, cursor = await stage.started()
    (report,) = (await work(connector, cursor))[0].values()
    for _time in range(2):
        await connector.moderate(decision(report, action))
    assert flagged.post is not None
    assert (flagged.status, flagged.post.hidden, flagged.post.gone) == DECISIONS[action]


async def test_a_hidden_post_is_kept_hidden_or_restored(stage: DiscourseStage, flagged: Entry) -> None:
    assert flagged.post is not None
    flagged.post.hidden = True
    connector, cursor = await stage.started()
    (report,) = (await work(connector, cursor))[0].values()
    with pytest.raises(Rejected, match="does not offer"):
        await connector.moderate(decision(report, Action.HOLD))
    await connector.moderate(decision(report, Action.DECLINE))
    assert (flagged.status, flagged.post.hidden) == (REJECTED, False)


async def test_a_rejected_post_never_appears(stage: DiscourseStage, held: Entry) -> None:
    connector, cursor = await stage.started()
    (waits,) = (await work(connector, cursor))[0].values()
    await connector.moderate(decision(waits, Action.DELETE))
    assert held.status == REJECTED
    assert not [one for one in stage.server.posts.values() if one.raw == "May I ask?"]


async def test_what_somebody_else_decided_otherwise_is_said_and_not_done_over(
    stage: DiscourseStage, flagged: Entry
) -> None:
    connector, cursor = await stage.started()
    (report,) = (await work(connector, cursor))[0].values()
    flagged.status = REJECTED
    with pytest.raises(Rejected, match="Somebody else decided"):
        await connector.moderate(decision(report, Action.DELETE))
    assert flagged.post is not None
    assert not flagged.post.gone


async def test_what_changed_after_it_was_looked_at_is_not_decided(stage: DiscourseStage, held: Entry) -> None:
    connector, cursor = await stage.started()
    (waits,) = (await work(connector, cursor))[0].values()

    def edit(method: str, _path: str, _body: object) -> None:
        held.version += method == "PUT"

    stage.server.before.append(edit)
    with pytest.raises(Rejected, match="conflict"):
        await connector.moderate(decision(waits, Action.APPROVE))
    assert held.status == PENDING


async def test_what_slips_between_two_pages_is_not_gone(stage: DiscourseStage, held: Entry) -> None:
    for number in range(18):
        stage.server.review.hold(f"number {number}", stage.server.ben, stage.server.now, stage.topic)
    connector, cursor = await stage.started()
    found, _events, cursor = await work(connector, cursor)
    assert len(found) == 19
    asked = 0

    def decide(_method: str, path: str, _body: object) -> None:
        nonlocal asked
        if path == "/review.json":
            asked += 1
            held.status = APPROVED if asked > 1 else held.status

    stage.server.before.append(decide)
    _found, events, cursor = await work(connector, cursor)
    assert events == []
    _found, events, cursor = await work(connector, cursor)
    assert [one.remote_id for one in events if isinstance(one, MessageGone)] == [f"{stage.topic.id}/pending {held.id}"]


async def test_in_the_inbox_it_is_work_until_it_is_decided(
    store: Store, stage: DiscourseStage, held: Entry, flagged: Entry
) -> None:
    await add(store, stage)
    for _time in range(2):
        assert await sync(store, stage) == ""
    open_ = select(message.c.remote_id).where(message.c.needs_reply)
    assert len(await store.read(lambda conn: conn.execute(open_).all())) == 2
    held.status = flagged.status = REJECTED
    assert await sync(store, stage) == ""
    assert await store.read(lambda conn: conn.execute(open_).all()) == []


@pytest.mark.parametrize("reviewables", [None, {}, [{"id": "x", "type": "ReviewableQueuedPost"}]])
async def test_what_is_no_queue_is_a_bad_answer(
    stage: DiscourseStage, held: Entry, reviewables: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    connector, cursor = await stage.started()
    monkeypatch.setattr(stage.server.review, "listed", lambda *_asked: {"reviewables": reviewables})
    with pytest.raises(BadAnswer):
        await work(connector, cursor)
    assert held.status == PENDING


async def test_other_kinds_are_left_to_the_forums_page(stage: DiscourseStage, held: Entry) -> None:
    stage.server.review.others = [{"id": 5, "type": "ReviewableUser", "status": 0}]
    connector, cursor = await stage.started()
    assert [*(await work(connector, cursor))[0]] == [f"{stage.topic.id}/pending {held.id}"]
