"""What comes in from a forum: topics that concern us, private messages, changes, deletions, history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.discourse.connector import DiscourseConnector
from inbox_app.contract.errors import BadAnswer, Busy, SignInNeeded
from inbox_app.contract.remote import (
    Event,
    MessageGone,
    MessageHidden,
    PostSeen,
    ReactionsSeen,
    RemoteMessage,
)
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action, Direction, Kind
from tests.connectors.discourse.conftest import DiscourseStage
from tests.connectors.discourse.forum import Refused
from tests.contract.connector_tests import messages, pull_all


async def news(connector: DiscourseConnector, cursor: JsonObject) -> tuple[dict[str, RemoteMessage], JsonObject]:
    events, cursor = await pull_all(connector, cursor)
    return {one.text: one for one in messages(events)}, cursor


def gone(events: list[Event]) -> list[str]:
    return [one.remote_id for one in events if isinstance(one, MessageGone)]


async def test_a_comment_below_our_topic_has_the_post_and_its_parent(stage: DiscourseStage) -> None:
    connector, cursor = await stage.started()
    first = stage.server.say("Which **blue**?", stage.topic)
    second = stage.server.say("I ask too", stage.topic, stage.server.ben, to=first.number)
    stage.server.say("thanks", stage.topic, stage.server.brand, to=second.number)
    events, _cursor = await pull_all(connector, cursor)
    (post,) = {one.post for one in events if isinstance(one, PostSeen)}
    assert (post.remote_id, post.title, post.text) == (str(stage.topic.id), "Launch day", "Hello community")
    asked, also, thanks = messages(events)
    assert (asked.text, asked.html) == ("Which **blue**?", "<p>Which **blue**?</p>")
    assert (asked.parent, also.parent, thanks.parent) == (None, asked.remote_id, also.remote_id)
    assert {one.post for one in (asked, also, thanks)} == {post.remote_id}
    assert (asked.kind, asked.needs_work, asked.history) == (Kind.FORUM, True, False)
    assert (asked.author.handle, asked.author.name) == ("@anna", "Anna")
    assert (also.direction, thanks.direction) == (Direction.INCOMING, Direction.OUTGOING)


def poll(*votes: int | None, **more: Any) -> dict[str, Any]:
    """As the forum's own extension tells one; what each choice got is missing where the forum keeps it back."""
    told = [{} if count is None else {"votes": count} for count in votes]
    options = [{"id": f"{at}", "html": name, **one} for at, (name, one) in enumerate(zip(CHOICES, told, strict=True))]
    return {"id": 1, "name": "poll", "type": "regular", "status": "open", "options": options, "voters": 4, **more}


CHOICES = ("Tea &amp; <b>cake</b>", "Wine")
ASKED = "What to serve?\n\n[poll type=regular results=always]\n* Tea & **cake**\n* Wine\n[/poll]\n\nTell us!"


async def test_a_poll_is_told_with_its_votes_and_again_when_they_change(stage: DiscourseStage) -> None:
    connector, cursor = await stage.started()
    said = stage.server.say(ASKED, stage.topic, polls=[poll(3, 1, close="2031-01-01T10:00:00.000Z")])
    events, cursor = await pull_all(connector, cursor)
    (asked,) = messages(events)
    counted = asked.marks.poll
    assert counted is not None
    assert [(one.text, one.votes) for one in counted.choices] == [("Tea & cake", 3), ("Wine", 1)]
    assert (counted.voters, counted.multiple, counted.closed) == (4, False, False)
    assert counted.closes_at == datetime(2031, 1, 1, 10, tzinfo=UTC)
    assert "Wine" in asked.text, "what shows words alone has the choices"
    assert counted.besides(asked.text) == "What to serve?\n\nTell us!"
    assert asked.abilities is not None
    assert "poll" in asked.abilities.of(Action.EDIT).reason
    assert messages((await pull_all(connector, cursor))[0]) == []
    said.polls = [poll(None, None, type="multiple", status="closed", voters=5)]
    (again,) = messages((await pull_all(connector, cursor))[0])
    kept = again.marks.poll
    assert kept is not None
    assert (kept.votes, kept.voters, kept.multiple, kept.closed) == (None, 5, True, True)
    assert again.text == asked.text


