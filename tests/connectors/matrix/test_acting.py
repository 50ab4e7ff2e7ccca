"""What goes out: answers in room and thread, files, edits, deletions, moderation, invitations; seen on the server."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pytest

from connectors.matrix.connector import MatrixConnector
from connectors.matrix.wire import KEY
from inbox_app.contract.acts import Absent, Act, OutgoingFile, Receipt
from inbox_app.contract.errors import Busy, Rejected
from inbox_app.contract.remote import MessageSeen, ReactionsSeen, RemoteMessage
from inbox_app.domain.words import Action, ActKind, Kind
from tests.connectors.matrix.stage import MatrixStage
from tests.contract.stage import reply
from tests.servers.gateway import Request, Response

pytestmark = pytest.mark.server


def doing(kind: ActKind, to: RemoteMessage, *, action: Action | None = None, value: str = "", text: str = "") -> Act:
    """A small act about a message."""
    return replace(reply(text, to), kind=kind, action=action, value=value)


async def sent(connector: MatrixConnector, act: Act) -> Receipt:
    """Frozen and sent."""
    return await connector.send(act, connector.freeze(act, await connector.connect()))


async def moderated(connector: MatrixConnector, to: RemoteMessage, action: Action, value: str = "") -> None:
    await connector.moderate(doing(ActKind.MODERATION, to, action=action, value=value))


async def test_an_answer_names_whom_it_answers_and_what(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    stage.ben.say(stage.room, "which blue?", mentions=[stage.brand])
    (message,), cursor = await stage.news(connector, cursor)
    act = replace(reply("**Cobalt**", message), html="<b>Cobalt</b>")
    receipt = await sent(connector, act)
    found = stage.ben.event(stage.room, receipt.remote_id)
    content = found["content"]
    assert found["sender"] == stage.brand.id
    assert content["m.relates_to"] == {"m.in_reply_to": {"event_id": message.remote_id}}
    assert content["m.mentions"] == {"user_ids": [stage.ben.id]}
    assert (content["body"], content["formatted_body"]) == ("**Cobalt**", "<b>Cobalt</b>")
    (back,), _cursor = await stage.news(connector, cursor)
    assert (back.key, back.remote_id, back.parent) == (act.key, receipt.remote_id, message.remote_id)
    assert back.keys == message.keys


async def test_nothing_goes_in_the_clear_into_a_room_that_was_encrypted_meanwhile(stage: MatrixStage) -> None:
    """What was written before waits in the outbox: no pull may have told yet that the room is encrypted."""
    connector, cursor = await stage.started()
    said = stage.anna.say(stage.chat, "are you there?")
    (message,), cursor = await stage.news(connector, cursor)
    ours = await sent(connector, reply("Yes", message))
    (own,), cursor = await stage.news(connector, cursor)
    stage.anna.state(stage.chat, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
    with pytest.raises(Rejected, match="encrypted"):
        await sent(connector, reply("a secret", message))
    with pytest.raises(Rejected, match="encrypted"):
        await connector.edit(doing(ActKind.EDIT, own, text="another secret"))
    assert (said, ours.remote_id) == (message.remote_id, own.remote_id)
    assert [one.text for one in (await stage.news(connector, cursor))[0]] == []


async def test_an_answer_in_a_thread_stays_in_it(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    root = stage.brand.say(stage.room, "Ask us")
    asked = stage.ben.say(stage.room, "when?", thread=root)
    (_root, question), cursor = await stage.news(connector, cursor)
    receipt = await sent(connector, reply("On Friday", question))
    relation = stage.ben.event(stage.room, receipt.remote_id)["content"]["m.relates_to"]
    assert (relation["rel_type"], relation["event_id"]) == ("m.thread", root)
    assert (relation["m.in_reply_to"], relation["is_falling_back"]) == ({"event_id": asked}, False)
    (back,), _cursor = await stage.news(connector, cursor)
    assert back.keys == question.keys
    again = reply("and Saturday", replace(question, remote_id=receipt.remote_id, extra=receipt.extra))
    second = await sent(connector, again)
    assert stage.ben.event(stage.room, second.remote_id)["content"]["m.relates_to"]["event_id"] == root


async def test_a_file_goes_along_with_its_text(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    stage.anna.say(stage.chat, "show me")
    (message,), cursor = await stage.news(connector, cursor)
    picture = b"\x89PNG\r\n\x1a\n" + bytes(5000)
    file = OutgoingFile("my kiln.png", "image/png", picture, "a kiln")
    receipt = await sent(connector, replace(reply("here", message), files=(file,)))
    content = stage.anna.event(stage.chat, receipt.remote_id)["content"]
    assert (content["msgtype"], content["body"], content["filename"]) == ("m.image", "here", "my kiln.png")
    place = content["url"].removeprefix("mxc://")
    headers = {"Authorization": f"Bearer {stage.anna.token}"}
    assert stage.server.http.get(f"/_matrix/client/v1/media/download/{place}", headers=headers).content == picture
    (back,), _cursor = await stage.news(connector, cursor)
    assert [one.name for one in back.attachments] == ["my kiln.png"]
    assert connector.limits(message.keys).files == 1
    assert connector.limits(message.keys).file_size == 50 * 2**20
    with pytest.raises(Rejected):
        await sent(connector, replace(reply("here", message), files=(file, file)))


async def test_where_a_room_was_replaced_the_answer_goes_to_the_newer_one(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    stage.anna.say(stage.room, "quick question", mentions=[stage.brand])
    (message,), _cursor = await stage.news(connector, cursor)
    made = stage.anna.ask("POST", f"rooms/{quote(stage.room)}/upgrade", json={"new_version": "11"})
    newer = str(made["replacement_room"])
    stage.anna.ask("POST", f"rooms/{quote(newer)}/invite", json={"user_id": stage.brand.id})
    stage.brand.ask("POST", f"join/{quote(newer)}", json={})
    act = reply("answered there", message)
    receipt = await sent(connector, act)
    assert stage.anna.event(newer, receipt.remote_id)["content"][KEY] == act.key
    assert await connector.find_sent(act, connector.freeze(act, await connector.connect())) == receipt


async def test_an_edit_a_deletion_and_a_reaction_are_seen_by_others(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    stage.anna.say(stage.chat, "well?")
    (message,), cursor = await stage.news(connector, cursor)
    await sent(connector, reply("yse", message))
    (ours,), cursor = await stage.news(connector, cursor)
    edit = doing(ActKind.EDIT, ours, text="yes")
    for _time in range(2):
        await connector.edit(edit)
    bundled = stage.anna.event(stage.chat, ours.remote_id)["unsigned"]["m.relations"]["m.replace"]
    assert bundled["content"]["m.new_content"]["body"] == "yes"
    for value in ("🎉", "🎉", "-🎉", "❤️"):
        await connector.react(doing(ActKind.REACTION, message, value=value))
    await moderated(connector, message, Action.LIKE)
    events, cursor = await stage.events(connector, cursor)
    assert [one.message.text for one in events if isinstance(one, MessageSeen)] == ["yes"]
    (reactions,) = [one for one in events if isinstance(one, ReactionsSeen)]
    assert reactions.ours == {"❤️", "👍"}
    deletion = doing(ActKind.DELETION, ours)
    for _time in range(2):
        await connector.delete(deletion)
    assert stage.anna.event(stage.chat, ours.remote_id)["content"] == {}


async def test_moderation_is_seen_on_the_server(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    path = f"rooms/{quote(stage.room)}/state/m.room.power_levels/"
    levels = stage.anna.ask("GET", path)
    stage.anna.ask("PUT", path, json={**levels, "users": {**levels["users"], stage.brand.id: 50}})
    rude = stage.ben.say(stage.room, "rude")
    (message,), _cursor = await stage.news(connector, cursor)

    def membership() -> str:
        found = stage.anna.ask("GET", f"rooms/{quote(stage.room)}/state/m.room.member/{quote(stage.ben.id)}")
        return str(found["membership"])

    await moderated(connector, message, Action.REPORT, "spam again")
    await moderated(connector, message, Action.DELETE, "rude")
    assert stage.anna.event(stage.room, rude)["content"] == {}
    for _time in range(2):
        await moderated(connector, message, Action.KICK)
    assert membership() == "leave"
    for _time in range(2):
        await moderated(connector, message, Action.BLOCK, "too much")
    assert membership() == "ban"
    for _time in range(2):
        await moderated(connector, message, Action.UNBLOCK)
    assert membership() == "leave"
    with pytest.raises(Rejected):
        await moderated(connector, message, Action.HIDE)


async def test_what_power_does_not_allow_is_refused_in_the_servers_words(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    stage.ben.say(stage.room, "rude")
    (message,), _cursor = await stage.news(connector, cursor)
    for action in (Action.DELETE, Action.BLOCK, Action.KICK):
        with pytest.raises(Rejected, match="refused"):
            await moderated(connector, message, action)


async def test_an_invitation_is_accepted_and_a_direct_chat_noted_as_one(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    body = {"invite": [stage.brand.id], "is_direct": True, "preset": "trusted_private_chat"}
    room = str(stage.ben.ask("POST", "createRoom", json=body)["room_id"])
    stage.ben.say(room, "before you came")
    (invited,), cursor = await stage.news(connector, cursor)
    assert invited.kind is Kind.DIRECT
    for _time in range(2):
        await moderated(connector, invited, Action.ACCEPT)
    assert room in stage.brand.ask("GET", f"user/{quote(stage.brand.id)}/account_data/m.direct")[stage.ben.id]
    stage.ben.say(room, "welcome")
    told, _cursor = await stage.news(connector, cursor)
    assert {one.kind for one in told} == {Kind.DIRECT}
    assert {one.text: one.history for one in told} == {"before you came": True, "welcome": False}


async def test_an_invitation_is_declined(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    room = stage.anna.make_room("Spam palace")
    stage.anna.ask("POST", f"rooms/{quote(room)}/invite", json={"user_id": stage.brand.id})
    (invited,), _cursor = await stage.news(connector, cursor)
    for _time in range(2):
        await moderated(connector, invited, Action.DECLINE)
    assert room not in stage.brand.ask("GET", "joined_rooms")["joined_rooms"]
    with pytest.raises(Rejected, match="no longer valid"):
        await moderated(connector, invited, Action.ACCEPT)


async def test_the_server_learns_what_was_read(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    said = stage.anna.say(stage.chat, "read me")
    (message,), _cursor = await stage.news(connector, cursor)
    await connector.mark_read(doing(ActKind.READ_MARK, message))
    synced = stage.anna.ask("GET", "sync", params={"timeout": 0})
    receipts = synced["rooms"]["join"][stage.chat]["ephemeral"]["events"]
    assert any(stage.brand.id in one["content"].get(said, {}).get("m.read", {}) for one in receipts)


async def test_a_redacted_answer_of_ours_is_still_found(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    stage.anna.say(stage.chat, "well?")
    (message,), _cursor = await stage.news(connector, cursor)
    act = reply("said, then taken back", message)
    receipt = await sent(connector, act)
    frozen = connector.freeze(act, await connector.connect())
    stage.brand.redact(stage.chat, receipt.remote_id)
    assert await connector.find_sent(act, frozen) == receipt
    other = reply("never said", message)
    assert isinstance(await connector.find_sent(other, connector.freeze(other, await connector.connect())), Absent)


async def test_the_wait_is_as_long_as_the_server_says(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    limited = b'{"errcode": "M_LIMIT_EXCEEDED", "error": "Too many requests", "retry_after_ms": 7300}'
    headers = {"content-type": "application/json"}
    for extra, seconds in (({}, 7.3), ({"retry-after": "11"}, 11)):
        answer = Response(429, {**headers, **extra}, limited)

        def full(_request: Request, answer: Response = answer) -> Request | Response:
            return answer

        stage.gateway.before.append(full)
        with pytest.raises(Busy) as raised:
            await connector.pull(cursor)
        stage.gateway.before.remove(full)
        assert raised.value.retry_after is not None
        assert raised.value.retry_after.total_seconds() == seconds
