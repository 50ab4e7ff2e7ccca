"""A private answer to what was said in public: one conversation of its own, taken back whole, never doubled."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from inbox_app.actions import writing
from inbox_app.actions.writing import Answer, Letter
from inbox_app.contract.remote import MessageSeen
from inbox_app.domain.abilities import YES, Abilities, Ability
from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, MessageId, OutboxId
from inbox_app.domain.words import Action, Kind, MessageState, OutboxState, State
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import inbox
from inbox_app.queries import writing as questions
from inbox_app.queries.answering import place_of
from inbox_app.storage import outbox
from inbox_app.storage.creation import ME
from inbox_app.storage.outbox import Receipt, claim, settle_delivered, settle_failed
from inbox_app.storage.schema import message
from inbox_app.storage.store import Store
from tests.unit.ingest.tales import connect, ours, said

WE = ColleagueId(ME)
UNDO = timedelta(0)
IN_PRIVATE = Letter(privately=True)
ABLE = Abilities({Action.REPLY: YES, Action.REPLY_PRIVATELY: YES})


@pytest.fixture
async def account(store: Store) -> AccountId:
    return await store.write(connect)


@pytest.fixture
async def comment(store: Store, account: AccountId) -> ConversationId:
    """Somebody's comment, which can be answered in both ways."""
    told = said("a", 1)
    seen = MessageSeen(replace(told.message, abilities=ABLE))
    await store.write(lambda tx: ingest(tx, account, [seen]))
    (only,) = await inbox.conversation_ids(store, WE)
    return only


async def answer(store: Store, comment: ConversationId, text: str = "Between us") -> OutboxId:
    return (await writing.reply(store, WE, Answer(comment, text, UNDO, letter=IN_PRIVATE))).id


async def state(store: Store, wanted: ConversationId) -> tuple[State, int]:
    row = (await inbox.thread(store, WE, wanted)).row
    return row.state, row.needs_reply


async def begun(store: Store, row: OutboxId) -> ConversationId:
    found = (await questions.outbox_row(store, row)).conversation
    assert found is not None
    return found


async def test_it_begins_a_conversation_and_answers_the_comment(store: Store, comment: ConversationId) -> None:
    row = await answer(store, comment)
    private = await begun(store, row)
    thread = await inbox.thread(store, WE, private)
    assert (private == comment, thread.row.kind, thread.row.title) == (False, Kind.DIRECT, "Maya")
    assert [one.text for one in thread.messages] == ["Between us"]
    assert await state(store, comment) == (State.DONE, 0)
    act = (await store.read(lambda conn: outbox.get(conn, row))).act
    assert (act["kind"], act["recipients"]) == ("new", [["to", "maya@example.net", "Maya"]])
    assert act["target"]["remote_id"] == "a"  # type: ignore[index,call-overload]
    at = await store.read(lambda conn: place_of(conn, private))
    assert at.is_private, "what follows may be as long as a private message though the service has no name for it yet"
    assert not (await store.read(lambda conn: place_of(conn, comment))).is_private


async def test_the_comment_and_the_answer_know_each_other(store: Store, comment: ConversationId) -> None:
    async def of(conversation: ConversationId) -> list[tuple[str, str, MessageState] | None]:
        asides = [one.aside for one in (await inbox.thread(store, WE, conversation)).messages]
        return [None if one is None else (one.conversation, one.text, one.state) for one in asides]

    assert await of(comment) == [None]
    row = await answer(store, comment)
    private = await begun(store, row)
    assert await of(comment) == [(private, "Between us", MessageState.QUEUED)]
    assert await of(private) == [(comment, "text of a", MessageState.RECEIVED)]
    claimed = await store.write(lambda tx: claim(tx, row, b"", "here"))
    assert claimed is not None
    await store.write(lambda tx: settle_failed(tx, claimed, "They take no messages.", "rejected"))
    assert await of(comment) == [(private, "Between us", MessageState.FAILED)]
    await writing.resolve(store, row, writing.Resolution.DISCARD)
    assert await of(comment) == [None]


async def test_taken_back_it_stands_in_the_composer_of_the_comment(store: Store, comment: ConversationId) -> None:
    row = await answer(store, comment)
    await writing.undo(store, row)
    assert await inbox.conversation_ids(store, WE) == [comment]
    assert await state(store, comment) == (State.OPEN, 1)
    draft = await questions.draft(store, WE, comment)
    assert draft is not None
    assert (draft.text, draft.letter, draft.reply_to is None) == ("Between us", IN_PRIVATE, False)


