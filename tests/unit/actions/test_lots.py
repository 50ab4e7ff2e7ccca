"""Very many at once: lot after lot, told, stopped, taken back in the middle; one decision all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from sqlalchemy import update

from inbox_app.actions import clearing, lots, reminders, triage
from inbox_app.domain.abilities import Abilities, Ability
from inbox_app.domain.errors import NotFound
from inbox_app.domain.ids import ColleagueId, ConversationId
from inbox_app.domain.inbox import ConversationRow
from inbox_app.domain.reminders import Plan
from inbox_app.domain.timecode import to_ms
from inbox_app.domain.words import Action, Hat, OutboxState, State
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import history, inbox, writing
from inbox_app.queries import reminders as questions
from inbox_app.storage.creation import ME
from inbox_app.storage.schema import reminder
from inbox_app.storage.store import Store
from tests.unit.ingest.tales import connect, said

me = ColleagueId(ME)
MANY, LOT = 10, 4
MAY = Abilities({Action.HIDE: Ability(True), Action.UNHIDE: Ability(True)})
Deed = Callable[[Store, list[ConversationId], lots.Report], Awaitable[object]]
DEEDS: dict[str, Deed] = {
    "done": lambda store, wanted, report: triage.finish(store, me, wanted, report),
    "tag": lambda store, wanted, report: triage.retag(store, me, wanted, put=["later"], report=report),
    "hat": lambda store, wanted, report: triage.wear(store, me, wanted, Hat.SOCIAL, report),
    "read": lambda store, wanted, report: triage.mark_read(store, me, wanted, report),
    "remind": lambda store, wanted, report: reminders.remind_each(
        store, me, wanted, Plan(datetime.now(UTC) + timedelta(days=3)), report
    ),
    "priority": lambda store, wanted, report: triage.rank(store, me, wanted, important=True, report=report),
    "hide": lambda store, wanted, report: clearing.clear(store, me, wanted, Action.HIDE, timedelta(60), report),
}


@pytest.fixture
async def yard(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[ConversationId]:
    monkeypatch.setattr(lots, "LOT", LOT)
    monkeypatch.setattr(lots, "UNDONE_AT_ONCE", LOT)
    account = await store.write(connect)
    tale = [said(f"c{number}", number, abilities=MAY) for number in range(MANY)]
    await store.write(lambda tx: ingest(tx, account, tale))
    return list(await inbox.conversation_ids(store, me))


async def rows(store: Store) -> tuple[ConversationRow, ...]:
    return (await inbox.conversation_page(store, me)).rows


@pytest.mark.parametrize("name", DEEDS)
async def test_it_is_told_how_far_it_is_and_all_of_it_is_one_decision(
    store: Store, yard: list[ConversationId], name: str
) -> None:
    before, told = await rows(store), list[int]()

    def tell(done: int) -> bool:
        told.append(done)
        return True

    await DEEDS[name](store, yard, tell)
    assert told == [4, 8, 10]
    (decision,) = await history.decisions(store)
    assert (decision.kind, set(decision.conversations)) == (name, set(yard))
    assert all(now != then for now, then in zip(await rows(store), before, strict=True))
    assert set(await triage.undo(store, me)) == set(yard)
    assert await rows(store) == before
    (decision,) = await history.decisions(store)
    assert set(decision.conversations) == set(yard), "taken back as one"


@pytest.mark.parametrize("name", DEEDS)
async def test_stopped_what_was_done_stands_and_is_taken_back_alone(
    store: Store, yard: list[ConversationId], name: str
) -> None:
    before = await rows(store)
    await DEEDS[name](store, yard, lambda _done: False)
    assert sum(now != then for now, then in zip(await rows(store), before, strict=True)) == LOT
    await triage.undo(store, me)
    assert await rows(store) == before


async def test_taken_back_while_it_goes_on_it_ends(store: Store, yard: list[ConversationId]) -> None:
    before, undone = await rows(store), list[asyncio.Task[object]]()

    def take_back(_done: int) -> bool:
        if not undone:
            undone.append(asyncio.create_task(triage.undo(store, me)))
        return True

    changed = await triage.finish(store, me, yard, take_back)
    await undone[0]
    assert len(changed) < MANY
    assert await rows(store) == before


async def test_one_that_is_not_there_hinders_all(store: Store, yard: list[ConversationId]) -> None:
    with pytest.raises(NotFound):
        await triage.finish(store, me, [*yard, ConversationId("nowhere")])
    assert {row.state for row in await rows(store)} == {State.OPEN}


async def test_what_was_hidden_lot_by_lot_leaves_act_by_act(store: Store, yard: list[ConversationId]) -> None:
    done = await clearing.clear(store, me, yard, Action.HIDE, timedelta(60))
    assert (len(done.acts), done.left) == (MANY, 0)
    waiting = [row for row in await writing.outbox(store, settled=True) if row.state is OutboxState.QUEUED]
    assert {row.id for row in waiting} == set(done.acts)


@pytest.mark.parametrize("name", DEEDS)
async def test_stopped_while_it_is_taken_back_the_rest_stands_and_comes_back_later(
    store: Store, yard: list[ConversationId], name: str
) -> None:
    before = await rows(store)
    await DEEDS[name](store, yard, lots.never_mind)
    back = await triage.undo(store, me, lambda _done: False)
    changed = [now.id for now, then in zip(await rows(store), before, strict=True) if now != then]
    assert (len(back), {*back, *changed}) == (LOT, set(yard))
    gone, stands = sorted(await history.decisions(store), key=lambda one: one.undone_at is None)
    assert (gone.kind, set(gone.conversations), stands.kind, set(stands.conversations)) == (
        name,
        set(back),
        name,
        set(changed),
    )
    assert set(await triage.undo_one(store, stands.id)) == set(changed)
    assert await rows(store) == before


async def test_both_who_take_it_back_at_once_take_each_part_back_once(store: Store, yard: list[ConversationId]) -> None:
    before, theirs = await rows(store), list[asyncio.Task[object]]()
    await triage.finish(store, me, yard)

    def hurry(_done: int) -> bool:
        if not theirs:
            theirs.append(asyncio.create_task(triage.undo(store, me)))
        return True

    back = await triage.undo(store, me, hurry)
    assert sorted([*back, *cast(tuple[ConversationId, ...], await theirs[0])]) == sorted(yard)
    assert await rows(store) == before


async def test_reminders_that_a_lot_dealt_with_come_back(store: Store, yard: list[ConversationId]) -> None:
    await reminders.remind_each(store, me, yard, Plan(datetime.now(UTC) + timedelta(days=3)))
    later = to_ms(datetime.now(UTC) + timedelta(days=4))
    await store.write(lambda tx: tx.conn.execute(update(reminder).values(fired_at=later)))
    before = await questions.every(store, me)
    await triage.finish(store, me, yard)
    assert await questions.every(store, me) == ()
    await triage.undo(store, me)
    assert len(before) == MANY
    assert await questions.every(store, me) == before
