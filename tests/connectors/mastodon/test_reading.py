"""What comes in: threads of every depth in their places, edits, deletions, reactions, history, on the emulator."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.mastodon.lists import Lists
from connectors.mastodon.stream import Heard
from inbox_app.contract.remote import (
    ConversationSeen,
    Event,
    MessageGone,
    PostSeen,
    ReactionsSeen,
    ReadElsewhere,
    RemoteMessage,
)
from inbox_app.domain.words import Action, Direction, Kind
from tests.connectors.mastodon.stage import MastodonStage
from tests.contract.connector_tests import messages, pull_all

pytestmark = pytest.mark.server


def by_text(found: list[RemoteMessage]) -> dict[str, RemoteMessage]:
    """The messages by their text without the names in front."""
    return {" ".join(word for word in one.text.split() if not word.startswith("@")): one for one in found}


def of_kind(events: list[Event], kind: type[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, kind)]


async def test_comments_of_every_depth_hang_under_our_post(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    post = stage.brand.say("We open on Sunday")
    first = stage.anna.say(f"@{stage.brand.name} at what time?", to=post["id"])
    second = stage.ben.say("I wonder too", to=first["id"])  # names nobody: no notification tells of it
    third = stage.anna.say("so do all", to=second["id"])
    other = stage.ben.say(f"@{stage.brand.name} and on Monday?", to=post["id"])
    stage.later = timedelta(minutes=2)
    events, _cursor = await pull_all(connector, cursor)
    found = by_text(messages(events))
    assert {name: one.parent for name, one in found.items()} == {
        "at what time?": None,
        "I wonder too": first["id"],
        "so do all": second["id"],
        "and on Monday?": None,
    }
    assert {one.kind for one in found.values()} == {Kind.COMMENTS}
    assert {one.post for one in found.values()} == {post["id"]}
    assert not any(one.history or one.context for one in found.values())
    assert found["at what time?"].keys == (first["id"],)
    assert found["so do all"].keys == (third["id"], second["id"])
    assert not set(found["and on Monday?"].keys) & {
        key for name in ("at what time?", "I wonder too") for key in found[name].keys
    }
    told = [event.post for event in events if isinstance(event, PostSeen)][-1]
    assert (told.remote_id, told.text.strip(), told.comment_count) == (post["id"], "We open on Sunday", 2)
    assert other["id"] in [one.remote_id for one in found.values()]


async def test_in_anothers_thread_what_was_said_before_us_is_context(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    root = stage.anna.say("Which bakery is good?")
    asked = stage.ben.say(f"Ask @{stage.brand.name}", to=root["id"])
    answer = stage.brand.say(f"@{stage.ben.name} here we are", to=asked["id"])
    stage.anna.say("that was quick", to=answer["id"])
    stage.later = timedelta(minutes=2)
    found = by_text((await stage.news(connector, cursor))[0])
    assert {name: (one.kind, one.context) for name, one in found.items()} == {
        "Which bakery is good?": (Kind.MENTION, True),
        "Ask": (Kind.MENTION, False),
        "here we are": (Kind.MENTION, False),
        "that was quick": (Kind.MENTION, False),
    }
    assert found["here we are"].direction is Direction.OUTGOING
    assert found["here we are"].parent == asked["id"]
    keys = [set(one.keys) for one in found.values()]
    assert keys[0] & keys[1]
    assert keys[1] & keys[2]
    assert keys[2] & keys[3]


async def test_a_direct_conversation_stays_one_and_direct(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    first = stage.anna.say(f"@{stage.brand.name} my order?", visibility="direct")
    second = stage.brand.say(f"@{stage.anna.name} sent today", to=first["id"], visibility="direct")
    stage.anna.say(f"@{stage.brand.name} @{stage.ben.name} thanks", to=second["id"], visibility="direct")
    events, _cursor = await pull_all(connector, cursor)
    found = by_text(messages(events))
    assert {one.kind for one in found.values()} == {Kind.DIRECT}
    assert {(one.extra or {})["visibility"] for one in found.values()} == {"direct"}
    assert found["sent today"].direction is Direction.OUTGOING
    assert found["sent today"].keys == (second["id"], first["id"])
    assert second["id"] in found["thanks"].keys
    (described,) = of_kind(events, ConversationSeen)
    assert isinstance(described, ConversationSeen)
    assert set(described.title.split(", ")) == {stage.anna.name, stage.ben.name}


async def test_a_private_answer_to_a_comment_does_not_join_strangers(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    post = stage.brand.say("Ask us anything")
    for one in (stage.anna, stage.ben):
        one.say(f"@{stage.brand.name} between us", to=post["id"], visibility="direct")
    found, _cursor = await stage.news(connector, cursor)
    assert [one.kind for one in found] == [Kind.DIRECT, Kind.DIRECT]
    assert not set(found[0].keys) & set(found[1].keys)


async def test_what_the_servers_own_filter_puts_aside_comes_in_too(stage: MastodonStage) -> None:
    stage.brand.ask("PATCH", "/api/v2/notifications/policy", json={"for_not_following": "filter"})
    connector, cursor = await stage.started()
    stage.anna.say(f"@{stage.brand.name} I am a stranger")
    assert stage.brand.ask("GET", "/api/v1/notifications") == []
    assert len((await stage.news(connector, cursor))[0]) == 1


async def test_an_edit_and_a_deletion_are_noticed(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    post = stage.brand.say("Our new menu")
    changed = stage.anna.say(f"@{stage.brand.name} with nuts?", to=post["id"])
    gone = stage.ben.say("spam", to=post["id"])
    mention = stage.ben.say(f"@{stage.brand.name} hello")
    stage.later = timedelta(minutes=2)
    _found, cursor = await stage.news(connector, cursor)
    stage.anna.edit(changed["id"], f"@{stage.brand.name} without nuts?")
    stage.ben.delete(gone["id"])
    stage.ben.delete(mention["id"])
    stage.later = timedelta(minutes=4)
    events, cursor = await pull_all(connector, cursor)
    now = next(one for one in messages(events) if one.remote_id == changed["id"])
    assert "without nuts?" in now.text
    assert now.edited_at is not None
    assert {event.remote_id for event in events if isinstance(event, MessageGone)} == {gone["id"], mention["id"]}
    stage.later = timedelta(minutes=6)
    events, _cursor = await pull_all(connector, cursor)
    assert not of_kind(events, MessageGone), "told once"


async def test_a_deleted_post_of_ours_is_told(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    post = stage.brand.say("A mistake")
    _found, cursor = await stage.news(connector, cursor)
    stage.brand.delete(post["id"])
    stage.later = timedelta(minutes=2)
    events, _cursor = await pull_all(connector, cursor)
    (told,) = of_kind(events, PostSeen)
    assert isinstance(told, PostSeen)
    assert (told.post.remote_id, told.post.deleted) == (post["id"], True)


async def test_what_the_stream_says_was_edited_is_looked_at_at_once(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    mention = stage.anna.say(f"@{stage.brand.name} helo")
    _found, cursor = await stage.news(connector, cursor)
    stage.anna.edit(mention["id"], f"@{stage.brand.name} hello")
    assert not connector._concerns(Heard("update", "7", stage.ben.id)), "what others say is no news"
    assert not connector._concerns(Heard("status.update", "7"))
    assert connector._concerns(Heard("status.update", mention["id"], stage.anna.id))
    found, _cursor = await stage.news(connector, cursor)
    assert "hello" in by_text(found)


async def test_favourites_and_boosts_are_reactions(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    post = stage.brand.say("Bread of the day")
    asked = stage.anna.say(f"@{stage.brand.name} rye?", to=post["id"])
    answer = stage.brand.say(f"@{stage.anna.name} rye", to=asked["id"])
    _found, cursor = await stage.news(connector, cursor)
    for wanted, verb in ((answer, "favourite"), (answer, "reblog"), (post, "favourite")):
        stage.anna.ask("POST", f"/api/v1/statuses/{wanted['id']}/{verb}")
    stage.brand.ask("POST", f"/api/v1/statuses/{asked['id']}/favourite")
    stage.later = timedelta(minutes=2)
    events, _cursor = await pull_all(connector, cursor)
    seen = {event.remote_id: event for event in events if isinstance(event, ReactionsSeen)}
    assert dict(seen[answer["id"]].counts) == {"⭐": 1, "🔁": 1}
    assert seen[asked["id"]].ours == {"⭐"}
    told = [event.post for event in events if isinstance(event, PostSeen)]
    assert told[-1].reaction_count == 1


async def test_warnings_polls_emoji_and_descriptions_are_readable(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    stage.anna.say(f"@{stage.brand.name} it bit me", spoiler_text="a wasp", sensitive=True, language="en")
    stage.ben.say(f"@{stage.brand.name} which <one>?", poll={"options": ["Tea & cake", "Wine"], "expires_in": 3600})
    found = by_text((await stage.news(connector, cursor))[0])
    warned = found["it bit me"]
    assert (warned.title, warned.marks.warned) == ("a wasp", True)
    assert (warned.extra or {})["language"] == "en"
    (question,) = [one for name, one in found.items() if name.startswith("which <one>?")]
    assert "Tea & cake" in question.text
    assert "Wine" in question.text
    assert "Tea &amp; cake" in (question.html or "")
    poll = question.marks.poll
    assert poll is not None
    assert [(one.text, one.votes) for one in poll.choices] == [("Tea & cake", 0), ("Wine", 0)]
    assert poll.closes_at is not None
    assert "Wine" not in poll.besides(question.text)


async def test_the_votes_of_our_own_poll_are_told_with_its_post(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    asked = stage.brand.say("Tea or wine?", poll={"options": ["Tea", "Wine"], "expires_in": 3600})
    stage.anna.say(f"@{stage.brand.name} tea!", to=asked["id"])
    _found, cursor = await stage.news(connector, cursor)
    stage.anna.ask("POST", f"/api/v1/polls/{asked['poll']['id']}/votes", json={"choices": [1]})
    stage.later = timedelta(minutes=2)
    events, _cursor = await pull_all(connector, cursor)
    (told,) = [event.post for event in events if isinstance(event, PostSeen)]
    assert told.poll is not None
    assert [(one.text, one.votes) for one in told.poll.choices] == [("Tea", 0), ("Wine", 1)]


async def test_what_can_be_done_is_said_with_its_reason(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    asked = stage.anna.say(f"@{stage.brand.name} hi")
    stage.brand.say(f"@{stage.anna.name} hi", to=asked["id"])
    theirs, ours = (await stage.news(connector, cursor))[0]
    assert theirs.abilities is not None
    assert ours.abilities is not None
    assert theirs.abilities.of(Action.BLOCK).possible
    assert theirs.abilities.of(Action.REPLY_PRIVATELY).possible
    assert not theirs.abilities.of(Action.HIDE).possible
    assert theirs.abilities.of(Action.HIDE).reason
    assert ours.abilities.of(Action.EDIT).possible
    assert not ours.abilities.of(Action.BLOCK).possible


async def test_who_is_blocked_or_muted_is_offered_the_way_back_and_nobody_else(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    for person in (stage.anna, stage.ben):
        person.say(f"@{stage.brand.name} hello")
    stage.brand.ask("POST", f"/api/v1/accounts/{stage.anna.id}/mute")
    stage.ben.ask("POST", f"/api/v1/accounts/{stage.brand.id}/block")
    found = {one.author.handle: one.abilities for one in (await stage.news(connector, cursor))[0]}
    people = (Action.BLOCK, Action.UNBLOCK, Action.MUTE, Action.UNMUTE)
    for person, offered in ((stage.anna, {Action.BLOCK, Action.UNMUTE}), (stage.ben, {Action.BLOCK, Action.MUTE})):
        can = found[f"@{person.handle}"]
        assert can is not None
        assert {one for one in people if can.of(one).possible} == offered
        assert can.of(Action.REPLY).possible is (person is stage.anna), "whoever blocks us cannot be answered"


async def test_a_conversation_read_elsewhere_is_read_here(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    said = stage.anna.say(f"@{stage.brand.name} psst", visibility="direct")
    (talk,) = stage.brand.ask("GET", "/api/v1/conversations")
    stage.brand.ask("POST", f"/api/v1/conversations/{talk['id']}/read")
    events, _cursor = await pull_all(connector, cursor)
    assert ReadElsewhere(said["id"]) in events


@pytest.mark.timeout(600)  # five hundred items are written before, on a machine that may be busy
async def test_five_hundred_items_come_newest_page_first(stage: MastodonStage) -> None:
    expected: set[str] = set()
    for number in range(20):
        post = stage.brand.say(f"post {number}")
        below = stage.anna.say(f"@{stage.brand.name} about {number}", to=post["id"])
        expected.add(below["id"])
        for depth in range(8):
            below = (stage.ben, stage.anna)[depth % 2].say(f"{number}, {depth} deep", to=below["id"])
            expected.add(below["id"])
    for number in range(300):
        expected.add(stage.ben.say(f"@{stage.brand.name} mention {number}")["id"])
    talk = stage.anna.say(f"@{stage.brand.name} direct 0", visibility="direct")
    expected.add(talk["id"])
    for number in range(1, 20):
        talk = stage.anna.say(f"@{stage.brand.name} direct {number}", to=talk["id"], visibility="direct")
        expected.add(talk["id"])
    connector, _cursor = await stage.started()
    found: dict[str, RemoteMessage] = {}
    pages, cursor, more = 0, None, True
    newest_of_page = []
    while more:
        batch = await connector.load_older(cursor)
        cursor, more, pages = batch.cursor, batch.more, pages + 1
        page = messages(list(batch.events))
        found |= {one.remote_id: one for one in page}
        newest_of_page += [max(one.sent_at for one in page)] if page else []
    assert set(found) == expected
    assert len(expected) == 500
    assert pages > 10
    assert all(one.history for one in found.values())
    assert newest_of_page[0] == max(one.sent_at for one in found.values())


async def test_an_outage_is_caught_up_page_by_page(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    sent = [stage.anna.say(f"@{stage.brand.name} number {number}")["id"] for number in range(45)]
    found, cursor = await stage.news(connector, cursor)
    assert [one.remote_id for one in found] == sent
    assert not any(one.history for one in found)
    assert (await stage.news(connector, cursor))[0] == []


async def test_an_attached_file_is_described_and_fetched(stage: MastodonStage) -> None:
    connector, cursor = await stage.started()
    picture = b"\x89PNG\r\n\x1a\n" + bytes(3000)
    media = stage.anna.ask(
        "POST", "/api/v2/media", files={"file": ("cat.png", picture, "image/png")}, data={"description": "a cat"}
    )
    stage.anna.say(f"@{stage.brand.name} look", media_ids=[media["id"]])
    ((message,), _cursor) = await stage.news(connector, cursor)
    (file,) = message.attachments
    assert (file.description, file.media_type) == ("a cat", "image/png")
    got = [piece async for piece in connector.fetch_attachment(message.remote_id, file.remote_id)]
    assert b"".join(got) == picture


async def test_many_favourites_are_one_entry_and_hide_no_mention_among_them(
    stage: MastodonStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages of four: each mention comes once, however the favourites before and after it are put together."""
    monkeypatch.setattr(Lists.after, "__defaults__", (4,))
    connector, cursor = await stage.started()
    posts = [stage.brand.say(f"Post {number}")["id"] for number in range(2)]
    for number in range(4):
        stage.anna.say(f"@{stage.brand.name} hello {number}")
        for post in posts:
            (stage.anna, stage.ben)[number % 2].ask("POST", f"/api/v1/statuses/{post}/favourite")
    events, cursor = await pull_all(connector, cursor)
    told = [one.text.rpartition(" ")[2] for one in messages(events)]
    assert sorted(told) == ["0", "1", "2", "3"]
    counts = {one.post.remote_id: one.post.reaction_count for one in events if isinstance(one, PostSeen)}
    assert counts == dict.fromkeys(posts, 2)
    asked = {request.path for request, _ in stage.gateway.seen if "notifications" in request.path}
    assert asked == {"/api/v2/notifications"}
    assert (await stage.news(connector, cursor))[0] == []