async def test_the_poll_of_our_own_topic_stands_with_its_post(stage: DiscourseStage) -> None:
    first = next(one for one in stage.server.posts.values() if one.topic is stage.topic and one.number == 1)
    first.raw = "[poll]\n* Tea & **cake**\n* Wine\n[/poll]"
    connector, cursor = await stage.started()
    stage.server.say("Both", stage.topic)
    for votes in ([1, 2], [1, 3]):
        first.polls = [poll(*votes, title="Sunday?")]
        events, cursor = await pull_all(connector, cursor)
        told = [one.post for one in events if isinstance(one, PostSeen)][-1]
        assert told.poll is not None
        assert [one.votes for one in told.poll.choices] == votes
        assert told.poll.besides(told.text) == "Sunday?"


async def test_what_the_forum_shows_later_than_what_was_said_after_it_comes_too(stage: DiscourseStage) -> None:
    """Ids are given out when a post is begun, and it is seen when it is done: the list is not in the order of that."""
    connector, cursor = await stage.started()
    slow = stage.server.say("a long one", stage.topic)
    stage.server.say("a short one", stage.topic, stage.server.ben)
    del stage.server.posts[slow.id]
    said, cursor = await news(connector, cursor)
    assert set(said) == {"a short one"}
    stage.server.posts[slow.id] = slow
    said, cursor = await news(connector, cursor)
    assert set(said) == {"a long one"}
    assert (await news(connector, cursor))[0] == {}


async def test_only_topics_that_we_follow_come_in_and_each_with_what_began_it(stage: DiscourseStage) -> None:
    question = stage.server.begin("Glaze runs", "Mine runs off the pot", level=2)
    other = stage.server.begin("Off topic", "Cats", level=1)
    connector, cursor = await stage.started()
    stage.server.say("Mine too", question.topic, stage.server.ben)
    stage.server.say("Dogs", other.topic, stage.server.ben)
    said, cursor = await news(connector, cursor)
    assert set(said) == {"Mine runs off the pot", "Mine too"}
    began, answer = said["Mine runs off the pot"], said["Mine too"]
    assert (began.history, answer.history) == (True, False)
    assert (began.parent, answer.parent, answer.post) == (None, began.remote_id, None)
    stage.server.say("We have a cat", other.topic, stage.server.brand)
    other.topic.levels["brand"] = 2
    said, cursor = await news(connector, cursor)
    assert set(said) == {"Cats", "We have a cat"}


async def test_all_topics_but_the_muted_come_in_where_that_is_chosen(stage: DiscourseStage) -> None:
    stage.settings["topics"] = "all"
    connector, cursor = await stage.started()
    stage.server.begin("Off topic", "Cats", level=1)
    stage.server.begin("Noise", "Ads", level=0)
    assert set((await news(connector, cursor))[0]) == {"Cats"}


async def test_who_names_us_is_heard_wherever_it_is(stage: DiscourseStage) -> None:
    other = stage.server.begin("Off topic", "Cats", level=1)
    connector, cursor = await stage.started()
    post = stage.server.say("Ask @brand", other.topic, stage.server.ben)
    assert (await news(connector, cursor))[0] == {}
    stage.server.notify(post)
    said, cursor = await news(connector, cursor)
    assert said["Ask @brand"].needs_work
    assert (await news(connector, cursor))[0] == {}


async def test_private_messages_are_direct_and_only_what_is_new_comes(stage: DiscourseStage) -> None:
    chat = stage.server.begin("An order", "Is it on its way?", members=("anna", "brand"))
    for number in range(25):
        stage.server.say(f"hello {number}", chat.topic)
    connector, cursor = await stage.started()
    last = stage.server.say("Anybody?", chat.topic)
    stage.server.now = max(stage.server.now, stage.now())
    fresh = stage.server.begin("Another", "Do you repair?", stage.server.ben, members=("ben", "brand"))
    said, cursor = await news(connector, cursor)
    assert set(said) == {"Anybody?", "Do you repair?"}
    assert (said["Anybody?"].kind, said["Anybody?"].remote_id) == (Kind.DIRECT, f"{chat.topic.id}/{last.number}")
    assert said["Do you repair?"].keys == (str(fresh.topic.id),)
    assert (await news(connector, cursor))[0] == {}


