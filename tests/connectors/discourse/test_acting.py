"""What goes out to a forum: answers, likes, reports, edits, deletions, files; each seen on the forum afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from connectors.discourse.connector import DiscourseConnector
from inbox_app.contract.acts import Absent, Act, CannotTell, OutgoingFile, Receipt
from inbox_app.contract.errors import Rejected, SignInNeeded, Unsure
from inbox_app.contract.remote import RemoteMessage
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action, ActKind, Kind
from tests.connectors.discourse.conftest import DiscourseStage
from tests.connectors.discourse.forum import Post, Refused
from tests.connectors.discourse.server import ADMIN_KEY
from tests.contract.connector_tests import messages, pull_all
from tests.contract.stage import reply


async def told(connector: DiscourseConnector, cursor: JsonObject, post: Post) -> RemoteMessage:
    events, _cursor = await pull_all(connector, cursor)
    return next(one for one in messages(events) if one.remote_id == f"{post.topic.id}/{post.number}")


async def send(connector: DiscourseConnector, act: Act) -> Receipt:
    return await connector.send(act, connector.freeze(act, await connector.connect()))


def doing(kind: ActKind, to: RemoteMessage, *, action: Action | None = None, text: str = "", value: str = "") -> Act:
    return replace(reply(text, to), kind=kind, action=action, value=value)


async def test_an_answer_stands_below_what_it_answers_as_it_was_typed(stage: DiscourseStage) -> None:
    connector, cursor = await stage.started()
    stage.server.say("hello", stage.topic)
    asked = stage.server.say("Which **blue**?", stage.topic, stage.server.ben)
    question = await told(connector, cursor, asked)
    receipt = await send(connector, reply("The *dark* one\n\n- really", question))
    (made,) = stage.server.ours("The *dark* one")
    assert (made.raw, made.reply_to) == ("The *dark* one\n\n- really", asked.number)
    assert (receipt.remote_id, receipt.extra) == (f"{stage.topic.id}/{made.number}", {"id": made.id})


async def test_an_answer_to_a_question_is_one_to_its_topic(stage: DiscourseStage) -> None:
    connector, cursor = await stage.started()
    began = stage.server.begin("Glaze runs", "Mine runs", level=2)
    receipt = await send(connector, reply("Fire it lower", await told(connector, cursor, began)))
    (made,) = stage.server.ours("Fire it lower")
    assert made.reply_to is None
    events, _cursor = await pull_all(connector, cursor)
    (back,) = [one for one in messages(events) if one.remote_id == receipt.remote_id]
    assert back.parent == f"{began.topic.id}/1"


async def test_a_private_answer_stays_private(stage: DiscourseStage) -> None:
    connector, cursor = await stage.started()
    stage.server.now = stage.now()
    began = stage.server.begin("An order", "Is it on its way?", members=("anna", "brand"))
    await send(connector, reply("It left today", await told(connector, cursor, began)))
    (made,) = stage.server.ours("It left today")
    assert made.topic is began.topic


async def test_files_are_uploaded_and_named_in_the_text(stage: DiscourseStage) -> None:
    connector, cursor = await stage.started()
    question = await told(connector, cursor, stage.server.say("Show me", stage.topic))
    files = (
        OutgoingFile("pot.png", "image/png", b"png", "A [blue] pot"),
        OutgoingFile("notes.pdf", "application/pdf", b"pdf"),
    )
    act = replace(reply("Here", question), files=files)
    receipt = await send(connector, act)
    (made,) = stage.server.ours("Here")
    picture, notes = list(stage.server.uploads)
    assert made.raw == f"Here\n\n![A  blue  pot](upload://{picture})\n\n[notes.pdf|attachment](upload://{notes})"
    found = await connector.find_sent(act, connector.freeze(act, await connector.connect()))
    assert isinstance(found, Receipt)
    assert found.remote_id == receipt.remote_id


async def test_nothing_is_said_below_what_is_gone_or_elsewhere(stage: DiscourseStage) -> None:
    other = stage.server.begin("Off topic", "Cats", level=2)
    connector, cursor = await stage.started()
    lost, moved = (stage.server.say(f"number {one}", stage.topic) for one in range(2))
    events, _cursor = await pull_all(connector, cursor)
    below = {one.text: one for one in messages(events)}
    lost.gone = True
    moved.topic, moved.number = other.topic, 2
    with pytest.raises(Rejected, match="no longer"):
        await send(connector, reply("too late", below["number 0"]))
    with pytest.raises(Rejected, match="moved"):
        await send(connector, reply("too late", below["number 1"]))
    assert await stage.copies("too late") == 0


async def test_a_refusal_comes_in_the_forums_own_words(stage: DiscourseStage) -> None:
    stage.server.shortest = 20
    connector, cursor = await stage.started()
    question = await told(connector, cursor, stage.server.say("Show me", stage.topic))
    with pytest.raises(Rejected, match="too short"):
        await send(connector, reply("No", question))
    stage.topic.closed = True
    with pytest.raises(Rejected, match="closed"):
        await send(connector, reply("A longer answer than that", question))


async def test_what_a_moderator_holds_back_is_sent_and_found(stage: DiscourseStage) -> None:
    stage.server.holds = True
    connector, cursor = await stage.started()
    question = await told(connector, cursor, stage.server.say("Show me", stage.topic))
    act = reply("Soon", question)
    frozen = connector.freeze(act, await connector.connect())
    assert isinstance(await connector.find_sent(act, frozen), Absent)
    receipt = await connector.send(act, frozen)
    assert receipt.extra == {"held": True}
    assert await connector.find_sent(act, frozen) == receipt


async def test_an_answer_in_doubt_is_told_by_its_words_and_its_parent(stage: DiscourseStage) -> None:
    connector, cursor = await stage.started()
    first, second = (stage.server.say(f"number {one}", stage.topic) for one in range(2))
    events, _cursor = await pull_all(connector, cursor)
    below = {one.text: one for one in messages(events)}
    identity = await connector.connect()
    stage.server.lose_answers = 1
    act, other = reply("Yes", below["number 0"]), reply("Yes", below["number 1"])
    with pytest.raises(Unsure):
        await connector.send(act, connector.freeze(act, identity))
    for number in range(30):
        stage.server.say(f"meanwhile {number}", stage.topic)
    found = await connector.find_sent(act, connector.freeze(act, identity))
    assert isinstance(found, Receipt)
    assert stage.server.ours("Yes")[0].reply_to == first.number != second.number
    assert isinstance(await connector.find_sent(other, connector.freeze(other, identity)), Absent)
    stage.server.knows_raw = False
    assert isinstance(await connector.find_sent(act, connector.freeze(act, identity)), Receipt)
    await stage.go_down()
    assert isinstance(await connector.find_sent(act, connector.freeze(act, identity)), CannotTell)


async def test_likes_and_reports_are_on_the_forum_and_may_be_repeated(stage: DiscourseStage) -> None:
    connector, cursor = await stage.started()
    post = stage.server.say("Nice", stage.topic)
    nice = await told(connector, cursor, post)
    for _twice in range(2):
        await connector.moderate(doing(ActKind.MODERATION, nice, action=Action.LIKE))
        await connector.moderate(doing(ActKind.MODERATION, nice, action=Action.SPAM))
        await connector.moderate(doing(ActKind.MODERATION, nice, action=Action.REPORT))
    assert post.marks == {2: {"brand"}, 8: {"brand"}, 4: {"brand"}}
    for _twice in range(2):
        await connector.react(doing(ActKind.REACTION, nice, value="-❤"))
    assert post.marks[2] == set()
    await connector.react(doing(ActKind.REACTION, nice, value="❤️"))
    assert post.marks[2] == {"brand"}
    with pytest.raises(Rejected, match="only"):
        await connector.react(doing(ActKind.REACTION, nice, value="🎉"))
    with pytest.raises(Rejected, match="cannot"):
        await connector.moderate(doing(ActKind.MODERATION, nice, action=Action.HIDE))


async def test_our_own_post_is_changed_and_deleted(stage: DiscourseStage) -> None:
    connector, cursor = await stage.started()
    post = stage.server.say("Tomorow", stage.topic, stage.server.brand)
    ours = await told(connector, cursor, post)
    for _twice in range(2):
        await connector.edit(doing(ActKind.EDIT, ours, text="Tomorrow"))
    assert post.raw == "Tomorrow"
    for _twice in range(2):
        await connector.delete(doing(ActKind.DELETION, ours))
    assert post.by_author


async def test_the_staff_deletes_for_everybody_and_others_may_not(stage: DiscourseStage) -> None:
    connector, cursor = await stage.started()
    post = stage.server.say("buy this", stage.topic)
    spam = await told(connector, cursor, post)
    act = doing(ActKind.MODERATION, spam, action=Action.DELETE)
    with pytest.raises(Rejected, match="not permitted"):
        await connector.moderate(act)
    assert not post.gone
    stage.server.brand.staff = True
    for _twice in range(2):
        await connector.moderate(act)
    assert post.gone


async def test_a_key_withdrawn_meanwhile_is_no_refusal_of_the_answer(stage: DiscourseStage) -> None:
    connector, cursor = await stage.started()
    question = await told(connector, cursor, stage.server.say("Show me", stage.topic))
    act = reply("Here", question)
    frozen = connector.freeze(act, await connector.connect())
    stage.server.keys.clear()
    with pytest.raises(SignInNeeded):
        await connector.send(act, frozen)


async def test_an_administrators_key_speaks_as_the_user_that_was_named(stage: DiscourseStage) -> None:
    stage.key = ADMIN_KEY
    stage.settings["user"] = "brand"
    connector, cursor = await stage.started()
    await send(connector, reply("Here", await told(connector, cursor, stage.server.say("Show me", stage.topic))))
    assert await stage.copies("Here") == 1
    await connector.sign_out()
    assert (await connector.connect()).handle.startswith("brand@")


async def test_signing_out_gives_the_key_back(stage: DiscourseStage) -> None:
    connector, _cursor = await stage.started()
    await connector.sign_out()
    assert stage.server.keys == {}


async def test_who_may_not_see_the_target_any_more_is_told_so(stage: DiscourseStage) -> None:
    connector, cursor = await stage.started()
    question = await told(connector, cursor, stage.server.say("Show me", stage.topic))

    def refuse(method: str, path: str, _body: object) -> None:
        if method == "POST" and path == "/posts.json":
            raise Refused(403, "You are not permitted to view the requested resource.", "invalid_access")

    stage.server.before.append(refuse)
    with pytest.raises(Rejected, match="not permitted"):
        await send(connector, reply("Here", question))


def posting(text: str, title: str) -> Act:
    return Act(
        key=uuid4().hex,
        kind=ActKind.POST,
        conversation_kind=Kind.FORUM,
        decided_at=datetime.now(UTC),
        text=text,
        title=title,
    )


async def publish(connector: DiscourseConnector, act: Act) -> Receipt:
    return await connector.post(act, connector.freeze(act, await connector.connect()))


async def test_a_topic_is_begun_and_what_is_said_in_it_comes_in_below_it(stage: DiscourseStage) -> None:
    stage.server.needs_category, stage.settings["category"] = True, "https://forum.example.org/c/news/5"
    connector, cursor = await stage.started()
    receipt = await publish(connector, posting("At **nine**", "We open   on Sunday"))
    (made,) = stage.server.ours("At **nine**")
    assert (made.topic.title, receipt.remote_id) == ("We open on Sunday", str(made.topic.id))
    asked = [one for one in stage.server.exchanges if (one.method, one.path) == ("POST", "/posts.json")][-1]
    assert (asked.body or {})["category"] == 5
    comment = stage.server.say("Until when?", made.topic)
    question = await told(connector, cursor, comment)
    assert (question.post, question.parent) == (receipt.remote_id, None)


async def test_a_topic_in_doubt_is_told_by_its_title_and_its_words(stage: DiscourseStage) -> None:
    connector, _cursor = await stage.started()
    act = posting("At nine", "We open on Sunday")
    frozen = connector.freeze(act, await connector.connect())
    stage.server.begin("We open on Sunday", "At nine", stage.server.anna)
    assert isinstance(await connector.find_sent(act, frozen), Absent)
    stage.server.lose_answers = 1
    with pytest.raises(Unsure):
        await connector.post(act, frozen)
    found = await connector.find_sent(act, frozen)
    (made,) = stage.server.ours("At nine")
    assert isinstance(found, Receipt)
    assert found.remote_id == str(made.topic.id)
    other = posting("At nine", "We open on Monday")
    assert isinstance(await connector.find_sent(other, connector.freeze(other, await connector.connect())), Absent)


async def test_a_topic_that_waits_for_a_moderator_is_found(stage: DiscourseStage) -> None:
    connector, _cursor = await stage.started()
    stage.server.holds = True
    act = posting("At nine", "We open on Sunday")
    assert (await publish(connector, act)).extra == {"held": True}
    assert isinstance(await connector.find_sent(act, connector.freeze(act, await connector.connect())), Receipt)


@pytest.mark.parametrize(("title", "words"), [("", "needs a title"), ("Too short", "Title is too short")])
async def test_a_topic_without_a_title_is_refused_in_a_sentence(stage: DiscourseStage, title: str, words: str) -> None:
    connector, _cursor = await stage.started()
    with pytest.raises(Rejected, match=words):
        await publish(connector, posting("At nine", title))
    assert stage.server.ours("At nine") == []
