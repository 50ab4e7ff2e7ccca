"""One mail that two accounts got: one row wherever people look, whatever came first and whatever was decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from inbox_app.contract.remote import Batch, Event, MessageSeen, ReadElsewhere, RemoteAttachment, RemoteAuthor
from inbox_app.domain.filters import EVERYTHING, By, Is
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, MemberId
from inbox_app.domain.inbox import ConversationRow
from inbox_app.domain.words import AccountState, Direction, Kind, State
from inbox_app.ingest import copies
from inbox_app.ingest.ingest import Ingested, ingest, ingest_batch
from inbox_app.queries import inbox, search
from inbox_app.storage import accounts, conversations, participants, recounting, tallies, triage
from inbox_app.storage.schema import conversation, member, message, message_copy, participant
from inbox_app.storage.standings import standings
from inbox_app.storage.store import Store
from inbox_app.storage.timelines import timeline
from inbox_app.storage.transaction import Tx
from tests.unit.ingest.conftest import NOW
from tests.unit.ingest.tales import said

ME = ColleagueId("me")


def mail(name: str, minutes: float, **more: Any) -> MessageSeen:
    text = more.setdefault("text", f"Words of {name}")
    values: dict[str, Any] = {"kind": Kind.MAIL, "copy_key": name, "raw": text.encode(), "title": f"About {name}"}
    return said(name, minutes, **(values | more))


def written(by: str, name: str, minutes: float, **more: Any) -> MessageSeen:
    author = RemoteAuthor(f"{by}@example.org", f"{by}@example.org", by.title())
    return mail(name, minutes, author=author, **more)


def connect(tx: Tx, name: str, state: AccountState = AccountState.ACTIVE) -> AccountId:
    address = f"{name}@example.org"
    we = accounts.OurselvesThere(address, address, name.title(), frozenset({address}))
    return accounts.add(tx, "practice", we, {}, state=state)


@dataclass(frozen=True)
class Two:
    """Two accounts of one workspace."""

    store: Store
    one: AccountId
    other: AccountId

    async def hear(self, account: AccountId, *events: Event) -> Ingested:
        return await ingest_batch(self.store, account, Batch(events, {}))

    async def rows(self, chosen: Any = EVERYTHING) -> tuple[ConversationRow, ...]:
        return (await inbox.conversation_page(self.store, ME, chosen)).rows

    async def row(self) -> ConversationRow:
        (row,) = await self.rows()
        return row

    async def decide(self, deed: Callable[[Tx, ColleagueId, list[ConversationId]], object]) -> None:
        wanted = [row.id for row in await self.rows()]
        await self.store.write(lambda tx: deed(tx, ME, wanted))


@pytest.fixture
async def two(store: Store) -> Two:
    return Two(store, await store.write(partial(connect, name="one")), await store.write(partial(connect, name="two")))


async def test_it_is_one_row_one_message_and_one_hit(two: Two) -> None:
    assert await two.hear(two.one, mail("m", 1)) == Ingested(new=1)
    assert await two.hear(two.other, mail("m", 1)) == Ingested()
    row = await two.row()
    assert (row.messages, row.unread, row.needs_reply, row.accounts) == (1, 1, 1, (two.one, two.other))
    assert row.mailboxes == ("one@example.org", "two@example.org")
    assert [one.text for one in (await inbox.thread(two.store, ME, row.id)).messages] == ["Words of m"]
    found = await search.messages(two.store, ME, "words")
    assert (len(found.hits), found.total) == (1, 1)
    filtered = await search.messages(two.store, ME, "words from:maya")
    assert (len(filtered.hits), filtered.total) == (1, 1)
    ((maya, count),) = await two.store.read(
        lambda conn: conn.execute(select(member.c.id, member.c.message_count)).all()
    )
    assert count == 1
    assert len((await two.store.read(lambda conn: timeline(conn, MemberId(maya)))).lines) == 1


async def test_each_account_shows_it_and_the_whole_counts_it_once(two: Two) -> None:
    await two.hear(two.one, mail("m", 1))
    await two.hear(two.other, mail("m", 1), mail("alone", 2))
    joint = (await two.rows(Is(By.ACCOUNT, (two.one,))))[0]
    assert [row.mailboxes for row in await two.rows() if row.id != joint.id] == [()]
    assert {row.id for row in await two.rows(Is(By.ACCOUNT, (two.other,)))} > {joint.id}
    counts = await inbox.sidebar_counts(two.store, ME)
    assert (counts.by_state[State.OPEN], counts.unread) == (2, 2)
    assert counts.open_by_account == {two.one: 1, two.other: 2}
    assert await inbox.wrong_counts(two.store) == 0


async def test_what_is_done_stays_done_when_the_copy_comes_later(two: Two) -> None:
    answer = written("one", "a", 5, parent="m", direction=Direction.OUTGOING)
    await two.hear(two.one, mail("m", 1), mail("n", 2, parent="m"), answer)
    await two.decide(triage.finish)
    await two.hear(two.other, mail("m", 1), mail("n", 2, parent="m"))
    row = await two.row()
    assert (row.state, row.needs_reply, row.messages) == (State.DONE, 0, 3)


async def test_what_only_one_of_them_got_opens_it(two: Two) -> None:
    await two.hear(two.one, mail("m", 1))
    await two.decide(triage.finish)
    await two.hear(two.other, mail("m", 1), mail("n", 2, parent="m"))
    row = await two.row()
    assert (row.state, row.needs_reply, row.messages) == (State.OPEN, 1, 2)


async def test_one_answer_settles_both(two: Two) -> None:
    await two.hear(two.one, mail("m", 1))
    await two.hear(two.other, mail("m", 1))
    await two.hear(two.other, written("two", "a", 5, parent="m", direction=Direction.OUTGOING))
    row = await two.row()
    assert (row.state, row.needs_reply, row.messages) == (State.WAITING, 0, 2)


async def test_an_answer_of_ours_that_another_account_gets_too_asks_for_nothing(two: Two) -> None:
    sent = written("one", "a", 5, parent="m", direction=Direction.OUTGOING)
    came = written("one", "a", 5, parent="m")
    for first, then in ((two.one, two.other), (two.other, two.one)):
        await two.hear(first, mail("m", 1), sent if first == two.one else came)
        await two.hear(then, mail("m", 1), sent if then == two.one else came)
        row = await two.row()
        assert (row.state, row.needs_reply, row.messages, row.unread) == (State.WAITING, 0, 2, 1)


async def test_a_copy_that_says_to_be_older_leaves_the_conversation_its_title(two: Two) -> None:
    """A Date line knows whole seconds only: what we wrote half a second into one is younger than its copy."""
    await two.hear(two.one, written("one", "a", 5.5, direction=Direction.OUTGOING))
    await two.hear(two.other, written("one", "a", 5))
    row = await two.row()
    assert (row.title, row.messages, row.state) == ("About a", 1, State.WAITING)


@pytest.mark.parametrize(
    "other",
    [
        mail("m", 1, text="Pay this instead"),
        mail("m", 1, by="mallory"),
        mail("m", 1, title="Another subject"),
        mail("m", 1, attachments=(RemoteAttachment("1", "bill.pdf", "application/pdf", 9),)),
        mail("m", 1, raw=None),
    ],
)
async def test_nothing_hides_behind_a_message_id(two: Two, other: MessageSeen) -> None:
    await two.hear(two.one, mail("m", 1))
    assert await two.hear(two.other, other) == Ingested(new=1)
    assert [row.needs_reply for row in await two.rows()] == [1, 1]


async def test_a_body_that_came_late_makes_it_one(two: Two) -> None:
    await two.hear(two.one, mail("m", 1))
    await two.hear(two.other, mail("m", 1, raw=None, text="The rest follows."))
    assert len(await two.rows()) == 2
    await two.hear(two.other, mail("m", 1))
    row = await two.row()
    assert (row.messages, row.unread, row.needs_reply) == (1, 1, 1)
    assert await inbox.wrong_counts(two.store) == 0


async def test_read_in_either_account_it_is_read(two: Two) -> None:
    await two.hear(two.one, mail("m", 1), mail("n", 2, parent="m"))
    await two.hear(two.other, mail("m", 1), mail("n", 2, parent="m"))
    await two.hear(two.other, ReadElsewhere("n"))
    assert (await two.row()).unread == 1
    await two.hear(two.one, ReadElsewhere("m"))
    assert (await two.row()).unread == 0


async def test_an_account_stands_before_an_archive(two: Two) -> None:
    archive = await two.store.write(partial(connect, name="old", state=AccountState.ARCHIVE))
    await two.hear(archive, mail("m", 1, history=True), mail("older", 0, history=True))
    await two.hear(two.one, mail("m", 1, history=True, keys=("m", "older")), mail("older", 0, history=True))
    row = await two.row()
    assert (row.account, row.messages, row.state) == (two.one, 2, State.DONE)


async def test_apart_and_together_again(two: Two) -> None:
    await two.hear(two.one, mail("m", 1), mail("x", 9))
    await two.hear(two.other, mail("m", 1), mail("n", 2, parent="m"))
    before = await two.rows()
    await two.store.write(copies.show_apart)
    apart = await two.rows()
    assert sorted((row.account, row.messages, row.unread, row.needs_reply) for row in apart) == sorted(
        [(two.one, 1, 1, 1), (two.one, 1, 1, 1), (two.other, 2, 2, 2)]
    )
    assert all(len(row.accounts) == 1 for row in apart)
    assert await inbox.wrong_counts(two.store) == 0
    await two.hear(two.other, mail("x", 9))
    assert len(await two.rows()) == 4
    await two.store.write(copies.show_together)
    again = await two.rows()
    assert [(row.title, row.messages, row.unread) for row in again] == [
        (row.title, row.messages, row.unread) for row in before
    ]
    assert await inbox.wrong_counts(two.store) == 0


async def test_what_was_answered_asks_for_nothing_when_shown_apart(two: Two) -> None:
    await two.hear(two.one, mail("m", 1), written("one", "a", 5, parent="m", direction=Direction.OUTGOING))
    await two.hear(two.other, mail("m", 1))
    await two.store.write(copies.show_apart)
    assert {row.needs_reply for row in await two.rows()} == {0}


# --- any order, any decisions -----------------------------------------------------------------------------------------

Deed = Callable[[Tx, ColleagueId, list[ConversationId]], object]
_DEEDS: tuple[Deed, ...] = (
    triage.finish,
    triage.reopen,
    triage.mark_read,
    triage.mark_unread,
    partial(triage.snooze, until=NOW + 10**7, regardless=False),
    partial(triage.retag, put=("later",), take=()),
)


def keep(content: bytes) -> str:
    return sha256(content).hexdigest()


def check(conn: Connection) -> None:
    """What is kept is what counting anew says, and of what is the same one is shown."""
    assert tallies.wrong_counts(conn) == 0
    shown = conn.execute(select(conversation.c.id).where(conversation.c.merged_into.is_(None))).scalars().all()
    kept = {one: standing.row() for one, standing in standings(conn, shown).items()}
    people = sorted(map(tuple, conn.execute(select(participant))))
    again = Tx(conn, NOW)
    recounting.recount(again, shown)
    participants.recount(again, shown)
    assert {one: standing.row() for one, standing in standings(conn, shown).items()} == kept
    assert sorted(map(tuple, conn.execute(select(participant)))) == people
    columns = (message.c.copy_key, message.c.conversation, message_copy.c.message)
    rows = conn.execute(select(*columns).outerjoin(message_copy, message_copy.c.message == message.c.id)).all()
    by_key: dict[str, list[tuple[str, int | None]]] = {}
    for key, where, copied in rows:
        by_key.setdefault(key, []).append((where, copied))
    for found in by_key.values():
        assert len({where for where, _ in found}) == 1
        assert [copied for _, copied in found].count(None) == 1


_MAILS = st.sampled_from([("m", None), ("n", "m"), ("p", "n"), ("q", None)])
_arrive = st.tuples(st.just("hear"), st.integers(0, 2), st.lists(_MAILS, min_size=1, max_size=3, unique=True))
_decide = st.tuples(st.just("decide"), st.sampled_from(_DEEDS), st.integers(0, 3))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=st.lists(st.one_of(_arrive, _decide), min_size=2, max_size=10))
def test_counts_hold_whatever_comes_and_is_decided(conn: Connection, steps: Sequence[tuple[str, Any, Any]]) -> None:
    transaction = conn.begin()
    try:
        tx = Tx(conn, NOW)
        ours = [connect(tx, "one"), connect(tx, "two"), connect(tx, "old", AccountState.ARCHIVE)]
        for what, which, how in steps:
            if what == "hear":
                told = [mail(name, ord(name), parent=parent, history=which == 2) for name, parent in how]
                ingest(tx, ours[which], told, keep=keep)
            elif there := conversations.ids(conn, ME):
                which(tx, ME, [there[how % len(there)]])
            tallies.settle(tx)
            check(conn)
    finally:
        transaction.rollback()


def test_the_order_of_arrival_decides_nothing(conn: Connection) -> None:
    tale = [(0, "m", None), (0, "n", "m"), (1, "n", "m"), (1, "p", "n"), (2, "m", None)]
    pictures = set()
    for told in permutations(tale):
        transaction = conn.begin()
        tx = Tx(conn, NOW)
        ours = [connect(tx, "one"), connect(tx, "two"), connect(tx, "old", AccountState.ARCHIVE)]
        for which, name, parent in told:
            ingest(tx, ours[which], [mail(name, ord(name), parent=parent, history=which == 2)], keep=keep)
        tallies.settle(tx)
        check(conn)
        (row,) = conversations.page(conn, ME).rows
        pictures.add((row.messages, row.needs_reply, row.unread, row.state, row.title, row.snippet, len(row.accounts)))
        transaction.rollback()
    assert len(pictures) == 1
