"""Decisions taken back in any order: what was decided since stays, and without any all is as it was at first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import delete, insert, select

from inbox_app.actions import lots, members, regrouping, reminders, rules, triage
from inbox_app.domain.errors import Refused
from inbox_app.domain.filter_words import from_words
from inbox_app.domain.ids import (
    AccountId,
    ColleagueId,
    ConversationId,
    FieldId,
    MemberId,
    NoteId,
    OperationId,
    ReminderId,
    RuleId,
)
from inbox_app.domain.inbox import ConversationRow
from inbox_app.domain.people import Fact, FieldType
from inbox_app.domain.reminders import About, Plan
from inbox_app.domain.rules import Rule, read_rule_steps
from inbox_app.domain.words import Hat, State
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import history, inbox
from inbox_app.queries import members as people
from inbox_app.queries import reminders as reminding
from inbox_app.storage.creation import ME
from inbox_app.storage.schema import tag, unread
from inbox_app.storage.store import Store
from tests.unit.ingest.tales import connect, ours, said

me = ColleagueId(ME)
LATER = datetime(2999, 1, 1, tzinfo=UTC)
Within = list[ConversationId]
DEEDS: dict[str, Callable[[Store, Within], Awaitable[object]]] = {
    "done": lambda store, within: triage.finish(store, me, within),
    "reopen": lambda store, within: triage.reopen(store, me, within),
    "snooze": lambda store, within: triage.snooze(store, me, within, LATER),
    "read": lambda store, within: triage.mark_read(store, me, within),
    "unread": lambda store, within: triage.mark_unread(store, me, within),
    "tag": lambda store, within: triage.retag(store, me, within, put=["late"]),
    "untag": lambda store, within: triage.retag(store, me, within, take=["late"]),
    "social": lambda store, within: triage.wear(store, me, within, Hat.SOCIAL),
    "community": lambda store, within: triage.wear(store, me, within, Hat.COMMUNITY),
    "important": lambda store, within: triage.rank(store, me, within, important=True),
    "usual": lambda store, within: triage.rank(store, me, within, important=False),
}


@pytest.fixture
async def home(store: Store) -> AccountId:
    account = await store.write(connect)
    tale = [said("a", 1), ours("b", 2, parent="a"), said("c", 3), said("d", 4, parent="c"), said("e", 5)]
    await store.write(lambda tx: ingest(tx, account, tale))
    return account


async def rows(store: Store) -> tuple[ConversationRow, ...]:
    return (await inbox.conversation_page(store, me)).rows


async def last(store: Store) -> OperationId:
    return (await history.decisions(store))[0].id


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("seed", range(12))
async def test_all_taken_back_in_any_order_is_as_it_was_at_first(store: Store, seed: int) -> None:
    chance, before = Random(seed), await rows(store)
    known = [row.id for row in before]
    for _step in range(10):
        await chance.choice([*DEEDS.values()])(store, chance.sample(known, chance.randint(1, 3)))
    standing = [one.id for one in await history.decisions(store)]
    chance.shuffle(standing)
    for one in standing:
        await triage.undo_one(store, one)
    assert await rows(store) == before


class Somebody:
    """A person at the desk who decides this and that about members, notes and reminders."""

    def __init__(self, store: Store, chance: Random, who: Sequence[MemberId], which: FieldId) -> None:
        self.store, self.chance, self.who, self.field = store, chance, who, which
        about_people = [self.say, self.tell, self.tag, self.untag, self.note, self.correct, self.tear]
        self.deeds = [*about_people, self.remind, self.move, self.finish]

    async def anybody(self) -> MemberId:
        return self.chance.choice(self.who)

    async def notes(self) -> list[NoteId]:
        return [note.id for one in self.who for note in (await people.card(self.store, me, one)).notes]

    async def reminders(self) -> list[ReminderId]:
        return [one.id for one in await reminding.every(self.store, me)]

    async def say(self) -> None:
        fact, said = self.chance.choice((Fact.PRONOUNS, Fact.LANGUAGE)), self.chance.choice(("", "one", "two"))
        await members.say(self.store, me, await self.anybody(), {fact: said}, {})

    async def tell(self) -> None:
        await members.say(self.store, me, await self.anybody(), {}, {self.field: self.chance.choice(("", "1", "2"))})

    async def tag(self) -> None:
        await members.retag(self.store, me, [await self.anybody()], put=[self.chance.choice(("x", "y"))])

    async def untag(self) -> None:
        await members.retag(self.store, me, [await self.anybody()], take=[self.chance.choice(("x", "y"))])

    async def note(self) -> None:
        await members.note_member(self.store, me, await self.anybody(), "noted")

    async def correct(self) -> None:
        if notes := await self.notes():
            await members.change_note(self.store, me, self.chance.choice(notes), text=str(self.chance.random()))

    async def tear(self) -> None:
        if notes := await self.notes():
            await members.remove_note(self.store, me, self.chance.choice(notes))

    async def remind(self) -> None:
        (first, *_others) = await inbox.conversation_ids(self.store, me)
        about = self.chance.choice((About(member=await self.anybody()), About(conversation=first)))
        await reminders.remind(self.store, me, [about], self.plan())

    async def move(self) -> None:
        if known := await self.reminders():
            await reminders.move(self.store, me, self.chance.choice(known), self.plan())

    async def finish(self) -> None:
        if known := await self.reminders():
            await reminders.finish(self.store, me, [self.chance.choice(known)])

    def plan(self) -> Plan:
        return Plan(due=LATER + timedelta(days=self.chance.randint(1, 9)), text="Call")


async def known_of_people(store: Store, who: Sequence[MemberId]) -> object:
    cards = [await people.card(store, me, one) for one in who]
    return cards, await reminding.every(store, me), await rows(store)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("seed", range(4))
async def test_what_was_said_of_people_and_reminders_too_comes_back_in_any_order(store: Store, seed: int) -> None:
    chance, who = Random(seed), [one.id for one in (await people.page(store)).lines]
    somebody = Somebody(store, chance, who, await members.define_field(store, "Size", FieldType.TEXT))
    before = await known_of_people(store, who)
    for _step in range(14):
        await chance.choice(somebody.deeds)()
    standing = [one.id for one in await history.decisions(store)]
    chance.shuffle(standing)
    for one in standing:
        await triage.undo_one(store, one)
    assert await known_of_people(store, who) == before


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("seed", range(4))
async def test_what_was_regrouped_again_says_so_until_that_is_taken_back(store: Store, seed: int) -> None:
    chance, before = Random(seed), await places(store)
    for _step in range(8):
        with suppress(Refused):
            await regroup(store, chance)
    await take_all_back(store, chance)
    assert await places(store) == before


async def take_all_back(store: Store, chance: Random) -> None:
    standing = [one.id for one in await history.decisions(store)]
    while standing:
        one = chance.choice(standing)
        refusal = await refused(store, one)
        if refusal:
            assert "again since" in refusal
            assert one != standing[0], "the last one can always be taken back"
        else:
            standing.remove(one)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("seed", (5, 6, 16))
async def test_tags_and_joins_are_taken_back_in_any_order(store: Store, seed: int) -> None:
    chance, before = Random(seed), await places(store)
    for _step in range(7):
        shown = [row.id for row in await rows(store)]
        if chance.random() < 0.4:
            with suppress(Refused):
                await regrouping.merge(store, me, chance.choices(shown, k=2))
        else:
            await DEEDS[chance.choice(("tag", "untag"))](store, chance.choices(shown, k=2))
    await take_all_back(store, chance)
    assert await places(store) == before


@pytest.mark.usefixtures("home")
async def test_a_tag_taken_back_is_gone_from_what_was_joined_and_does_not_come_again(store: Store) -> None:
    into, gone = (row.id for row in await rows(store) if row.state is State.OPEN)
    await triage.retag(store, me, [gone], put=["late"])
    tagged = await last(store)
    await regrouping.merge(store, me, (into, gone))
    await triage.undo_one(store, tagged)
    assert not any(row.tags for row in await rows(store))
    await triage.undo(store, me)
    assert not any(row.tags for row in await rows(store))


async def refused(store: Store, one: OperationId) -> str:
    """Why this cannot be taken back; empty where it was."""
    try:
        await triage.undo_one(store, one)
    except Refused as refusal:
        return refusal.message
    return ""


async def places(store: Store) -> object:
    shown = await rows(store)
    threads = [await inbox.thread(store, me, row.id) for row in shown]
    return shown, [[one.id for one in thread.messages] for thread in threads]


async def regroup(store: Store, chance: Random) -> None:
    shown = [row.id for row in await rows(store)]
    said = [one.id for one in (await inbox.thread(store, me, chance.choice(shown))).messages]
    match chance.choice(("split", "move", "merge")):
        case "split":
            await regrouping.split(store, me, [chance.choice(said)])
        case "move":
            await regrouping.move(store, me, [chance.choice(said)], chance.choice(shown))
        case "merge":
            await regrouping.merge(store, me, chance.choices(shown, k=2))


@pytest.mark.usefixtures("home")
async def test_what_was_decided_since_about_the_same_stays(store: Store) -> None:
    before = await rows(store)
    one = next(row.id for row in before if row.state is State.OPEN)
    await triage.wear(store, me, [one], Hat.SOCIAL)
    first = await last(store)
    await triage.wear(store, me, [row.id for row in before], Hat.SOCIAL)
    await triage.undo_one(store, first)
    assert {row.hat for row in await rows(store)} == {Hat.SOCIAL}
    await triage.undo(store, me)
    assert await rows(store) == before


@pytest.mark.usefixtures("home")
async def test_a_tag_that_is_gone_for_good_hinders_no_undo(store: Store) -> None:
    one = (await rows(store))[0].id
    await triage.retag(store, me, [one], put=["late", "kept"])
    await triage.retag(store, me, [one], take=["late", "kept"])
    await store.write(lambda tx: tx.conn.execute(delete(tag).where(tag.c.name == "late")))
    await triage.undo(store, me)
    assert [mark.name for mark in (await rows(store))[0].tags] == ["kept"]


@pytest.mark.usefixtures("home")
async def test_what_became_unread_elsewhere_meanwhile_hinders_no_undo(store: Store) -> None:
    before = await rows(store)
    one = next(row.id for row in before if row.unread)
    stood = await store.read(lambda conn: conn.execute(select(unread).where(unread.c.conversation == one)).all())
    await triage.mark_read(store, me, [one])
    await store.write(lambda tx: tx.conn.execute(insert(unread), [stood[0]._asdict()]))
    await triage.undo(store, me)
    assert await rows(store) == before


@pytest.mark.usefixtures("home")
async def test_a_join_and_what_was_decided_before_are_taken_back_in_any_order(store: Store) -> None:
    before = await rows(store)
    into, gone = (row.id for row in before if row.state is State.OPEN)
    await triage.retag(store, me, [gone], put=["late"])
    await triage.retag(store, me, [gone], take=["late"])
    untagged = await last(store)
    await triage.finish(store, me, [gone])
    done = await last(store)
    await regrouping.merge(store, me, (into, gone))
    joined = await last(store)
    for one in (done, untagged, joined):
        await triage.undo_one(store, one)
    assert [mark.name for row in await rows(store) for mark in row.tags] == ["late"]
    await triage.undo(store, me)
    assert await rows(store) == before
    with pytest.raises(Refused):
        await triage.undo(store, me)


@pytest.mark.usefixtures("home")
async def test_what_was_decided_between_two_lots_is_what_the_whole_gives_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lots, "LOT", 1)
    first, second, last_one = [row.id for row in await rows(store)]
    between: list[asyncio.Task[object]] = []

    def snooze(done: int) -> bool:
        if done == 1:
            between.append(asyncio.create_task(triage.snooze(store, me, [last_one], LATER)))
        return True

    await triage.finish(store, me, [first, second, last_one], snooze)
    await between[0]
    await triage.undo_one(store, next(one.id for one in await history.decisions(store) if one.kind == "done"))
    assert {row.state for row in await rows(store) if row.id == last_one} == {State.SNOOZED}


async def test_what_a_rule_did_many_times_to_one_conversation_is_taken_back_whole(
    store: Store, home: AccountId
) -> None:
    steps = read_rule_steps(["done", "priority", "hat social"])
    await rules.save(store, Rule(RuleId(""), "All", from_words("text:again"), steps))
    before = {row.id: (row.state, row.hat) for row in await rows(store)}
    tale = [said(f"n{at}", 10 + at, parent="c", text="again") for at in range(8)]
    await store.write(lambda tx: ingest(tx, home, tale))
    assert await rules.revoke(store, "All") == len(tale)
    assert {row.id: (row.state, row.hat) for row in await rows(store)} == before
    assert await inbox.conversation_ids(store, me, from_words("state:done")) == []
