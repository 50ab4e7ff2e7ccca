"""Joined and taken apart by a person: what arrives later follows, and an undo, however late, puts all of it back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from inbox_app.actions import members, regrouping, triage
from inbox_app.contract.remote import MessageSeen
from inbox_app.domain.errors import NotFound, Refused
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, MessageId
from inbox_app.domain.words import Hat, Kind
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import history, inbox
from inbox_app.storage import accounts
from inbox_app.storage.creation import ME
from inbox_app.storage.store import Store
from tests.unit.ingest.tales import connect, ours, said

me = ColleagueId(ME)
State = dict[ConversationId, tuple[object, ...]]


@pytest.fixture
async def home(store: Store) -> AccountId:
    """An account with three conversations under no post: two comments each, and one answered."""
    account = await store.write(connect)
    tale = (
        said("a", 1),
        said("a1", 2, parent="a", by="noor"),
        said("a2", 3, parent="a1"),
        said("b", 4, by="noor"),
        said("b1", 5, parent="b"),
        said("c", 6),
        ours("c1", 7, parent="c"),
    )
    await tell(store, account, *tale)
    return account


async def tell(store: Store, account: AccountId, *events: MessageSeen) -> None:
    await store.write(lambda tx: ingest(tx, account, events))


async def everything(store: Store) -> State:
    """All that can be seen of the workspace."""
    seen: State = {}
    for row in (await inbox.conversation_page(store, me)).rows:
        thread = await inbox.whole_thread(store, me, row.id)
        notes = tuple(note.text for note in thread.notes)
        messages = tuple((one.remote_id, one.needs_reply, one.unread) for one in thread.messages)
        seen[row.id] = (row, notes, messages)
    return seen


async def named(store: Store, *remote_ids: str) -> list[MessageId]:
    found: dict[str | None, MessageId] = {}
    for row in (await inbox.conversation_page(store, me)).rows:
        thread = await inbox.whole_thread(store, me, row.id)
        found |= {one.remote_id: one.id for one in thread.messages}
    return [found[one] for one in remote_ids]


async def where(store: Store, remote_id: str) -> ConversationId:
    for row in (await inbox.conversation_page(store, me)).rows:
        thread = await inbox.whole_thread(store, me, row.id)
        for one in thread.messages:
            if one.remote_id == remote_id:
                return one.conversation
    raise AssertionError(remote_id)


async def test_joined_they_are_one_and_what_arrives_follows(store: Store, home: AccountId) -> None:
    a, b = await where(store, "a"), await where(store, "b")
    await triage.retag(store, me, [b], put=["b-tag"])
    await members.note_conversation(store, me, b, "of b")
    before = await everything(store)
    assert await regrouping.merge(store, me, [a, b]) == a
    assert await where(store, "b1") == a
    thread = await inbox.whole_thread(store, me, b)
    assert thread.row.id == a, "the old id leads there"
    assert ([tag.name for tag in thread.row.tags], [note.text for note in thread.notes]) == (["b-tag"], ["of b"])
    assert (thread.row.messages, thread.row.needs_reply) == (5, 5)

    await tell(store, home, said("b2", 9, parent="b1"))
    assert await where(store, "b2") == a
    assert set(await triage.undo(store, me)) == {a, b}
    assert await where(store, "b2") == await where(store, "b") == b, "what came since goes with what it follows"
    after = await everything(store)
    assert after[a] == before[a]
    await tell(store, home, said("b3", 10, parent="b2"))
    assert await where(store, "b3") == b


async def test_split_they_are_two_and_what_answers_follows(store: Store, home: AccountId) -> None:
    a = await where(store, "a")
    before = await everything(store)
    made = await regrouping.split(store, me, await named(store, "a1"))
    assert (await where(store, "a"), await where(store, "a1"), await where(store, "a2")) == (a, made, made)
    await tell(store, home, said("a3", 9, parent="a2"), said("a4", 10, parent="a"))
    assert (await where(store, "a3"), await where(store, "a4")) == (made, a)
    await triage.undo(store, me)
    assert {await where(store, one) for one in ("a", "a1", "a2", "a3", "a4")} == {a}
    after = await everything(store)
    assert {one: after[one] for one in before if one != a} == {one: before[one] for one in before if one != a}
    assert set(after) == set(before)


async def test_moved_and_back(store: Store, home: AccountId) -> None:
    a, b = await where(store, "a"), await where(store, "b")
    before = await everything(store)
    assert await regrouping.move(store, me, await named(store, "a1"), b) == b
    assert await where(store, "a2") == b
    assert [past.kind for past in await history.decisions(store)] == ["move"]
    await triage.undo(store, me)
    assert await everything(store) == before
    assert await where(store, "a2") == a


async def test_what_cannot_be_is_refused(store: Store, home: AccountId) -> None:
    a, b = await where(store, "a"), await where(store, "b")
    await tell(store, home, said("mail", 20, kind=Kind.MAIL))
    before = await everything(store)
    with pytest.raises(Refused, match="kinds"):
        await regrouping.merge(store, me, [a, await where(store, "mail")])
    with pytest.raises(Refused, match="one conversation"):
        await regrouping.merge(store, me, [a, a])
    with pytest.raises(Refused, match="something has to stay"):
        await regrouping.split(store, me, await named(store, "a"))
    with pytest.raises(Refused, match="different conversations"):
        await regrouping.split(store, me, await named(store, "a1", "b1"))
    with pytest.raises(NotFound):
        await regrouping.split(store, me, [MessageId(5)])
    with pytest.raises(NotFound):
        await regrouping.merge(store, me, [a, b, ConversationId("nowhere")])
    we = accounts.OurselvesThere("shop@example.org", "shop@example.org", "The Shop", frozenset({"shop@example.org"}))
    other = await store.write(lambda tx: accounts.add(tx, "practice", we, {}))
    await tell(store, other, said("z", 21))
    with pytest.raises(Refused, match="accounts"):
        await regrouping.merge(store, me, [a, await where(store, "z")])
    after = await everything(store)
    assert {one: after[one] for one in before} == before


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_was_done_undone_in_turn_is_as_it_was(store: Store, home: AccountId, seed: int) -> None:
    chance = Random(seed)
    before = await everything(store)
    done = 0
    for _step in range(8):
        await asyncio.sleep(0.002)  # two decisions of one millisecond have no order
        with suppress(Refused):
            await chance.choice(_STEPS)(store, chance)
            done += 1
    for past in await history.decisions(store):
        await triage.undo_one(store, past.id)
    assert done
    assert await everything(store) == before


async def _merge(store: Store, chance: Random) -> None:
    await regrouping.merge(store, me, chance.choices(sorted(await everything(store)), k=2))


async def _split(store: Store, chance: Random) -> None:
    await regrouping.split(store, me, await named(store, chance.choice(["a1", "a2", "b1", "c1"])))


async def _move(store: Store, chance: Random) -> None:
    wanted = await named(store, chance.choice(["a1", "a2", "b1"]))
    await regrouping.move(store, me, wanted, chance.choice(sorted(await everything(store))))


async def _tag(store: Store, chance: Random) -> None:
    await triage.retag(store, me, [chance.choice(sorted(await everything(store)))], put=[chance.choice(["x", "y"])])


async def _finish(store: Store, chance: Random) -> None:
    await triage.finish(store, me, [chance.choice(sorted(await everything(store)))])


async def _untag(store: Store, chance: Random) -> None:
    await triage.retag(store, me, sorted(await everything(store)), take=[chance.choice(["x", "y"])])


async def _snooze(store: Store, chance: Random) -> None:
    until = datetime.now(UTC) + timedelta(days=chance.randint(1, 9))
    wanted = [chance.choice(sorted(await everything(store)))]
    await triage.snooze(store, me, wanted, until, regardless=chance.choice([True, False]))


async def _wear(store: Store, chance: Random) -> None:
    await triage.wear(store, me, [chance.choice(sorted(await everything(store)))], chance.choice([*Hat]))


async def _rank(store: Store, chance: Random) -> None:
    wanted = [chance.choice(sorted(await everything(store)))]
    await triage.rank(store, me, wanted, important=chance.choice([True, False]))


async def _reopen(store: Store, chance: Random) -> None:
    await triage.reopen(store, me, [chance.choice(sorted(await everything(store)))])


_STEPS: list[Callable[[Store, Random], Awaitable[None]]] = [
    _merge, _split, _move, _tag, _untag, _finish, _reopen, _snooze, _wear, _rank,
]  # fmt: skip
