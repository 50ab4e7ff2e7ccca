"""What comes in: rooms and threads, edits, reactions, deletions, invitations, receipts, gaps, encrypted rooms."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote

import pytest

from connectors.matrix.connector import MatrixConnector
from inbox_app.contract.errors import BadAnswer
from inbox_app.contract.remote import (
    ConversationSeen,
    Event,
    GapClosed,
    GapFound,
    MessageGone,
    ReactionsSeen,
    ReadElsewhere,
    RemoteMessage,
)
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action, Direction, Kind
from tests.connectors.matrix.stage import MatrixStage
from tests.contract.connector_tests import messages, pull_all, through_json
from tests.servers.gateway import Request, Response
from tests.servers.synapse import MatrixUser

pytestmark = pytest.mark.server

E = TypeVar("E")


def of(kind: type[E], events: list[Event]) -> list[E]:
    """The events of one kind."""
    return [one for one in events if isinstance(one, kind)]


async def test_a_room_asks_only_where_we_are_named_or_answered(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    ours = stage.brand.say(stage.room, "We fire on Friday")
    stage.ben.say(stage.room, "just talking")
    stage.ben.say(stage.room, "what do you think?", mentions=[stage.brand])
    stage.ben.say(stage.room, "at what time?", answers=ours)
    stage.ben.say(stage.room, f"older programs write {stage.brand.id}: hello")
    stage.ben.say(stage.room, "nobody is meant", mentions=[])
    stage.ben.send(stage.room, "m.room.message", {"msgtype": "m.notice", "body": "Brand: I am a machine"})
    events, _cursor = await stage.events(connector, cursor)
    said = messages(events)
    assert [one.needs_work for one in said] == [False, False, True, True, True, False, False]
    assert {one.kind for one in said} == {Kind.ROOM}
    assert said[0].direction is Direction.OUTGOING
    assert said[3].parent == ours
    assert said[1].author.name == "Ben"
    (seen,) = of(ConversationSeen, events)
    assert (seen.title, seen.keys) == ("Kiln", said[0].keys)


async def test_each_thread_is_a_conversation(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    root = stage.brand.say(stage.room, "New glazes are in. Which do you want to see first?")
    first = stage.anna.say(stage.room, "blue", thread=root)
    second = stage.ben.say(stage.room, "and green?", thread=root, answers=first)
    events, _cursor = await stage.events(connector, cursor)
    opening, blue, green = messages(events)
    assert opening.keys == (stage.room,)
    assert blue.keys == green.keys == (f"{stage.room}|{root}",)
    assert (blue.parent, green.parent) == (root, first)
    assert green.remote_id == second
    assert blue.needs_work, "an answer in a thread under ours is for us"
    titles = {one.keys: one.title for one in of(ConversationSeen, events)}
    assert titles[blue.keys].startswith("New glazes are in.")
    assert titles[blue.keys].endswith("Kiln")


async def test_a_direct_chat_asks_with_every_message(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    stage.anna.say(stage.chat, "hello?")
    (message,), _cursor = await stage.news(connector, cursor)
    assert (message.kind, message.needs_work, message.author.handle) == (Kind.DIRECT, True, stage.anna.id)


async def test_formatted_text_is_cleaned_and_quotes_of_old_programs_are_left_out(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    asked = stage.brand.say(stage.chat, "Which one?")
    stage.anna.say(
        stage.chat,
        f"> <{stage.brand.id}> Which one?\n\nThe <b>blue</b> one",
        html="<mx-reply><blockquote>Which one?</blockquote></mx-reply>The <b>blue</b> one<script>alert(1)</script>"
        '<a href="javascript:alert(1)">x</a><img src="https://evil.example/t.png">',
        answers=asked,
    )
    stage.anna.say(stage.chat, f"> <{stage.brand.id}> Which one?\n\nplainly", answers=asked)
    (_ours, formatted, plain), _cursor = await stage.news(connector, cursor)
    assert "<b>blue</b>" in (formatted.html or "")
    assert not any(bad in (formatted.html or "") for bad in ("script", '"https://evil.example', "mx-reply", "quote"))
    assert formatted.text.startswith("The blue one")
    assert plain.text == "plainly"


async def test_edits_are_noticed_and_come_with_what_was_loaded_later(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    said = stage.anna.say(stage.chat, "helo")
    (first,), cursor = await stage.news(connector, cursor)
    stage.anna.edit(stage.chat, said, "hello")
    (edited,), cursor = await stage.news(connector, cursor)
    assert (first.text, first.edited_at) == ("helo", None)
    assert (edited.remote_id, edited.text, edited.sent_at) == (said, "hello", first.sent_at)
    assert edited.edited_at is not None
    stage.ben.send(
        stage.room,
        "m.room.message",
        {
            "msgtype": "m.text", "body": "* stolen", "m.new_content": {"msgtype": "m.text", "body": "stolen"},
            "m.relates_to": {"rel_type": "m.replace", "event_id": stage.anna.say(stage.room, "mine")},
        },
    )  # fmt: skip
    told, _cursor = await stage.news(connector, cursor)
    assert {one.text for one in told} == {"mine"}, "nobody edits what somebody else said"


async def test_an_edit_that_is_taken_back_brings_the_first_text_again(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    said = stage.anna.say(stage.chat, "first")
    edit = stage.anna.edit(stage.chat, said, "second")
    told, cursor = await stage.news(connector, cursor)
    assert told[-1].text == "second"
    stage.anna.redact(stage.chat, edit)
    (back,), _cursor = await stage.news(connector, cursor)
    assert (back.remote_id, back.text) == (said, "first")


async def test_deletions_say_who_took_it_back(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    by_itself, by_another = stage.ben.say(stage.room, "oops"), stage.ben.say(stage.room, "rude")
    _told, cursor = await stage.news(connector, cursor)
    stage.ben.redact(stage.room, by_itself)
    stage.anna.redact(stage.room, by_another)
    events, cursor = await stage.events(connector, cursor)
    assert [(one.remote_id, one.by_author) for one in of(MessageGone, events)] == [
        (by_itself, True),
        (by_another, False),
    ]
    assert (await stage.events(connector, cursor))[0] == []


async def test_reactions_are_counted_as_they_stand(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    said = stage.anna.say(stage.room, "look")
    theirs = stage.ben.react(stage.room, said, "👍")
    stage.anna.react(stage.room, said, "👍")
    stage.brand.react(stage.room, said, "🎉")
    events, cursor = await stage.events(connector, cursor)
    assert of(ReactionsSeen, events) == [ReactionsSeen(said, (("🎉", 1), ("👍", 2)), frozenset({"🎉"}))]
    stage.ben.redact(stage.room, theirs)
    events, _cursor = await stage.events(connector, cursor)
    assert of(ReactionsSeen, events) == [ReactionsSeen(said, (("🎉", 1), ("👍", 1)), frozenset({"🎉"}))]
    assert of(MessageGone, events) == []


async def test_files_come_with_their_captions_and_can_be_fetched(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    picture = b"\x89PNG\r\n\x1a\n" + bytes(3000)
    headers = {"Authorization": f"Bearer {stage.anna.token}", "Content-Type": "image/png"}
    put = stage.server.http.post("/_matrix/media/v3/upload", content=picture, headers=headers).json()["content_uri"]
    content = {"msgtype": "m.image", "url": put, "info": {"mimetype": "image/png", "size": len(picture)}}
    stage.anna.send(stage.chat, "m.room.message", {**content, "body": "../../my kiln.png"})
    stage.anna.send(stage.chat, "m.room.message", {**content, "body": "look at it", "filename": "kiln.png"})
    stage.anna.send(stage.chat, "m.room.message", {**content, "body": "evil", "url": "mxc://../../etc/passwd"})
    (bare, captioned, evil), _cursor = await stage.news(connector, cursor)
    (file,) = bare.attachments
    assert (bare.text, file.name, file.media_type, file.size) == ("", "my kiln.png", "image/png", len(picture))
    assert captioned.text == "look at it"
    assert evil.attachments == ()
    assert b"".join([piece async for piece in connector.fetch_attachment(bare.remote_id, file.remote_id)]) == picture


async def test_an_old_server_gives_files_on_its_old_path(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    unknown = json.dumps({"errcode": "M_UNRECOGNIZED", "error": "Unrecognized request"}).encode()

    def old(request: Request) -> Request | Response:
        if "/client/v1/media/download" in request.path:
            return Response(404, {"content-type": "application/json"}, unknown)
        return Response(200, {}, b"a file") if "/media/v3/download" in request.path else request

    stage.gateway.before.append(old)
    found = [piece async for piece in connector.fetch_attachment("$event", "mxc://matrix.test/abc")]
    assert b"".join(found) == b"a file"
    assert cursor


async def test_an_encrypted_room_is_said_plainly(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    stage.anna.state(stage.chat, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
    secret = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgA", "session_id": "x", "sender_key": "y"}
    stage.anna.send(stage.chat, "m.room.encrypted", {**secret, "device_id": "D"})
    events, _cursor = await stage.events(connector, cursor)
    (message,) = messages(events)
    assert "encrypted" in message.text
    assert message.abilities is not None
    reply = message.abilities.of(Action.REPLY)
    assert not reply.possible
    assert "encrypted" in reply.reason
    (room,) = of(ConversationSeen, events)
    assert room.abilities is not None
    assert not room.abilities.of(Action.REPLY).possible


async def test_an_invitation_waits_and_ends(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    room = stage.anna.make_room("Glaze club")
    stage.anna.ask("POST", f"rooms/{quote(room)}/invite", json={"user_id": stage.brand.id})
    told, cursor = await stage.events(connector, cursor)
    (invited,), (talk,) = messages(told), of(ConversationSeen, told)
    assert (talk.title, talk.keys) == ("Glaze club", invited.keys)
    assert invited.text == "Anna invites you to the room “Glaze club”."
    assert invited.abilities is not None
    assert invited.abilities.of(Action.ACCEPT).possible
    assert invited.abilities.of(Action.DECLINE).possible
    assert "Accept" in invited.abilities.of(Action.REPLY).reason
    assert (await stage.events(connector, cursor))[0] == []
    stage.anna.ask("POST", f"rooms/{quote(room)}/kick", json={"user_id": stage.brand.id})
    events, _cursor = await stage.events(connector, cursor)
    assert [one.remote_id for one in of(MessageGone, events)] == [invited.remote_id]


async def test_an_invitation_that_waits_already_is_told_at_the_first_pull(stage: MatrixStage) -> None:
    room = stage.anna.make_room("Early")
    stage.anna.ask("POST", f"rooms/{quote(room)}/invite", json={"user_id": stage.brand.id})
    connector = await stage.connector()
    events, cursor = await pull_all(connector, None)
    assert ["Early" in one.text for one in messages(events)] == [True]
    assert messages((await stage.events(connector, cursor))[0]) == []


async def test_what_was_read_elsewhere_is_read_here(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    said = stage.anna.say(stage.chat, "read me")
    reaction = stage.anna.react(stage.chat, said, "👀")
    stage.brand.ask("POST", f"rooms/{quote(stage.chat)}/receipt/m.read/{quote(reaction)}", json={})
    events, _cursor = await stage.events(connector, cursor)
    assert of(ReadElsewhere, events) == [ReadElsewhere(said)], "the mark stands at a reaction: read up to the message"


async def test_a_gap_is_shown_until_it_is_loaded_also_by_another_process(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    for number in range(160):
        stage.anna.say(stage.room, f"number {number:03}")
    batch = await connector.pull(cursor)
    (gap,) = of(GapFound, list(batch.events))
    assert gap.can_close
    assert "number 159" in [one.text for one in messages(list(batch.events))]
    events, cursor = list(batch.events), through_json(batch)
    while batch.more:
        fresh = await stage.connector()
        batch = await fresh.pull(cursor)
        events, cursor = [*events, *batch.events], through_json(batch)
    assert of(GapClosed, events) == [GapClosed(gap.gap)]
    assert sorted(one.text for one in messages(events)) == [f"number {number:03}" for number in range(160)]
    assert not any(one.history for one in messages(events))


async def test_a_server_that_forgot_where_we_were_loses_nothing(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    stage.anna.say(stage.room, "known")
    _found, cursor = await stage.news(connector, cursor)
    for number in range(120):
        stage.anna.say(stage.room, f"number {number:03}")

    def anew(request: Request) -> Request:
        """Synapse keeps the answer to a first sync for two minutes, and gives it to whoever asks the same."""
        return replace(request, target=request.target.replace("sync?timeout=0", "sync?timeout=1"))

    stage.gateway.before.append(anew)
    batch = await connector.pull({**cursor, "since": "a place of another server"})
    (gap,) = of(GapFound, list(batch.events))
    assert "no longer knows" in gap.reason
    fresh = await stage.connector()
    events, cursor = await stage.events(fresh, through_json(batch))
    events = [*batch.events, *events]
    assert of(GapClosed, events) == [GapClosed(gap.gap)]
    told = [one.text for one in messages(events) if one.text != "known"]
    assert sorted(told) == [f"number {number:03}" for number in range(120)]
    assert not any(one.history for one in messages(events))
    stage.anna.say(stage.chat, "and on")
    assert [one.text for one in (await stage.news(fresh, cursor))[0]] == ["and on"]


async def test_a_gap_that_cannot_be_loaded_stays_shown(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    for number in range(60):
        stage.anna.say(stage.room, f"number {number:03}")
    forbidden = json.dumps({"errcode": "M_FORBIDDEN", "error": "You may not look back"}).encode()

    def refuses(request: Request) -> Request | Response:
        no = Response(403, {"content-type": "application/json"}, forbidden)
        return no if request.path.endswith("/messages") else request

    stage.gateway.before.append(refuses)
    events, _cursor = await stage.events(connector, cursor)
    found, lost = of(GapFound, events)
    assert (found.gap, found.can_close) == (lost.gap, True)
    assert not lost.can_close
    assert "You may not look back" in lost.reason


async def test_a_room_that_was_replaced_goes_on_in_the_newer_one(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    stage.anna.say(stage.room, "before", mentions=[stage.brand])
    (before,), cursor = await stage.news(connector, cursor)
    made = stage.anna.ask("POST", f"rooms/{quote(stage.room)}/upgrade", json={"new_version": "11"})
    newer = str(made["replacement_room"])
    stage.anna.ask("POST", f"rooms/{quote(newer)}/invite", json={"user_id": stage.brand.id})
    events, cursor = await stage.events(connector, cursor)
    more, cursor = await stage.events(connector, cursor)
    assert newer in stage.brand.ask("GET", "joined_rooms")["joined_rooms"]
    stage.anna.say(newer, "after", mentions=[stage.brand])
    later, _cursor = await stage.events(connector, cursor)
    (after,) = messages(later)
    assert set(before.keys) & set(after.keys)
    assert after.abilities is not None
    assert after.abilities.of(Action.REPLY).possible
    rooms = [one for one in of(ConversationSeen, [*events, *more]) if one.keys == (stage.room,)]
    assert rooms[-1].abilities is not None
    assert "replaced" in rooms[-1].abilities.of(Action.REPLY).reason


async def test_abilities_follow_the_power_levels(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    stage.ben.say(stage.room, "weak")
    (weak,), cursor = await stage.news(connector, cursor)
    assert weak.abilities is not None
    assert "power level 50" in weak.abilities.of(Action.DELETE).reason
    assert not weak.abilities.of(Action.BLOCK).possible
    _grant(stage, {stage.brand.id: 50})
    stage.ben.say(stage.room, "strong")
    events, cursor = await stage.events(connector, cursor)
    strong = messages(events)[-1]
    assert strong.abilities is not None
    for action in (Action.DELETE, Action.BLOCK, Action.KICK, Action.REPORT, Action.REACT):
        assert strong.abilities.of(action).possible, action
    stage.anna.say(stage.room, "I made this room")
    (made,), cursor = await stage.news(connector, cursor)
    assert made.abilities is not None
    assert "as much power" in made.abilities.of(Action.KICK).reason
    _grant(stage, {stage.brand.id: -1})
    events, _cursor = await stage.events(connector, cursor)
    (room,) = of(ConversationSeen, events)
    assert room.abilities is not None
    assert "yours is -1" in room.abilities.of(Action.REPLY).reason


def _grant(stage: MatrixStage, users: dict[str, int]) -> None:
    path = f"rooms/{quote(stage.room)}/state/m.room.power_levels/"
    levels: dict[str, Any] = stage.anna.ask("GET", path)
    stage.anna.ask("PUT", path, json={**levels, "users": {**levels.get("users", {}), **users}})


async def test_thrown_out_is_said(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    stage.anna.ask("POST", f"rooms/{quote(stage.room)}/kick", json={"user_id": stage.brand.id})
    events, _cursor = await stage.events(connector, cursor)
    (room,) = of(ConversationSeen, events)
    assert room.abilities is not None
    assert "not in this room" in room.abilities.of(Action.REPLY).reason


async def history(stage: MatrixStage, since: datetime) -> list[Event]:
    connector = await stage.connector(history_since=since)
    await pull_all(connector, None)
    events: list[Event] = []
    cursor: JsonObject | None = None
    more = True
    while more:
        batch = await connector.load_older(cursor)
        events += batch.events
        cursor, more = through_json(batch), batch.more
    return events


async def test_five_hundred_messages_of_two_rooms_are_loaded_newest_first(stage: MatrixStage) -> None:
    for number in range(500):
        stage.anna.say(stage.room if number % 2 else stage.chat, f"past {number:03}")
    events = await history(stage, datetime.now(UTC) - timedelta(days=90))
    said = messages(events)
    assert sorted(one.text for one in said) == [f"past {number:03}" for number in range(500)]
    assert all(one.history for one in said)


async def test_history_brings_edits_reactions_and_no_deleted_text(stage: MatrixStage) -> None:
    first = stage.anna.say(stage.chat, "frist")
    gone = stage.anna.say(stage.chat, "gone")
    for number in range(60):
        stage.anna.say(stage.chat, f"between {number}")
    stage.anna.edit(stage.chat, first, "first")
    stage.anna.react(stage.chat, first, "👍")
    stage.anna.redact(stage.chat, gone)
    events = await history(stage, datetime.now(UTC) - timedelta(days=90))
    texts = {one.remote_id: one.text for one in messages(events)}
    assert texts[first] == "first"
    assert gone not in texts
    assert ReactionsSeen(first, (("👍", 1),), frozenset()) in events


async def test_history_ends_where_it_was_asked_to(stage: MatrixStage) -> None:
    stage.anna.say(stage.chat, "too old")
    connector = await stage.connector(history_since=datetime.now(UTC) + timedelta(minutes=1))
    await pull_all(connector, None)
    batch = await connector.load_older(None)
    while batch.more:
        batch = await connector.load_older(through_json(batch))
        assert not messages(list(batch.events))


async def test_what_strangers_send_holds_up_nothing(stage: MatrixStage) -> None:
    """What else is odd in events is tried without a server, which refuses some of it (`test_wire`)."""
    connector, cursor = await stage.started()
    stage.anna.send(stage.chat, "m.room.message", {"msgtype": "org.odd", "body": "an odd sort"})
    stage.anna.redact(stage.chat, stage.anna.say(stage.chat, "never mind"))
    nested: list[Any] = []
    for _level in range(40):
        nested = [nested]
    stage.anna.send(stage.chat, "m.room.message", {"msgtype": "m.text", "body": "deep", "x": nested})
    stage.anna.say(stage.chat, "b" * 20_000, html="<b>" * 3000 + "bold")
    stage.anna.say(stage.chat, "the end")
    told, cursor = await stage.news(connector, cursor)
    odd, deep, long, end = told
    assert (odd.text, deep.text, end.text) == ("an odd sort", "deep", "the end")
    assert long.text
    again, _cursor = await stage.news(connector, cursor)
    assert again == []


async def test_a_cursor_that_is_not_ours_is_refused(stage: MatrixStage) -> None:
    connector: MatrixConnector = await stage.connector()
    wrongs: tuple[JsonObject, ...] = (
        {},
        {"since": "s", "looks": [["a", "b"]]},
        {"since": "s", "looks": [["a", "b", "why"]]},
    )
    for wrong in wrongs:
        with pytest.raises(BadAnswer):
            await connector.pull(wrong)


def ask(user: MatrixUser, room: str, **more: object) -> str:
    answers = [{"m.id": one, "m.text": [{"body": one.title()}]} for one in ("tea", "wine")]
    question = {"m.text": [{"body": "What to serve?"}]}
    poll = {"kind": "m.disclosed", "max_selections": 1, "question": question, "answers": answers, **more}
    return user.send(room, "m.poll.start", {"m.poll": poll, "m.text": [{"body": "What to serve?"}]})


def vote(user: MatrixUser, room: str, poll: str, *chosen: str) -> str:
    content = {"m.relates_to": {"rel_type": "m.reference", "event_id": poll}, "m.selections": [*chosen]}
    return user.send(room, "m.poll.response", content)


def counts(told: RemoteMessage) -> tuple[list[int | None], int | None, bool]:
    poll = told.marks.poll
    assert poll is not None
    return [one.votes for one in poll.choices], poll.voters, poll.closed


async def test_votes_are_gathered_the_last_of_each_person_until_the_end(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    poll = ask(stage.anna, stage.chat)
    (asked,), cursor = await stage.news(connector, cursor)
    assert counts(asked) == ([0, 0], 0, False)
    vote(stage.anna, stage.chat, poll, "tea")
    mine = vote(stage.brand, stage.chat, poll, "wine", "tea")
    (*_earlier, now), cursor = await stage.news(connector, cursor)
    assert counts(now) == ([1, 1], 2, False)
    assert (now.remote_id, now.text) == (asked.remote_id, asked.text)
    vote(stage.anna, stage.chat, poll, "wine")
    vote(stage.brand, stage.chat, poll, "beer")
    (*_earlier, now), cursor = await stage.news(connector, cursor)
    assert counts(now) == ([0, 1], 1, False), "what is none of the options is no vote"
    stage.brand.redact(stage.chat, mine)
    end = {"m.relates_to": {"rel_type": "m.reference", "event_id": poll}, "m.text": [{"body": "Over"}]}
    stage.anna.send(stage.chat, "m.poll.end", end)
    vote(stage.brand, stage.chat, poll, "tea")
    (*_earlier, now), cursor = await stage.news(connector, cursor)
    assert counts(now) == ([0, 1], 1, True)


async def test_a_poll_that_hides_its_votes_is_told_without_them(stage: MatrixStage) -> None:
    connector, cursor = await stage.started()
    vote(stage.ben, stage.room, ask(stage.anna, stage.room, kind="m.undisclosed", max_selections=2), "tea")
    (*_earlier, asked), cursor = await stage.news(connector, cursor)
    assert counts(asked) == ([None, None], None, False)
    assert asked.marks.poll is not None
    assert asked.marks.poll.multiple
