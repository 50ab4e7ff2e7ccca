"""What comes in from Bluesky: where it belongs, what it says, and what becomes of it later."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from connectors.bluesky.telling import LIKE, REPOST
from connectors.bluesky.wire import LIKE as LIKES
from connectors.bluesky.wire import REPOST as REPOSTS
from inbox_app.contract.errors import Busy, SignInNeeded
from inbox_app.contract.remote import (
    ConversationSeen,
    Event,
    MessageGone,
    MessageSeen,
    PostSeen,
    ReactionsSeen,
    RemoteMessage,
)
from inbox_app.domain.words import Action, Direction, Kind
from tests.connectors.bluesky.stage import BlueskyStage
from tests.contract.connector_tests import messages, pull_all, through_json
from tests.servers.gateway import Request, Response

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]


def by_text(found: list[RemoteMessage]) -> dict[str, RemoteMessage]:
    return {one.text.rpartition("test ")[2]: one for one in found}


def posts(events: list[Event]) -> list[PostSeen]:
    return [one for one in events if isinstance(one, PostSeen)]


async def test_comments_of_any_depth_stand_under_their_post(stage: BlueskyStage) -> None:
    connector, cursor = await stage.started()
    root = stage.brand.say("A new blue", settle=False)
    at, texts = root, [f"level {number}" for number in range(24)]
    for number, text in enumerate(texts):
        at = (stage.anna, stage.ben)[number % 2].say(text, to=at, settle=False)
    stage.network.settle()
    events, cursor = await stage.events(connector, cursor)
    stage.later = timedelta(minutes=2)
    more, cursor = await stage.events(connector, cursor)
    found = by_text(messages([*events, *more]))
    assert set(found) == set(texts), "also those of which nobody notifies us, deeper than one answer shows"
    assert all(one.kind is Kind.COMMENTS and one.post == root["uri"] for one in found.values())
    assert found["level 0"].parent is None
    for above, below in pairwise(texts):
        assert found[below].parent == found[above].remote_id
        assert set(found[below].keys) & set(found[above].keys)
    (post,) = {one.post.remote_id for one in posts(events)}
    assert post == root["uri"]
    assert found["level 0"].abilities is not None
    assert found["level 0"].abilities.of(Action.HIDE).possible
    assert not found["level 0"].abilities.of(Action.EDIT).possible


async def test_a_mention_in_somebodys_thread_comes_with_what_was_said_before(stage: BlueskyStage) -> None:
    connector, cursor = await stage.started()
    root = stage.ben.say("Which glaze for the sea?")
    middle = stage.anna.say("Something deep", to=root)
    stage.anna.say(f"@{stage.brand.handle} would know", to=middle)
    found, cursor = await stage.news(connector, cursor)
    said = {one.text: one for one in found}
    named = next(one for text, one in said.items() if "would know" in text)
    assert named.kind is Kind.MENTION
    assert not named.context
    assert said["Something deep"].context
    assert said["Which glaze for the sea?"].context
    assert set(named.keys) & set(said["Something deep"].keys) & set(said["Which glaze for the sea?"].keys)
    assert named.author.remote_id == stage.anna.did
    assert named.author.name == "Anna"
    assert named.text == f"@{stage.brand.handle} would know"
    assert f'href="https://bsky.app/profile/{stage.brand.did}"' in (named.html or "")
    assert [one.handle for one in named.recipients] == [f"@{stage.brand.handle}"]


async def test_a_quote_is_told_with_what_it_quotes(stage: BlueskyStage) -> None:
    connector, cursor = await stage.started()
    root = stage.brand.say("Our kiln is open")
    embed = {"$type": "app.bsky.embed.record", "record": {"uri": root["uri"], "cid": root["cid"]}}
    stage.anna.say("Go and see", embed=embed)
    found, _cursor = await stage.news(connector, cursor)
    (quote,) = [one for one in found if "Go and see" in one.text]
    assert (quote.title, quote.marks.warned) == ("Quotes you: Our kiln is open", False)
    assert quote.kind is Kind.MENTION
    assert "<blockquote>Our kiln is open" in (quote.html or "")


async def test_what_we_wrote_elsewhere_is_ours(stage: BlueskyStage) -> None:
    connector, cursor = await stage.started()
    asked = stage.mention("open today?")
    stage.brand.say("Until six", to=asked)
    found, cursor = await stage.news(connector, cursor)
    assert [one.direction for one in found] == [Direction.INCOMING, Direction.OUTGOING]
    assert set(found[0].keys) & set(found[1].keys)
    assert await stage.news(connector, cursor) == ([], cursor)


async def test_reposts_without_end_hide_nothing_that_we_wrote(stage: BlueskyStage) -> None:
    """A page of our own list may hold nothing but reposts: neither is that its end, nor is what lies below it news."""
    theirs = [stage.anna.say(f"theirs {number}", settle=False) for number in range(30)]
    connector, cursor = await stage.started()
    stage.brand.say("written elsewhere")
    for one in theirs:
        subject = {"uri": one["uri"], "cid": one["cid"]}
        stage.brand.put(REPOSTS, {"subject": subject, "createdAt": stage.network.now()})
    stage.network.settle()
    events, _cursor = await stage.events(connector, cursor)
    assert [one.post.text for one in events if isinstance(one, PostSeen)] == ["written elsewhere"]
    later, cursor = await stage.started()
    assert (await stage.events(later, cursor))[0] == []


async def test_likes_and_reposts_are_counted(stage: BlueskyStage) -> None:
    connector, cursor = await stage.started()
    root = stage.brand.say("A post")
    asked = stage.mention("a question")
    answer = stage.brand.say("our answer", to=asked)
    _found, cursor = await stage.news(connector, cursor)
    for kind, what in ((LIKES, root), (LIKES, answer), (REPOSTS, answer)):
        stage.ben.act(kind, {"uri": what["uri"], "cid": what["cid"]})
    stage.ben.act("app.bsky.graph.follow", stage.brand.did)
    events, _cursor = await stage.events(connector, cursor)
    assert messages(events) == [], "who follows us is no message"
    (post,) = posts(events)
    assert (post.post.remote_id, post.post.reaction_count) == (root["uri"], 1)
    reactions = [one for one in events if isinstance(one, ReactionsSeen)]
    assert reactions[-1] == ReactionsSeen(answer["uri"], ((LIKE, 1), (REPOST, 1)))


async def test_a_deletion_is_noticed_and_its_answers_stay(stage: BlueskyStage) -> None:
    connector, cursor = await stage.started()
    root = stage.brand.say("A post")
    gone = stage.anna.say("to be deleted", to=root)
    kept = stage.ben.say("an answer to it", to=gone)
    found, cursor = await stage.news(connector, cursor)
    assert {one.remote_id for one in found} >= {gone["uri"], kept["uri"]}
    stage.anna.delete(gone["uri"])
    stage.later = timedelta(minutes=2)
    events, cursor = await stage.events(connector, cursor)
    assert [one.remote_id for one in events if isinstance(one, MessageGone)] == [gone["uri"]]
    stage.brand.delete(root["uri"])
    stage.later = timedelta(minutes=4)
    events, _cursor = await stage.events(connector, cursor)
    assert [one.post.remote_id for one in posts(events) if one.post.deleted] == [root["uri"]]


async def test_what_somebody_said_whom_we_block_is_not_gone(stage: BlueskyStage) -> None:
    connector, cursor = await stage.started()
    root = stage.brand.say("A post")
    said = stage.anna.say("something rude", to=root)
    _found, cursor = await stage.news(connector, cursor)
    stage.brand.act("app.bsky.graph.block", stage.anna.did)
    for minutes in (2, 4):
        stage.later = timedelta(minutes=minutes)
        events, cursor = await stage.events(connector, cursor)
        assert not any(isinstance(one, MessageGone) for one in events)
    assert said["uri"] not in str(stage.brand.get("app.bsky.feed.getPosts", uris=[said["uri"]])), "it is kept from us"


async def test_a_thread_that_is_closed_to_us_says_so(stage: BlueskyStage) -> None:
    connector, cursor = await stage.started()
    root = stage.mention("only for my followers")
    gate = {"post": root["uri"], "allow": [], "createdAt": stage.network.now()}
    stage.anna.put("app.bsky.feed.threadgate", gate, root["uri"].rpartition("/")[2])
    stage.network.settle()
    (found,), _cursor = await stage.news(connector, cursor)
    assert found.abilities is not None
    reply = found.abilities.of(Action.REPLY)
    assert (reply.possible, reply.reason) == (False, "Whoever began this thread does not let you answer in it.")


async def test_warnings_are_told_with_the_message(stage: BlueskyStage) -> None:
    connector, cursor = await stage.started()
    labels = {
        "$type": "com.atproto.label.defs#selfLabels",
        "values": [{"val": "graphic-media"}, {"val": "!no-unauthenticated"}],
    }
    stage.mention("look at this", labels=labels)
    (found,), _cursor = await stage.news(connector, cursor)
    assert (found.title, found.marks.warned) == ("Marked: graphic-media", True)


async def test_a_date_of_the_past_hides_nothing_and_one_of_the_future_does_not_stay_on_top(stage: BlueskyStage) -> None:
    stage.mention("before we came")
    connector, cursor = await stage.started()
    long_ago = (datetime.now(UTC) - timedelta(days=400)).isoformat()
    stage.mention("from a slow clock", createdAt=long_ago)
    stage.mention("from the future", createdAt="2099-01-01T00:00:00Z")
    found, cursor = await stage.news(connector, cursor)
    assert set(by_text(found)) == {"from a slow clock", "from the future"}
    assert all(one.sent_at < datetime.now(UTC) + timedelta(minutes=1) for one in found)
    assert not any(one.history for one in found)
    assert await stage.news(connector, cursor) == ([], cursor)


async def test_five_hundred_of_the_past_come_over_several_pages_and_go_on_where_they_stopped(
    stage: BlueskyStage,
) -> None:
    root = stage.brand.say("A post", settle=False)
    for number in range(499):
        writer = (stage.anna, stage.ben)[number % 2]
        writer.say(f"comment {number}", to=root, settle=False)
    stage.network.settle()
    pages: list[list[RemoteMessage]] = []
    cursor, more = None, True
    while more:
        connector = await stage.connector()
        batch = await connector.load_older(cursor)
        cursor, more = through_json(batch), batch.more
        pages.append(messages(list(batch.events)))
        await connector.close()
    found = {one.remote_id for page in pages for one in page}
    assert len(found) == 499
    assert len([page for page in pages if page]) > 10


async def test_an_outage_is_caught_up_piece_by_piece_though_the_process_ends(stage: BlueskyStage) -> None:
    connector, cursor = await stage.started()
    root = stage.brand.say("A post")  # who answers what is not listed yet is told to nobody
    for number in range(130):
        stage.anna.say(f"comment {number}", to=root, settle=False)
    stage.network.settle()
    batch = await connector.pull(cursor)
    assert batch.more
    found = [one.text for one in messages(list(batch.events))]
    assert 0 < len(found) < 130
    other = await stage.connector()
    events, _cursor = await pull_all(other, through_json(batch))
    found += [one.text for one in messages(events)]
    assert set(found) == {f"comment {number}" for number in range(130)}
    assert found.index("comment 0") < found.index("comment 129")


# --- private conversations -------------------------------------------------------------------------------------------


async def test_a_new_app_password_goes_on_where_the_old_one_was(stage: BlueskyStage) -> None:
    connector, cursor = await stage.started()
    stage.mention("while it was good")
    _found, cursor = await stage.news(connector, cursor)
    await stage.refuse_sign_in()
    stage.lent.kept.clear()
    stage.mention("while nobody could look")
    with pytest.raises(SignInNeeded):
        await (await stage.connector()).pull(cursor)
    stage.password = stage.brand.app_password()
    (found,), _cursor = await stage.news(await stage.connector(), cursor)
    assert "while nobody could look" in found.text


async def test_private_messages_come_in_with_their_reactions_and_stay_private(stage: BlueskyStage) -> None:
    connector, cursor = await stage.started()
    sent = stage.anna.chat(stage.brand, "between us")
    stage.anna.post("chat.bsky.convo.addReaction", {"convoId": sent["convo"], "messageId": sent["id"], "value": "🎉"})
    stage.brand.chat(stage.anna, "from another program")
    events, cursor = await stage.events(connector, cursor)
    asked, answered = messages(events)
    assert (asked.kind, asked.direction, answered.direction) == (Kind.DIRECT, Direction.INCOMING, Direction.OUTGOING)
    assert asked.keys == answered.keys
    assert asked.author.handle == f"@{stage.anna.handle}"
    assert any(isinstance(one, ConversationSeen) and stage.anna.handle in one.title for one in events)
    assert [one.counts for one in events if isinstance(one, ReactionsSeen)][-1] == (("🎉", 1),)
    assert await stage.events(connector, cursor) == ([], cursor)


async def test_what_was_said_in_a_conversation_that_was_left_holds_up_nothing(stage: BlueskyStage) -> None:
    connector, cursor = await stage.started()

    def left(request: Request) -> Request | Response:
        asked = request.path.endswith("chat.bsky.convo.getConvo")
        return Response(400, {"content-type": "application/json"}, b'{"error":"InvalidConvo"}') if asked else request

    stage.anna.chat(stage.brand, "before you left")
    stage.gateway.before.append(left)
    (found,), cursor = await stage.news(connector, cursor)
    assert found.text == "before you left"
    assert found.abilities is not None
    assert {found.abilities.of(one).possible for one in (Action.REPLY, Action.REACT)} == {False}
    stage.gateway.before.remove(left)
    stage.ben.chat(stage.brand, "and then")
    assert [one.text for one in (await stage.news(connector, cursor))[0]] == ["and then"]


async def test_private_history_is_loaded_conversation_by_conversation(stage: BlueskyStage) -> None:
    for number in range(60):
        stage.anna.chat(stage.brand, f"to you {number}")
    stage.ben.chat(stage.brand, "me too")
    connector, _cursor = await stage.started()
    found: list[RemoteMessage] = []
    cursor, more = None, True
    while more:
        batch = await connector.load_older(cursor)
        cursor, more = through_json(batch), batch.more
        found += messages(list(batch.events))
    assert sorted(one.text for one in found) == sorted([*(f"to you {number}" for number in range(60)), "me too"])
    assert all(one.history for one in found)
    assert len({one.keys for one in found}) == 2


async def test_without_the_right_to_read_chats_everything_else_works(stage: BlueskyStage) -> None:
    stage.password = stage.brand.app_password(privileged=False)
    connector = await stage.connector()
    identity = await connector.connect()
    write = identity.abilities.of(Action.REPLY_PRIVATELY)
    assert (write.possible, "app password" in write.reason) == (False, True)
    _events, cursor = await pull_all(connector, None)
    stage.anna.chat(stage.brand, "between us")
    stage.mention("in public")
    (found,), _cursor = await stage.news(connector, cursor)
    assert "in public" in found.text


async def test_while_the_chat_service_is_down_the_rest_comes_in_and_the_account_says_why(stage: BlueskyStage) -> None:
    connector, cursor = await stage.started()

    def down(request: Request) -> Request | Response:
        chat = request.path.startswith("/xrpc/chat.")
        return Response(502, {"content-type": "application/json"}, b'{"error":"UpstreamFailure"}') if chat else request

    stage.gateway.before.append(down)
    stage.anna.chat(stage.brand, "between us")
    stage.mention("in public")
    batch = await connector.pull(cursor)
    assert any(isinstance(one, MessageSeen) and "in public" in one.message.text for one in batch.events)
    with pytest.raises(Busy):
        await connector.pull(through_json(batch))
    stage.gateway.before.remove(down)
    (found,), _cursor = await stage.news(connector, through_json(batch))
    assert found.text == "between us"


# --- what is hostile --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wide", [1, 200])
async def test_a_thread_that_nests_without_end_is_bounded(stage: BlueskyStage, wide: int) -> None:
    """A server that says of each last answer that there are more below it is not followed for ever, nor for each."""
    connector, cursor = await stage.started()
    root = stage.brand.say("A post")
    stage.anna.say("a comment", to=root)
    _found, cursor = await stage.news(connector, cursor)
    asked: list[str] = []

    def endless(request: Request, response: Response) -> Response:
        if not request.path.endswith("getPostThread") or ("depth", "20") not in request.query:
            return response
        asked.append(request.target)
        return Response(200, {"content-type": "application/json"}, _deep(dict(request.query)["uri"], len(asked), wide))

    stage.gateway.after.append(endless)
    stage.later = timedelta(minutes=2)
    await stage.events(connector, cursor)
    assert 1 < len(asked) < 60


def _deep(uri: str, number: int, wide: int) -> bytes:
    def view(name: str) -> dict[str, Any]:
        author = {"did": "did:plc:" + "a" * 24, "handle": "anna.test"}
        when = "2026-11-26T12:00:00Z"
        record = {"text": name, "createdAt": when}
        return {"uri": name, "cid": "c", "author": author, "record": record, "indexedAt": when, "replyCount": 9}

    def node(level: str, replies: list[dict[str, Any]]) -> dict[str, Any]:
        return {"post": view(f"at://did:plc:{'a' * 24}/app.bsky.feed.post/{number}-{level}"), "replies": replies}

    nodes = [node(f"20-{one}", []) for one in range(wide)]
    for level in range(19, 0, -1):
        nodes = [node(str(level), nodes)]
    return json.dumps({"thread": {"post": view(uri), "replies": nodes}}).encode()