async def test_an_edit_a_like_and_a_deletion_are_noticed(stage: DiscourseStage) -> None:
    connector, cursor = await stage.started()
    post, other, third = (stage.server.say(f"number {one}", stage.topic) for one in range(3))
    _said, cursor = await news(connector, cursor)
    stage.server.edit(post, "number nought")
    other.marks[2] = {"ben", "brand"}
    third.gone = True
    events, cursor = await pull_all(connector, cursor)
    edited = {one.text: one for one in messages(events)}["number nought"]
    assert (edited.remote_id, edited.edited_at is not None) == (f"{stage.topic.id}/{post.number}", True)
    liked = [one for one in events if isinstance(one, ReactionsSeen)]
    assert ReactionsSeen(f"{stage.topic.id}/{other.number}", (("❤", 2),), frozenset({"❤"})) in liked
    assert gone(events) == [f"{stage.topic.id}/{third.number}"]
    other.marks.clear()
    post.by_author, post.raw = True, "(post deleted by author)"
    events, cursor = await pull_all(connector, cursor)
    assert ReactionsSeen(f"{stage.topic.id}/{other.number}", ()) in events
    assert MessageGone(f"{stage.topic.id}/{post.number}", by_author=True) in events
    assert (await pull_all(connector, cursor))[0] == []


async def test_what_the_flags_of_others_hid_is_hidden(stage: DiscourseStage) -> None:
    connector, cursor = await stage.started()
    post = stage.server.say("buy this", stage.topic)
    _said, cursor = await news(connector, cursor)
    post.hidden = True
    said, _cursor = await news(connector, cursor)
    assert said["buy this"].hidden
    assert not said["buy this"].needs_work


async def test_a_moved_post_is_where_it_is_now(stage: DiscourseStage) -> None:
    other = stage.server.begin("Off topic", "Cats", level=2)
    connector, cursor = await stage.started()
    post = stage.server.say("and dogs", stage.topic)
    _said, cursor = await news(connector, cursor)
    before = f"{post.topic.id}/{post.number}"
    post.topic, post.number = other.topic, 2
    events, _cursor = await pull_all(connector, cursor)
    assert [one.remote_id for one in messages(events) if one.text == "and dogs"] == [f"{other.topic.id}/2"]
    assert gone(events) == [before]


async def test_what_is_out_of_our_sight_is_hidden_and_no_deletion(stage: DiscourseStage) -> None:
    other = stage.server.begin("Garden", "Roses", level=2)
    connector, cursor = await stage.started()
    post = stage.server.say("and tulips", other.topic)
    _said, cursor = await news(connector, cursor)
    other.topic.members = ("anna", "ben")
    events, cursor = await pull_all(connector, cursor)
    assert MessageHidden(f"{other.topic.id}/{post.number}", hidden=True) in events
    assert gone(events) == []
    assert (await pull_all(connector, cursor))[0] == []


async def test_the_sweep_finds_a_change_far_below_the_newest(stage: DiscourseStage) -> None:
    connector, cursor = await stage.started()
    posts = [stage.server.say(f"number {one:03}", stage.topic) for one in range(130)]
    said, cursor = await news(connector, cursor)
    assert len(said) == 130
    stage.server.edit(posts[3], "changed at last")
    posts[5].gone = True
    found: list[Event] = []
    for _pull in range(8):
        events, cursor = await pull_all(connector, cursor)
        found += events
    assert [one.text for one in messages(found)] == ["changed at last"]
    assert gone(found) == [f"{stage.topic.id}/{posts[5].number}"]


async def test_what_changes_in_history_is_noticed_without_a_question_for_each_topic(stage: DiscourseStage) -> None:
    posts = [stage.server.say(f"number {one:03}", stage.topic) for one in range(70)]
    elsewhere = stage.server.begin("Not ours", "somebody else's", level=1)
    stage.server.say("Which clay?", elsewhere.topic, stage.server.ben)
    connector, cursor = await stage.started()
    for _pull in range(3):
        events, cursor = await pull_all(connector, cursor)
        assert events == [], "history is told by history"
    assert not [one for one in stage.server.exchanges if one.path.startswith("/t/")]
    stage.server.edit(posts[3], "changed at last")
    posts[5].gone = True
    elsewhere.raw, elsewhere.version = "changed too", 2
    found: list[Event] = []
    for _pull in range(4):
        events, cursor = await pull_all(connector, cursor)
        found += events
    assert [(one.text, one.history) for one in messages(found)] == [("changed at last", True)]
    assert gone(found) == [f"{stage.topic.id}/{posts[5].number}"]


