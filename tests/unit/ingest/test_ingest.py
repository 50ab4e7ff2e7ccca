"""Events become rows: what a reader of the tables finds after a tale was told."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from inbox_app.contract.remote import (
    Batch,
    ConversationSeen,
    Event,
    GapClosed,
    GapFound,
    PostSeen,
    ReadElsewhere,
    RemoteAuthor,
    RemotePost,
)
from inbox_app.domain.filters import EVERYTHING
from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.words import Kind, State
from inbox_app.ingest.ingest import Ingested, ingest, ingest_batch
from inbox_app.storage import conversations
from inbox_app.storage.schema import account, conversation, gap, handle, member, message, thread, unread
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.unit.ingest.conftest import Home
from tests.unit.ingest.tales import START, US, at, connect, ours, person, said

ME = ColleagueId("me")
CHAT: dict[str, Any] = {"kind": Kind.DIRECT, "keys": ("chat",)}


async def test_a_comment_with_its_answers_is_one_conversation(home: Home) -> None:
    counted = await home.hear(said("1", 1), said("2", 2, parent="1", by="tom"), ours("3", 3, parent="2"))
    assert counted == Ingested(new=3)
    found = await home.row(select(conversation))
    assert (found.message_count, found.needs_reply_count, found.state) == (3, 0, State.WAITING)
    assert found.snippet == "text of 3"
    assert (await home.row(select(account.c.cursor))).cursor == '{"upto": 3}'


async def test_a_comment_beside_ours_still_needs_a_reply(home: Home) -> None:
    await home.hear(said("1", 1), said("2", 2, parent="1"), ours("3", 3, parent="1"))
    found = await home.row(select(conversation))
    assert (found.needs_reply_count, found.state) == (1, State.OPEN)
    assert (await home.row(select(message.c.remote_id).where(message.c.needs_reply))).remote_id == "2"


async def test_any_later_answer_settles_a_chat_and_a_new_question_opens_it(home: Home) -> None:
    await home.hear(said("1", 1, **CHAT), said("2", 2, **CHAT))
    await home.hear(ours("3", 3, **CHAT))
    found = await home.row(select(conversation))
    assert (found.needs_reply_count, found.state, found.title) == (0, State.WAITING, "Maya")
    await home.hear(said("4", 4, **CHAT))
    found = await home.row(select(conversation))
    assert (found.needs_reply_count, found.state) == (1, State.OPEN)


@pytest.mark.parametrize("ours_first", [False, True])
async def test_a_question_of_the_same_moment_as_our_answer_is_not_missed(home: Home, ours_first: bool) -> None:
    pair = [said("1", 1, **CHAT), ours("2", 1, **CHAT)]
    for one in reversed(pair) if ours_first else pair:
        await home.hear(one)
    assert (await home.row(select(conversation))).state == State.OPEN


async def test_an_answer_far_below_settles_all_above_it_when_the_link_comes_last(home: Home) -> None:
    chain = [said("0", 0), *(said(str(n), n, parent=str(n - 1)) for n in range(1, 8)), ours("8", 8, parent="7")]
    await home.hear(*(one for one in chain if one.message.remote_id != "4"))
    assert len(await home.rows(select(message).where(message.c.needs_reply))) == 4
    await home.hear(chain[4])
    found = await home.row(select(conversation).where(conversation.c.merged_into.is_(None)))
    assert (found.needs_reply_count, found.message_count, found.state) == (0, 9, State.WAITING)


async def test_the_same_again_writes_nothing(sqlite_store: Store) -> None:
    home = Home(sqlite_store, await sqlite_store.write(connect))  # only SQLite counts its changes
    tale: list[Event] = [
        PostSeen(RemotePost("p", "A post", "", START, author=US)),
        said("1", 1, post="p"),
        said("2", 2, parent="1"),
        ours("3", 3, parent="2"),
        said("4", 4, **CHAT),
        ConversationSeen(Kind.DIRECT, ("chat",), "The chat"),
        GapFound("g"),
    ]
    await home.hear(*tale)

    def again(tx: Tx) -> tuple[Ingested, int]:
        raw: Any = tx.conn.connection.dbapi_connection
        before = raw.total_changes
        return ingest(tx, home.account, tale), raw.total_changes - before

    assert await home.store.write(again) == (Ingested(), 0)


@pytest.mark.parametrize("step", ["accounts.keep_cursor", "add_messages"])
async def test_events_that_fail_leave_the_cursor_where_it_was(
    home: Home, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    await home.hear(said("1", 1))

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(f"inbox_app.ingest.ingest.{step}", fail)
    with pytest.raises(RuntimeError):
        await home.hear(said("2", 2), said("3", 3))
    assert (await home.row(select(message.c.remote_id))).remote_id == "1"
    assert (await home.row(select(account.c.cursor))).cursor == '{"upto": 1}'


async def test_a_large_batch_keeps_its_cursor_with_the_last_part(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inbox_app.ingest.ingest.MOST_EVENTS", 2)
    cursors = []

    def note(tx: Tx, *_: object) -> None:
        cursors.append(tx.conn.execute(select(message.c.id)).all())

    monkeypatch.setattr("inbox_app.ingest.ingest.accounts.keep_cursor", note)
    assert await home.hear(*(said(str(n), n) for n in range(5))) == Ingested(new=5)
    assert [len(seen) for seen in cursors] == [5]


async def test_back_fill_has_its_own_cursor(home: Home) -> None:
    batch = Batch((said("1", 1, history=True),), {"page": 2}, more=False)
    await ingest_batch(home.store, home.account, batch, older=True)
    found = await home.row(select(account.c.cursor, account.c.older_cursor, account.c.older_done))
    assert tuple(found) == (None, '{"page": 2}', True)


async def test_history_is_imported_as_closed_and_reopens_nothing(home: Home) -> None:
    await home.hear(said("2", 20, **CHAT))
    await home.run(update(conversation).values(done_at=1, state="done"))
    await home.hear(said("1", 1, history=True, **CHAT), said("old", 1, history=True))
    states = await home.rows(select(conversation.c.state))
    assert {row.state for row in states} == {State.DONE}
    assert len(await home.rows(select(unread))) == 1
    await home.hear(said("3", 30, **CHAT))
    assert (await home.row(select(conversation.c.state).where(conversation.c.kind == "direct"))).state == State.OPEN


@pytest.mark.parametrize("regardless, state", [(False, State.OPEN), (True, State.SNOOZED)])
async def test_something_new_wakes_a_snooze_but_for_a_regardless_one(
    home: Home, regardless: bool, state: State
) -> None:
    await home.hear(said("1", 1, **CHAT))
    await home.run(update(conversation).values(snoozed_until=2**40, snooze_regardless=regardless, state="snoozed"))
    await home.hear(ours("2", 2, **CHAT))
    assert (await home.row(select(conversation.c.state))).state == State.SNOOZED
    await home.hear(said("3", 3, **CHAT))
    assert (await home.row(select(conversation.c.state))).state == state


async def test_our_own_names_are_never_members(home: Home) -> None:
    await home.hear(ours("1", 1), said("2", 2), said("3", 3, author=RemoteAuthor("x", US.handle.upper(), "Us too")))
    names = await home.rows(select(handle.c.own, handle.c.member, handle.c.name).order_by(handle.c.name))
    assert [(row.name, row.own, row.member is None) for row in names] == [
        ("Maya", False, False),
        ("The Brand", True, True),
        ("Us too", True, True),
    ]
    assert (await home.row(select(member))).message_count == 1


async def test_names_change_but_never_to_nothing_and_never_over_a_persons_choice(home: Home) -> None:
    await home.hear(said("1", 1), said("2", 2, by="tom"))
    await home.run(update(member).where(member.c.name == "Tom").values(name="Thomas"))
    maya = RemoteAuthor(person("maya").remote_id, "maya@new.example", "Maya B.")
    tom = RemoteAuthor(person("tom").remote_id, "", "")
    await home.hear(said("3", 3, author=maya), said("4", 4, author=tom))
    await home.hear(said("5", 5, author=RemoteAuthor(tom.remote_id, "tom@example.net", "Tommy")))
    assert [row.name for row in await home.rows(select(member).order_by(member.c.name))] == ["Maya B.", "Thomas"]
    assert {(row.name, row.handle) for row in await home.rows(select(handle))} == {
        ("Maya B.", "maya@new.example"),
        ("Tommy", "tom@example.net"),
    }


async def test_a_conversation_is_called_after_its_post_even_when_that_comes_later(home: Home) -> None:
    await home.hear(said("1", 1, post="p"))
    assert (await home.row(select(conversation))).title == ""
    await home.hear(PostSeen(RemotePost("p", "Spring sale", "", START)))
    assert (await home.row(select(conversation))).title == "Spring sale"


async def test_what_the_service_says_of_a_conversation_holds_before_and_after_its_messages(home: Home) -> None:
    await home.hear(ConversationSeen(Kind.DIRECT, ("chat",), "The chat", reply_until=at(90)))
    counts = await home.store.read(
        lambda conn: (conversations.ids(conn, ME), conversations.count(conn, ME, EVERYTHING))
    )
    assert counts == ([], 0)
    await home.hear(said("1", 1, **CHAT))
    assert await home.store.read(lambda conn: conversations.count(conn, ME, EVERYTHING)) == 1
    found = await home.row(select(conversation))
    assert (found.title, found.message_count, found.reply_until) == ("The chat", 1, int(at(90).timestamp() * 1000))


async def test_read_elsewhere_up_to_a_message(home: Home) -> None:
    await home.hear(*(said(str(n), n, **CHAT) for n in range(1, 4)))
    await home.hear(ReadElsewhere("2"), ReadElsewhere("unknown"))
    wanted = select(message.c.remote_id).join(unread, unread.c.message == message.c.id)
    assert (await home.row(wanted)).remote_id == "3"


async def test_gaps_open_and_close(home: Home) -> None:
    await home.hear(GapFound("outage", at(1), at(2), reason="no network"))
    assert (await home.row(select(gap))).closed_at is None
    await home.hear(GapClosed("outage"))
    assert (await home.row(select(gap))).closed_at is not None


async def test_an_answer_to_a_placed_message_follows_it(home: Home) -> None:
    await home.hear(said("1", 1), said("2", 2, parent="1"), said("other", 3))
    other = await home.row(select(message.c.conversation).where(message.c.remote_id == "other"))
    await home.run(
        update(message).where(message.c.remote_id == "2").values(placed=True, conversation=other.conversation)
    )
    await home.hear(said("4", 5, parent="3"), said("3", 4, parent="2"), said("5", 6, parent="1"))
    where = {row.remote_id: row.conversation for row in await home.rows(select(message))}
    assert where["3"] == where["4"] == where["2"] == other.conversation
    assert where["5"] == where["1"] != other.conversation
    assert len(await home.rows(select(thread))) == 2
