"""Clearing away: many at once, each act on its own in the outbox, all of it taken back at once, at any time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import pytest

from inbox_app.actions import clearing, triage
from inbox_app.domain.abilities import Abilities, Ability
from inbox_app.domain.errors import NotFound, Refused
from inbox_app.domain.filter_words import from_words
from inbox_app.domain.filters import for_a_view
from inbox_app.domain.ids import ColleagueId, ConversationId
from inbox_app.domain.inbox import ConversationRow, OutboxRow
from inbox_app.domain.words import Action, OutboxState, State
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import history, inbox, writing
from inbox_app.storage import acts, outbox
from inbox_app.storage.creation import ME
from inbox_app.storage.outbox import Receipt
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.unit.ingest.tales import connect, said

me = ColleagueId(ME)
SPAM = 12
UNDO = timedelta(seconds=10)
MAY = Abilities({Action.HIDE: Ability(True), Action.UNHIDE: Ability(True)})
MAY_NOT = Abilities({Action.HIDE: Ability(False, "Reviews cannot be hidden.")})


async def tell(store: Store, abilities: Sequence[Abilities]) -> list[ConversationId]:
    """So many comments, of which each can be hidden or not; the oldest first."""
    of = await store.write(connect)
    tale = [said(f"c{number}", number, abilities=one) for number, one in enumerate(abilities)]
    await store.write(lambda tx: ingest(tx, of, tale))
    return (await inbox.conversation_ids(store, me))[::-1]


async def rows(store: Store) -> tuple[ConversationRow, ...]:
    return (await inbox.conversation_page(store, me)).rows


async def sent(store: Store, *states: OutboxState) -> list[OutboxRow]:
    return [row for row in await writing.outbox(store, settled=True) if row.state in states]


async def test_twelve_are_hidden_and_all_come_back(store: Store) -> None:
    yard = await tell(store, [MAY] * SPAM)
    before = await rows(store)
    done = await clearing.clear(store, me, yard, Action.HIDE, UNDO)
    assert len(done.acts) == len(set(done.acts)) == SPAM
    assert {row.state for row in await rows(store)} == {State.DONE}
    assert len(await sent(store, OutboxState.QUEUED)) == SPAM
    (past,) = await history.decisions(store)
    assert (past.kind, past.acts, len(past.conversations)) == ("hide", SPAM, SPAM)
    assert past.undone_at is None

    assert set(await triage.undo(store, me)) == set(yard)
    assert await rows(store) == before
    assert len(await sent(store, OutboxState.UNDONE)) == SPAM
    assert (await history.decisions(store))[0].undone_at is not None


async def test_what_was_hidden_already_is_shown_again_on_the_service(store: Store) -> None:
    (one, other) = await tell(store, [MAY, MAY])
    done = await clearing.clear(store, me, [one, other], Action.HIDE, timedelta(0))
    first = done.acts[0]

    def leave(tx: Tx) -> None:
        claimed = outbox.claim(tx, first, None, "desk")
        assert claimed is not None
        outbox.settle_delivered(tx, claimed.id, Receipt(None))

    await store.write(leave)
    await triage.undo_one(store, done.operation)
    (answer,) = await sent(store, OutboxState.QUEUED)
    (undone,) = await sent(store, OutboxState.UNDONE)
    assert (undone.id, answer.id not in done.acts) == (done.acts[1], True)
    said_now = (await store.read(lambda conn: outbox.get(conn, answer.id))).act
    was = (await store.read(lambda conn: outbox.get(conn, first))).act
    assert (said_now["action"], said_now["target"]) == ("unhide", was["target"])
    with pytest.raises(Refused, match="already"):
        await triage.undo_one(store, done.operation)


@pytest.mark.parametrize("arrives", [False, True])
async def test_what_is_taken_back_between_two_tries_does_not_leave_and_on_its_way_is_answered(
    store: Store, *, arrives: bool
) -> None:
    """The first try told nothing, or certainly did not arrive; either way the person has seen it taken back."""
    (one,) = await tell(store, [MAY])
    done = await clearing.clear(store, me, [one], Action.HIDE, timedelta(0))

    def begin(tx: Tx) -> None:
        claimed = outbox.claim(tx, done.acts[0], None, "desk")
        assert claimed is not None
        if not arrives:
            outbox.settle_retry(tx, claimed, tx.now + 60_000, "The service asks to wait.", "busy")

    await store.write(begin)
    await triage.undo_one(store, done.operation)
    if arrives:
        arrived = partial(acts.settle_delivered, wanted=done.acts[0], receipt=Receipt(None))
        await store.write(arrived)
        await store.write(arrived)
    left = [row.id for row in await sent(store, OutboxState.QUEUED)]
    told = await store.read(lambda conn: [outbox.get(conn, which).act["action"] for which in left])
    assert told == (["unhide"] if arrives else [])


async def test_what_cannot_be_hidden_stays_and_says_why(store: Store) -> None:
    may, may_not = await tell(store, [MAY, MAY_NOT])
    done = await clearing.clear(store, me, [may, may_not], Action.HIDE, UNDO)
    assert (done.conversations, done.left, done.refused) == ((may,), 1, ("Reviews cannot be hidden.",))
    assert {row.id: row.state for row in await rows(store)} == {may: State.DONE, may_not: State.OPEN}
    with pytest.raises(Refused, match="Reviews"):
        await clearing.clear(store, me, [may_not], Action.HIDE, UNDO)
    with pytest.raises(NotFound):
        await clearing.clear(store, me, [may_not, ConversationId("nowhere")], Action.HIDE, UNDO)


async def test_what_is_hidden_is_found_and_shown_again_each_as_its_service_can(store: Store) -> None:
    of = await store.write(connect)
    approve = Abilities({Action.UNHIDE: Ability(False), Action.APPROVE: Ability(True)})
    never = Abilities({Action.UNHIDE: Ability(False, "Only the author can.")})
    tale = [
        said("a", 1, abilities=MAY, hidden=True),
        said("b", 2, abilities=approve, hidden=True),
        said("c", 3, abilities=never, hidden=True),
        said("d", 4, abilities=MAY),
    ]
    await store.write(lambda tx: ingest(tx, of, tale))
    hidden = await inbox.conversation_ids(store, me, for_a_view(from_words("hidden")))
    seen = {row.snippet[-1]: row.id for row in await rows(store)}
    assert set(hidden) == {seen["a"], seen["b"], seen["c"]}

    done = await clearing.bring_back(store, me, list(seen.values()), UNDO)
    assert (set(done.conversations), done.left) == ({seen["a"], seen["b"]}, 2)
    assert done.refused == ("Only the author can.",)
    queued = await store.read(lambda conn: [outbox.get(conn, act).act["action"] for act in done.acts])
    assert sorted(map(str, queued)) == ["approve", "unhide"]
    assert [past.kind for past in await history.decisions(store)] == ["unhide"]
    await triage.undo(store, me)
    assert await sent(store, OutboxState.QUEUED) == []


async def test_each_decision_can_be_taken_back_whatever_came_after(store: Store) -> None:
    (one,) = await tell(store, [MAY])
    await triage.retag(store, me, [one], put=["vip"])
    await triage.finish(store, me, [one])
    newest, oldest = await history.decisions(store)
    assert (newest.kind, oldest.kind) == ("done", "tag")
    assert [past.id for past in await history.decisions(store, before=newest.id)] == [oldest.id]
    await triage.undo_one(store, oldest.id)
    (row,) = await rows(store)
    assert (row.tags, row.state) == ((), State.DONE)