async def test_what_changed_before_it_was_noted_is_told(stage: DiscourseStage) -> None:
    post = stage.server.say("before we came", stage.topic)
    connector, cursor = await stage.started()
    stage.server.edit(post, "and changed while history was loaded")
    post.at = stage.now()
    events, _cursor = await pull_all(connector, cursor)
    assert [one.text for one in messages(events)] == ["and changed while history was loaded"]


@pytest.mark.parametrize("old", [False, True])
async def test_a_flood_comes_whole_and_oldest_first_whichever_way_the_forum_counts(
    stage: DiscourseStage, old: bool
) -> None:
    stage.server.old = old
    connector, cursor = await stage.started()
    chat = stage.server.begin("An order", "private", members=("anna", "brand"))
    for number in range(260):
        stage.server.say(f"flood {number:03}", chat.topic if number % 5 == 0 else stage.topic)
    expected = [f"flood {number:03}" for number in range(260) if number % 5]
    seen: list[str] = []
    more = True
    while more:
        batch = await connector.pull(cursor)
        cursor, more = batch.cursor, batch.more
        public = [one for one in messages(list(batch.events)) if one.kind is Kind.FORUM]
        assert len(public) <= 21
        seen += [one.text for one in public]
    assert seen == expected


@pytest.mark.parametrize("old", [False, True])
async def test_five_hundred_old_ones_come_newest_page_first_and_private_ones_too(
    stage: DiscourseStage, old: bool
) -> None:
    stage.server.old = old
    for number in range(500):
        stage.server.say(f"old {number:03}", stage.topic)
    chat = stage.server.begin("An order", "in private 0", members=("anna", "brand"))
    for number in range(1, 40):
        stage.server.say(f"in private {number}", chat.topic)
    connector, _cursor = await stage.started()
    cursor: JsonObject | None = None
    seen: list[RemoteMessage] = []
    more = True
    while more:
        batch = await connector.load_older(cursor)
        cursor, more = batch.cursor, batch.more
        seen = [*messages(list(batch.events)), *seen]
        assert len(batch.events) <= 25
    public = [one.text for one in seen if one.kind is Kind.FORUM]
    assert public == [f"old {number:03}" for number in range(500)]
    assert [one.text for one in seen if one.kind is Kind.DIRECT] == [f"in private {number}" for number in range(40)]
    assert all(one.history for one in seen)


async def test_history_ends_at_the_day_that_the_person_chose(stage: DiscourseStage) -> None:
    stage.server.now -= timedelta(days=60)
    stage.server.say("long ago", stage.topic)
    stage.server.now += timedelta(days=60)
    stage.server.say("lately", stage.topic)
    connector = await stage.connector(history_since=stage.now() - timedelta(days=30))
    cursor: JsonObject | None = None
    seen: list[str] = []
    more = True
    while more:
        batch = await connector.load_older(cursor)
        cursor, more = batch.cursor, batch.more
        seen += [one.text for one in messages(list(batch.events))]
    assert seen == ["lately"]


async def test_a_forum_that_leaves_markdown_out_is_asked_for_it(stage: DiscourseStage) -> None:
    stage.server.knows_raw = False
    question = stage.server.begin("Glaze runs", "Mine *runs*", level=2)
    question.cooked = "<p>Mine <em>runs</em></p>"
    connector, cursor = await stage.started()
    stage.server.say("Mine too", question.topic, stage.server.ben)
    said, cursor = await news(connector, cursor)
    assert said["Mine *runs*"].html == "<p>Mine <em>runs</em></p>"
    assert (await pull_all(connector, cursor))[0] == []


