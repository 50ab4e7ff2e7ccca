"""Direct chats that we begin: one room a person, seen by both sides, never a second one after an answer in doubt."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pytest

from connectors.matrix.connector import MatrixConnector
from inbox_app.contract.acts import Absent, Act, OutgoingFile, Receipt
from inbox_app.contract.errors import ConnectorError, Rejected, Unsure
from inbox_app.contract.remote import RemoteRecipient
from inbox_app.domain.words import Action, Kind
from tests.connectors.matrix.stage import MatrixStage, asks_for, directs, privately
from tests.servers.gateway import Request, Response
from tests.servers.synapse import MatrixUser

pytestmark = pytest.mark.server


async def sent(connector: MatrixConnector, act: Act) -> Receipt:
    """Frozen and sent."""
    return await connector.send(act, connector.freeze(act, await connector.connect()))


def invitations(user: MatrixUser) -> set[str]:
    """The rooms that somebody is invited to, as direct chats."""
    waiting = user.ask("GET", "sync")["rooms"].get("invite", {})
    told = {room: one["invite_state"]["events"] for room, one in waiting.items()}
    return {
        room
        for room, events in told.items()
        if any(one.get("state_key") == user.id and one["content"].get("is_direct") for one in events)
    }


def joined(user: MatrixUser) -> set[str]:
    """The rooms that somebody is in."""
    return set(user.ask("GET", "joined_rooms")["joined_rooms"])


async def test_a_chat_begins_with_the_author_of_a_public_message(stage: MatrixStage) -> None:
    """They are invited, both sides' programs know it as direct, and what comes back is that very conversation."""
    connector, cursor = await stage.started()
    stage.ben.say(stage.room, "may I ask about my order?", mentions=[stage.brand])
    (asked,), cursor = await stage.news(connector, cursor)
    assert asked.abilities is not None
    assert asked.abilities.of(Action.REPLY_PRIVATELY).possible
    assert (await connector.connect()).abilities.of(Action.REPLY_PRIVATELY).possible
    receipt = await sent(connector, privately("Tell me the number", stage.ben))
    room = str((receipt.extra or {})["room"])
    assert invitations(stage.ben) == {room}
    assert directs(stage.brand) == {stage.anna.id: [stage.chat], stage.ben.id: [room]}
    stage.ben.ask("POST", f"join/{quote(room)}", json={})
    stage.ben.say(room, "4711")
    (ours, answer), _cursor = await stage.news(connector, cursor)
    assert (ours.remote_id, ours.kind, ours.text) == (receipt.remote_id, Kind.DIRECT, "Tell me the number")
    assert (answer.kind, answer.keys, answer.needs_work) == (Kind.DIRECT, ours.keys, True)
    assert answer.abilities is not None
    assert not answer.abilities.of(Action.REPLY_PRIVATELY).possible


async def test_a_chat_that_is_there_is_gone_on_with(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    file = OutgoingFile("list.pdf", "application/pdf", b"%PDF-1.4")
    receipt = await sent(connector, replace(privately("the prices", stage.anna), files=(file,)))
    assert receipt.extra == {"room": stage.chat}
    assert joined(stage.brand) == {stage.chat, stage.room}
    assert [one["content"]["filename"] for one in stage.anna.messages(stage.chat)] == ["list.pdf"]
    (back,), _cursor = await stage.news(connector, cursor)
    assert (back.kind, back.keys, back.needs_work) == (Kind.DIRECT, (stage.chat,), False)


async def test_whoever_left_is_written_to_in_a_new_room(stage: MatrixStage) -> None:
    connector, _cursor = await stage.started()
    stage.anna.ask("POST", f"rooms/{quote(stage.chat)}/leave", json={})
    receipt = await sent(connector, privately("still there?", stage.anna))
    room = str((receipt.extra or {})["room"])
    assert invitations(stage.anna) == {room}
    assert directs(stage.brand) == {stage.anna.id: [stage.chat, room]}


@pytest.mark.parametrize(
    "breaks", ["createRoom", "state/m.room.member", "account_data/m.direct", "send/m.room.message"]
)
async def test_an_answer_in_doubt_never_begins_a_second_room(stage: MatrixStage, breaks: str) -> None:
    """Each step of the beginning reaches the server, and its answer does not reach us."""
    connector, _cursor = await stage.started()
    lost: list[str] = []

    def lose(request: Request, answer: Response) -> Response:
        if lost or request.method == "GET" or not asks_for(request, breaks):
            return answer
        lost.append(request.path)
        return Response(504, {}, b"")

    stage.gateway.after.append(lose)
    act = privately("did you get the glaze?", stage.ben)
    frozen = connector.freeze(act, await connector.connect())
    with pytest.raises(Unsure):
        await connector.send(act, frozen)
    assert lost
    again = await stage.connector()  # another process
    found = await again.find_sent(act, frozen)
    if breaks == "send/m.room.message":
        assert isinstance(found, Receipt)
    else:
        assert isinstance(found, Absent)
        found = await again.send(replace(act, attempt=2), frozen)
        assert await again.find_sent(act, frozen) == found
    (room,) = joined(stage.brand) - {stage.chat, stage.room}
    assert found.extra == {"room": room}
    assert directs(stage.brand)[stage.ben.id] == [room]
    assert invitations(stage.ben) == {room}
    assert [one["content"]["body"] for one in stage.brand.messages(room)] == ["did you get the glaze?"]


async def test_nothing_is_said_to_nobody_or_in_secret(stage: MatrixStage) -> None:
    connector, _cursor = await stage.started()
    stage.anna.state(stage.chat, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
    with pytest.raises(Rejected, match="is encrypted"):
        await sent(connector, privately("a secret", stage.anna))
    with pytest.raises(Rejected, match="Nobody on Matrix"):
        await sent(connector, privately("hello?", replace(stage.ben, id="@nobody-at-all:matrix.test")))
    with pytest.raises(Rejected, match="your own"):
        await sent(connector, privately("note to self", stage.brand))
    with pytest.raises(Rejected, match="no Matrix address"):
        await sent(connector, privately("hello?", replace(stage.ben, id="ben")))
    both = (RemoteRecipient("to", stage.anna.id), RemoteRecipient("to", stage.ben.id))
    with pytest.raises(Rejected, match="one person"):
        await sent(connector, replace(privately("hello all", stage.ben), recipients=both))
    assert joined(stage.brand) == {stage.chat, stage.room}


async def test_where_the_server_encrypts_new_chats_nobody_is_invited(stage: MatrixStage) -> None:
    connector, _cursor = await stage.started()

    def encrypts(request: Request, answer: Response) -> Response:
        if request.method == "GET" and asks_for(request, "state/m.room.encryption"):
            return Response(200, {"content-type": "application/json"}, b'{"algorithm": "m.megolm.v1.aes-sha2"}')
        return answer

    stage.gateway.after.append(encrypts)
    with pytest.raises(Rejected, match="encrypts every new chat"):
        await sent(connector, privately("a secret", stage.ben))
    assert (joined(stage.brand), invitations(stage.ben)) == ({stage.chat, stage.room}, set())


async def test_a_chat_that_was_declined_meanwhile_is_not_begun_again(stage: MatrixStage) -> None:
    connector, _cursor = await stage.started()
    act = privately("hello", stage.ben)
    room = str(((await sent(connector, act)).extra or {})["room"])
    stage.ben.ask("POST", f"rooms/{quote(room)}/leave", json={})
    with pytest.raises(ConnectorError, match="declined"):
        await connector.send(replace(act, attempt=2), connector.freeze(act, await connector.connect()))
    assert joined(stage.brand) == {stage.chat, stage.room, room}
