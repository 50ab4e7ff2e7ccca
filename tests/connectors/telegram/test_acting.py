"""What a bot does: answers with and without a file, edits, deletions, reactions, bans; what is refused or lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from connectors.telegram.connector import TelegramConnector
from inbox_app.contract.acts import Act, OutgoingFile
from inbox_app.contract.errors import NotSent, Rejected, Unsure
from inbox_app.contract.remote import ReactionsSeen, RemoteMessage
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action, ActKind, Direction, Kind
from tests.connectors.telegram.conftest import TelegramStage, news
from tests.connectors.telegram.server import FORUM, GROUP
from tests.contract.connector_tests import messages
from tests.contract.stage import reply

Talk = tuple[TelegramConnector, RemoteMessage, JsonObject]
"""A connector, a question that it heard, and where it stands."""


@pytest.fixture
async def talk(stage: TelegramStage) -> Talk:
    """A connector that has heard a question in the group."""
    connector, cursor = await stage.started()
    stage.server.say("@kiln_bot how hot?", GROUP)
    events, cursor = await news(connector, cursor)
    return connector, messages(events)[0], cursor


async def send(connector: TelegramConnector, act: Act) -> str:
    return (await connector.send(act, connector.freeze(act, await connector.connect()))).remote_id


async def test_an_answer_stands_below_what_it_answers(stage: TelegramStage, talk: Talk) -> None:
    connector, question, cursor = talk
    name = await send(connector, reply("1200 degrees", question))
    (there,) = stage.server.ours("1200")
    assert f"{GROUP['id']}:{there['reply_to_message']['message_id']}" == question.remote_id
    (copy,) = messages((await news(connector, cursor))[0])
    assert (copy.remote_id, copy.parent, copy.direction) == (name, question.remote_id, Direction.OUTGOING)
    assert copy.abilities is not None
    assert copy.abilities.of(Action.EDIT).possible


async def test_an_answer_in_a_topic_stays_there(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    stage.server.say("@kiln_bot how hot?", FORUM, message_thread_id=7, is_topic_message=True)
    events, cursor = await news(connector, cursor)
    await send(connector, reply("1200 degrees", messages(events)[0]))
    (copy,) = messages((await news(connector, cursor))[0])
    assert copy.keys == ("-100222/7",)
    assert [params["message_thread_id"] for method, params in stage.server.begun if method == "sendMessage"] == [7]


async def test_an_answer_to_a_comment_stays_below_the_post(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    post = stage.server.post("New glazes")
    stage.server.answer("Which blue?", post, message_thread_id=post["message_id"])
    events, cursor = await news(connector, cursor)
    (comment,) = messages(events)
    await send(connector, reply("Cobalt", comment))
    (copy,) = messages((await news(connector, cursor))[0])
    assert (copy.kind, copy.post, copy.parent) == (Kind.COMMENTS, comment.post, comment.remote_id)


@pytest.mark.parametrize(("media_type", "field"), [("image/png", "photo"), ("application/pdf", "document")])
async def test_a_file_goes_along(
    stage: TelegramStage,
    talk: Talk,
    media_type: str,
    field: str,
) -> None:
    connector, question, cursor = talk
    act = replace(reply("look — così", question), files=(OutgoingFile("kiln.bin", media_type, b"\x00\x01bytes"),))
    await send(connector, act)
    (there,) = stage.server.ours("così")
    assert field in there
    (copy,) = messages((await news(connector, cursor))[0])
    pieces = [one async for one in connector.fetch_attachment(copy.remote_id, copy.attachments[0].remote_id)]
    assert b"".join(pieces) == b"\x00\x01bytes"
    target = reply("", copy).target
    await connector.edit(Act(uuid4().hex, ActKind.EDIT, copy.kind, datetime.now(UTC), text="new words", target=target))
    assert [one["caption"] for one in stage.server.ours("new words")] == ["new words"]


async def test_what_is_too_much_is_refused_before_it_leaves(stage: TelegramStage, talk: Talk) -> None:
    connector, question, _cursor = talk
    file = OutgoingFile("a.png", "image/png", b"x")
    for act in (
        replace(reply("x" * 1025, question), files=(file,)),
        replace(reply("eleven", question), files=(file,) * 11),
        reply("😀" * 2049, question),
    ):
        with pytest.raises(NotSent):
            await send(connector, act)
    new = Act(uuid4().hex, ActKind.NEW, Kind.DIRECT, datetime.now(UTC), text="Hello")
    with pytest.raises(Rejected, match="begin a conversation"):
        connector.freeze(new, await connector.connect())
    assert not [one for one in stage.server.begun if one[0].startswith("send")]


async def test_an_answer_to_what_is_gone_is_refused(stage: TelegramStage, talk: Talk) -> None:
    connector, question, _cursor = talk
    stage.server.messages.clear()
    with pytest.raises(Rejected, match="message to be replied not found"):
        await send(connector, reply("too late", question))


async def test_a_lost_answer_is_unsure(stage: TelegramStage, talk: Talk) -> None:
    connector, question, _cursor = talk
    stage.server.lose_answers = 1
    with pytest.raises(Unsure):
        await send(connector, reply("did you hear me?", question))
    assert await stage.copies("did you hear me?") == 1


@pytest.mark.parametrize("said", [b"{}", b'{"ok": true}', b"[]", b"not JSON", b'{"ok": true, "result": true}'])
async def test_an_unreadable_success_is_unsure(stage: TelegramStage, talk: Talk, said: bytes) -> None:
    connector, question, _cursor = talk
    act = reply("did you take it?", question)
    frozen = connector.freeze(act, await connector.connect())
    stage.server.nonsense = said
    with pytest.raises(Unsure):
        await connector.send(act, frozen)


async def test_small_acts_may_be_done_twice(stage: TelegramStage, talk: Talk) -> None:
    connector, question, cursor = talk
    stage.server.rights = {"can_restrict_members": True, "can_delete_messages": True}
    await send(connector, reply("1200", question))
    (copy,) = messages((await news(connector, cursor))[0])
    ours = Act(uuid4().hex, ActKind.EDIT, Kind.ROOM, datetime.now(UTC), text="1250", target=reply("", copy).target)
    theirs = replace(ours, kind=ActKind.MODERATION, target=reply("", question).target)
    for _time in range(2):
        await connector.edit(ours)
        await connector.moderate(replace(theirs, action=Action.MUTE))
        await connector.moderate(replace(theirs, action=Action.BLOCK))
        assert (stage.server.banned, stage.server.muted) == ({501}, {501})
        await connector.moderate(replace(theirs, action=Action.UNBLOCK))
        assert stage.server.banned == set()
        await connector.moderate(replace(theirs, action=Action.DELETE))
    assert len(stage.server.ours("1250")) == 1
    for _time in range(2):
        await connector.delete(replace(ours, kind=ActKind.DELETION))
    assert stage.server.messages == {}
    with pytest.raises(Rejected):
        await connector.moderate(replace(theirs, action=Action.HIDE))


async def test_our_reaction_is_told_with_the_next_pull(stage: TelegramStage, talk: Talk) -> None:
    connector, question, cursor = talk
    act = Act(uuid4().hex, ActKind.REACTION, Kind.ROOM, datetime.now(UTC), value="❤️", target=reply("", question).target)
    await connector.react(act)
    assert [*stage.server.reactions.values()] == [[{"type": "emoji", "emoji": "❤"}]]
    (told,), cursor = await news(connector, cursor)
    assert told == ReactionsSeen(question.remote_id, (("❤", 1),), frozenset({"❤"}))
    await connector.react(replace(act, value="-❤️"))
    (told,), _cursor = await news(connector, cursor)
    assert told == ReactionsSeen(question.remote_id, (), frozenset())
    with pytest.raises(Rejected, match="does not know the reaction"):
        await connector.react(replace(act, value="🧱"))


async def test_without_the_right_the_service_says_so(stage: TelegramStage, talk: Talk) -> None:
    connector, question, _cursor = talk
    act = Act(uuid4().hex, ActKind.MODERATION, Kind.ROOM, datetime.now(UTC), target=reply("", question).target)
    with pytest.raises(Rejected, match="not enough rights"):
        await connector.moderate(replace(act, action=Action.BLOCK))