async def test_files_come_along_and_the_key_goes_to_the_forum_alone(stage: DiscourseStage) -> None:
    stage.server.uploads["a.png"] = b"picture"
    connector, cursor = await stage.started()
    stage.server.say(
        "look", stage.topic,
        cooked='<p><img src="/uploads/default/a.png" alt="a pot"><img class="emoji" src="/images/x.png?v=1" alt=":x:">'
        '<a class="attachment" href="/uploads/default/b.pdf">notes.pdf</a><img src="https://elsewhere.example/c.png"></p>',
    )  # fmt: skip
    said, _cursor = await news(connector, cursor)
    notes, picture = said["look"].attachments
    assert (picture.name, picture.media_type, notes.name) == ("a pot", "image/png", "notes.pdf")
    pieces = [one async for one in connector.fetch_attachment(said["look"].remote_id, picture.remote_id)]
    assert b"".join(pieces) == b"picture"


async def test_whispers_of_the_staff_and_notes_of_what_was_done_are_no_messages(stage: DiscourseStage) -> None:
    """The list of public posts leaves them out; a topic's own answer does not."""
    connector, cursor = await stage.started()
    stage.server.now = stage.now()
    chat = stage.server.begin("An order", "hello", members=("anna", "brand"))
    stage.server.say("invited Ben", chat.topic, kind=3)
    stage.server.say("just among us", chat.topic, kind=4)
    assert set((await news(connector, cursor))[0]) == {"hello"}


async def test_a_closed_topic_says_why_it_takes_no_answer(stage: DiscourseStage) -> None:
    connector, cursor = await stage.started()
    stage.topic.closed = True
    stage.server.say("too late", stage.topic)
    abilities = (await news(connector, cursor))[0]["too late"].abilities
    assert abilities is not None
    assert "closed" in abilities.of(Action.REPLY).reason
    assert abilities.of(Action.LIKE).possible
    assert "author" in abilities.of(Action.DELETE).reason


async def test_a_withdrawn_key_is_told_from_what_we_may_not_see(stage: DiscourseStage) -> None:
    connector, cursor = await stage.started()
    stage.server.keys.clear()
    with pytest.raises(SignInNeeded, match="withdrawn"):
        await connector.pull(cursor)


async def test_the_forum_says_how_long_to_wait(stage: DiscourseStage) -> None:
    connector, cursor = await stage.started()
    stage.server.per_minute = 0
    with pytest.raises(Busy) as busy:
        await connector.pull(cursor)
    assert busy.value.retry_after == timedelta(seconds=42)
    stage.server.per_minute = None

    def full(_method: str, _path: str, _body: object) -> None:
        raise Refused(429, "Slow down", "rate_limit", headers={"Retry-After": "17"})

    stage.server.before.append(full)
    with pytest.raises(Busy) as busy:
        await connector.pull(cursor)
    assert busy.value.retry_after == timedelta(seconds=17)


async def test_what_was_read_before_the_limit_is_not_read_again(stage: DiscourseStage) -> None:
    """Otherwise a pull that needs more than one minute's requests would never end."""
    connector, cursor = await stage.started()
    for number in range(15):
        stage.server.begin(f"Topic {number}", f"question {number}", level=2)
    stage.server.per_minute = stage.server.asked + 8
    with pytest.raises(Busy):
        await connector.pull(cursor)
    stage.server.per_minute = stage.server.asked + 17
    batch = await connector.pull(cursor)
    assert len(messages(list(batch.events))) == 15


@pytest.mark.parametrize(
    "said",
    [
        b'{"latest_posts": {"id": 1}}',
        b'{"latest_posts": [{"id": -1, "post_type": 1}]}',
        b'{"latest_posts": [{"id": 1, "topic_id": 1, "post_number": 1, "post_type": 1, "created_at": "never"}]}',
        b'{"latest_posts": [{"id": "1", "post_type": 1}]}',
        b"[[]]",
        b"\xff\xfe{",
    ],
)
async def test_what_cannot_be_a_list_of_posts_is_a_bad_answer(stage: DiscourseStage, said: bytes) -> None:
    connector, cursor = await stage.started()
    stage.server.nonsense = said
    with pytest.raises(BadAnswer):
        await connector.pull(cursor)


async def test_after_a_withdrawn_key_another_one_goes_on(stage: DiscourseStage) -> None:
    connector, cursor = await stage.started()
    stage.server.keys = {"renewed": stage.server.brand}
    with pytest.raises(SignInNeeded):
        await connector.pull(cursor)
    stage.server.say("meanwhile", stage.topic)
    stage.key = "renewed"
    said, _cursor = await news(await stage.connector(), cursor)
    assert [*said] == ["meanwhile"]