async def test_taken_back_onto_what_was_begun_in_public_nothing_private_goes_out(
    store: Store, comment: ConversationId
) -> None:
    row = await answer(store, comment)
    await writing.save_draft(store, WE, comment, "For everybody", letter=Letter())
    await writing.undo(store, row)
    draft = await questions.draft(store, WE, comment)
    assert draft is not None
    assert (draft.text, draft.letter.privately) == ("Between us\n\nFor everybody", True)


async def test_one_that_is_refused_answers_nothing(store: Store, comment: ConversationId) -> None:
    row = await answer(store, comment)
    claimed = await store.write(lambda tx: claim(tx, row, b"", "here"))
    assert claimed is not None
    await store.write(lambda tx: settle_failed(tx, claimed, "They take no messages.", "rejected"))
    assert await state(store, comment) == (State.OPEN, 1)
    await writing.resolve(store, row, writing.Resolution.AGAIN)
    assert (await state(store, comment))[1] == 0


@pytest.mark.parametrize("pulled_first", [True, False])
async def test_what_comes_back_is_the_conversation_that_was_begun(
    store: Store, account: AccountId, comment: ConversationId, pulled_first: bool
) -> None:
    """The service knows it by a name that nobody knew when it was decided; further answers bear that name."""
    row = await answer(store, comment)
    await store.write(lambda tx: claim(tx, row, b"", "here"))
    copy = ours("p", 3, kind=Kind.DIRECT, keys=("chat",), text="Between us", parent="a")
    if pulled_first:
        await store.write(lambda tx: ingest(tx, account, [copy]))
    await store.write(lambda tx: settle_delivered(tx, row, Receipt("p")))
    later = said("q", 5, kind=Kind.DIRECT, keys=("chat",), text="Thank you")
    await store.write(lambda tx: ingest(tx, account, [copy, later]))
    private = await begun(store, row)
    assert {*await inbox.conversation_ids(store, WE)} == {comment, private}
    assert {one.text for one in (await inbox.thread(store, WE, private)).messages} == {"Between us", "Thank you"}
    assert await store.read(lambda conn: conn.execute(select(func.count(message.c.id))).scalar_one()) == 3
    assert (await questions.outbox_row(store, row)).state is OutboxState.DELIVERED


async def test_it_joins_the_private_talk_that_was_there(
    store: Store, account: AccountId, comment: ConversationId
) -> None:
    before = said("o", 0, kind=Kind.DIRECT, keys=("chat",), text="Good morning")
    await store.write(lambda tx: ingest(tx, account, [before]))
    row = await answer(store, comment)
    await store.write(lambda tx: claim(tx, row, b"", "here"))
    await store.write(lambda tx: settle_delivered(tx, row, Receipt("p")))
    copy = ours("p", 3, kind=Kind.DIRECT, keys=("chat",), text="Between us", parent="a")
    await store.write(lambda tx: ingest(tx, account, [copy]))
    assert len(await inbox.conversation_ids(store, WE)) == 2
    thread = await inbox.thread(store, WE, await begun(store, row))
    assert [one.text for one in thread.messages] == ["Good morning", "Between us"]


@pytest.mark.parametrize("ability", [None, Ability(False, "They take no messages.")])
async def test_where_it_cannot_be_it_is_refused(store: Store, account: AccountId, ability: Ability | None) -> None:
    said_of_it = {Action.REPLY: YES} | ({} if ability is None else {Action.REPLY_PRIVATELY: ability})
    seen = MessageSeen(replace(said("a", 1).message, abilities=Abilities(said_of_it)))
    await store.write(lambda tx: ingest(tx, account, [seen]))
    (only,) = await inbox.conversation_ids(store, WE)
    with pytest.raises(Refused, match=r"in private|no messages"):
        await answer(store, only)
    assert await questions.outbox(store) == ()


async def test_a_variable_without_a_value_does_not_leave(store: Store, comment: ConversationId) -> None:
    with pytest.raises(Refused):
        await answer(store, comment, "Dear {member.name}")


async def test_what_hangs_on_a_begun_conversation_is_not_left_behind(
    store: Store, account: AccountId, comment: ConversationId
) -> None:
    row = await answer(store, comment)
    private = await begun(store, row)
    await writing.save_draft(store, WE, private, "And another thing")
    await store.write(lambda tx: claim(tx, row, b"", "here"))
    copy = ours("p", 3, kind=Kind.DIRECT, keys=("p",), text="Between us", parent="a")
    await store.write(lambda tx: ingest(tx, account, [copy]))
    await store.write(lambda tx: settle_delivered(tx, row, Receipt("p")))
    now = await begun(store, row)
    draft = await questions.draft(store, WE, now)
    assert draft is not None
    assert draft.text == "And another thing"
    assert isinstance((await inbox.thread(store, WE, now)).messages[0].id, int | MessageId)
