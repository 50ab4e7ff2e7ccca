"""What we do to the community comes back as events, stays in the next process, and is refused with a reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.practice import MANIFEST
from connectors.practice.connector import PracticeConnector
from connectors.practice.journal import Deed, Journal
from connectors.practice.places import Place
from inbox_app.contract.acts import OutgoingFile
from inbox_app.contract.errors import Rejected
from inbox_app.contract.remote import (
    ConversationSeen,
    Event,
    MessageGone,
    MessageHidden,
    MessageSeen,
    ReactionsSeen,
    ReadElsewhere,
    RemoteMessage,
)
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action, ActKind, Direction
from tests.connectors.practice.acts import act
from tests.connectors.practice.stage import PracticeStage
from tests.contract.connector_tests import messages, pull_all
from tests.contract.stage import Lent, reply

PNG = b"\x89PNG\r\n\x1a\n"


async def opened(lent: Lent, place: Place) -> tuple[PracticeConnector, list[Event], JsonObject]:
    """A connector, what it pulled, and where it stands."""
    connector = await PracticeStage(lent, place).connector()
    await connector.connect()
    return connector, *await pull_all(connector, None)


def of(events: list[Event], direction: Direction, *, text: str = "") -> RemoteMessage:
    """The newest message of this direction (with this text)."""
    return [one for one in messages(events) if one.direction is direction and text in one.text][-1]


async def history(connector: PracticeConnector) -> list[Event]:
    """Everything that is older."""
    events: list[Event] = []
    cursor, more = None, True
    while more:
        batch = await connector.load_older(cursor)
        events += batch.events
        cursor, more = batch.cursor, batch.more
    return events


async def test_a_hidden_comment_is_told_and_stays_hidden(lent: Lent) -> None:
    connector, events, cursor = await opened(lent, Place.COMMENTS)
    spam = of(events, Direction.INCOMING, text="EARN 900")
    kind = spam.kind
    for action, hidden in ((Action.HIDE, True), (Action.UNHIDE, False), (Action.SPAM, True)):
        await connector.moderate(act(ActKind.MODERATION, kind, on=spam, action=action))
        events, cursor = await pull_all(connector, cursor)
        assert [event.hidden for event in events if isinstance(event, MessageHidden)] == [hidden]
    fresh = await PracticeStage(lent, Place.COMMENTS).connector()
    await fresh.connect()
    again = messages((await pull_all(fresh, None))[0])
    assert [one.hidden for one in again if one.remote_id == spam.remote_id] == [True]


async def test_history_that_is_loaded_again_shows_what_was_done(lent: Lent) -> None:
    connector, _events, _cursor = await opened(lent, Place.COMMENTS)
    old = messages(await history(connector))
    shown = next(one for one in old if not one.hidden and one.direction is Direction.INCOMING)
    ours = next(one for one in old if one.direction is Direction.OUTGOING)
    await connector.moderate(act(ActKind.MODERATION, shown.kind, on=shown, action=Action.HIDE))
    await connector.edit(act(ActKind.EDIT, ours.kind, on=ours, text="Better said"))
    latest = {one.remote_id: one for one in messages(await history(connector))}
    assert latest[shown.remote_id].hidden
    assert latest[ours.remote_id].text == "Better said"
    assert latest[ours.remote_id].edited_at is not None


async def test_an_edit_a_like_a_reaction_and_a_deletion_come_back(lent: Lent) -> None:
    connector, events, cursor = await opened(lent, Place.COMMENTS)
    ours, theirs = of(events, Direction.OUTGOING), of(events, Direction.INCOMING, text="A hand grinder, the small one")
    await connector.edit(act(ActKind.EDIT, ours.kind, on=ours, text="Edited"))
    await connector.moderate(act(ActKind.MODERATION, theirs.kind, on=theirs, action=Action.LIKE))
    await connector.react(act(ActKind.REACTION, theirs.kind, on=theirs, value="☕"))
    events, cursor = await pull_all(connector, cursor)
    assert [event.message.text for event in events if isinstance(event, MessageSeen)] == ["Edited"]
    reactions = [event for event in events if isinstance(event, ReactionsSeen)][-1]
    assert (dict(reactions.counts), reactions.ours) == ({"❤️": 1, "☕": 1}, frozenset({"❤️", "☕"}))
    await connector.react(act(ActKind.REACTION, theirs.kind, on=theirs, value="-☕"))
    await connector.delete(act(ActKind.DELETION, ours.kind, on=ours))
    events, _cursor = await pull_all(connector, cursor)
    assert [event.ours for event in events if isinstance(event, ReactionsSeen)] == [frozenset({"❤️"})]
    assert [event.remote_id for event in events if isinstance(event, MessageGone)] == [ours.remote_id]


async def test_what_we_wrote_can_be_edited_and_deleted_too(lent: Lent) -> None:
    connector, events, cursor = await opened(lent, Place.ROOM)
    one = reply("first words", of(events, Direction.INCOMING))
    await connector.send(one, connector.freeze(one, await connector.connect()))
    events, cursor = await pull_all(connector, cursor)
    ours = of(events, Direction.OUTGOING)
    await connector.edit(act(ActKind.EDIT, ours.kind, on=ours, text="second words"))
    events, _cursor = await pull_all(connector, cursor)
    assert [(event.message.remote_id, event.message.text) for event in events if isinstance(event, MessageSeen)] == [
        (ours.remote_id, "second words")
    ]


async def test_read_marks_reach_the_next_pull(lent: Lent) -> None:
    connector, events, cursor = await opened(lent, Place.DIRECT)
    theirs = of(events, Direction.INCOMING)
    mark = act(ActKind.READ_MARK, theirs.kind, on=theirs)
    await connector.mark_read(mark)
    await connector.mark_read(mark)
    events, _cursor = await pull_all(connector, cursor)
    assert events == [ReadElsewhere(theirs.remote_id)]


async def test_a_review_cannot_be_hidden_and_says_why(lent: Lent) -> None:
    connector, events, _cursor = await opened(lent, Place.REVIEWS)
    review = of(events, Direction.INCOMING)
    assert review.abilities is not None
    ability = review.abilities.of(Action.HIDE)
    assert not ability.possible
    with pytest.raises(Rejected) as refused:
        await connector.moderate(act(ActKind.MODERATION, review.kind, on=review, action=Action.HIDE))
    assert str(refused.value) == ability.reason != ""


async def test_whoever_is_blocked_can_only_be_let_back_in_and_the_other_way_round(lent: Lent) -> None:
    connector, events, _cursor = await opened(lent, Place.ROOM)
    theirs = of(events, Direction.INCOMING)
    for action, left in ((Action.BLOCK, Action.UNBLOCK), (Action.UNBLOCK, Action.BLOCK)):
        for _twice in range(2):
            await connector.moderate(act(ActKind.MODERATION, theirs.kind, on=theirs, action=action))
        for one in messages((await pull_all(connector, None))[0]):
            if one.author == theirs.author:
                assert one.abilities is not None
                offered = {it for it in (Action.BLOCK, Action.UNBLOCK) if one.abilities.of(it).possible}
                assert offered == {left}


async def test_a_report_is_kept_with_its_reason(lent: Lent) -> None:
    connector, events, _cursor = await opened(lent, Place.REVIEWS)
    review = of(events, Direction.INCOMING)
    assert MANIFEST.reasons == {Action.REPORT}
    asked = act(ActKind.MODERATION, review.kind, on=review, action=Action.REPORT, value="Never was a customer")
    await connector.moderate(asked)
    kept = [(one.deed, one.target, one.value) for one in Journal(connector.host.folder).entries()]
    assert kept == [(Deed.REPORT, review.remote_id, "Never was a customer")]


async def test_a_closed_conversation_takes_no_reply_and_says_why(lent: Lent) -> None:
    connector, events, _cursor = await opened(lent, Place.DIRECT)
    closed = [event for event in events if isinstance(event, ConversationSeen) and event.reply_until]
    assert closed
    late = next(one for one in messages(events) if set(one.keys) & set(closed[0].keys))
    assert late.abilities is not None
    answer = reply("too late?", late)
    with pytest.raises(Rejected) as refused:
        await connector.send(answer, connector.freeze(answer, await connector.connect()))
    assert str(refused.value) == late.abilities.of(Action.REPLY).reason


async def test_a_post_has_no_place_in_a_chat(lent: Lent) -> None:
    connector, events, _cursor = await opened(lent, Place.DIRECT)
    one = act(ActKind.POST, of(events, Direction.INCOMING).kind, text="Hear, hear")
    with pytest.raises(Rejected):
        await connector.post(one, connector.freeze(one, await connector.connect()))


async def test_a_comment_is_counted_in_what_people_see(lent: Lent) -> None:
    connector, events, _cursor = await opened(lent, Place.COMMENTS)
    we, family = await connector.connect(), "👨‍👩‍👧‍👦"
    for count, fits in ((500, True), (501, False)):
        one = reply(family * count, of(events, Direction.INCOMING))
        if fits:
            assert (await connector.send(one, connector.freeze(one, we))).remote_id
        else:
            with pytest.raises(Rejected):
                await connector.send(one, connector.freeze(one, we))


async def test_files_come_and_go(lent: Lent) -> None:
    connector, events, cursor = await opened(lent, Place.DIRECT)
    told = next(one for one in messages(events) if one.attachments)
    drawn = [piece async for piece in connector.fetch_attachment(told.remote_id, told.attachments[0].remote_id)]
    assert b"".join(drawn).startswith(PNG)
    one = replace(reply("see the list", told), files=(OutgoingFile("list.txt", "text/plain", b"cups: 6"),))
    await connector.send(one, connector.freeze(one, await connector.connect()))
    events, _cursor = await pull_all(connector, cursor)
    back = of(events, Direction.OUTGOING)
    assert [(file.name, file.media_type) for file in back.attachments] == [("list.txt", "text/plain")]
    kept = [piece async for piece in connector.fetch_attachment(back.remote_id, back.attachments[0].remote_id)]
    assert b"".join(kept) == b"cups: 6"


async def test_five_files_are_too_many(lent: Lent) -> None:
    connector, events, _cursor = await opened(lent, Place.DIRECT)
    one = reply("all of them", of(events, Direction.INCOMING))
    one = replace(one, files=tuple(OutgoingFile(f"{n}.txt", "text/plain", b"") for n in range(5)))
    with pytest.raises(Rejected):
        await connector.send(one, connector.freeze(one, await connector.connect()))
