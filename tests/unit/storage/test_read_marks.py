"""What is read here is told to the service: gathered, taken back by whoever marks it unread, and shown to nobody."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from inbox_app.actions import accounts as account_actions
from inbox_app.actions import triage
from inbox_app.contract.remote import Batch, Location, ReadElsewhere, StarredElsewhere
from inbox_app.domain.abilities import YES, Abilities
from inbox_app.domain.ids import AccountId, ColleagueId, OutboxId
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action, OutboxState
from inbox_app.ingest.ingest import ingest_batch
from inbox_app.queries import inbox, writing
from inbox_app.storage import accounts, outbox, read_marks
from inbox_app.storage.schema import outbox as outbox_table
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.unit.ingest.test_copies import Two, mail

ME = ColleagueId("me")


def connect(tx: Tx, name: str) -> AccountId:
    address = f"{name}@example.org"
    able: JsonObject = {**Abilities({Action.MARK_READ: YES}).to_json()}
    return accounts.add(tx, "practice", accounts.OurselvesThere(address, address, name, frozenset(), able), {})


@pytest.fixture
async def two(store: Store) -> Two:
    return Two(
        store, await store.write(lambda tx: connect(tx, "one")), await store.write(lambda tx: connect(tx, "two"))
    )


async def acts(two: Two) -> dict[AccountId, list[list[Any]]]:
    """What each service is going to be told."""
    rows = await two.store.read(
        lambda conn: conn.execute(
            select(outbox_table.c.account, outbox_table.c.act).where(outbox_table.c.state == OutboxState.QUEUED)
        ).all()
    )
    assert len({row.account for row in rows}) == len(rows)
    return {row.account: sorted(mark[:3] for mark in json.loads(row.act)["marks"]) for row in rows}


async def claim(two: Two) -> outbox.Outgoing:
    """Take what waits on its way, to the end."""

    def work(tx: Tx) -> outbox.Outgoing:
        waiting = tx.conn.execute(select(outbox_table.c.id).where(outbox_table.c.state == OutboxState.QUEUED))
        one = OutboxId(waiting.scalar_one())
        outbox.release(tx, one)
        claimed = outbox.claim(tx, one, None, "desk")
        assert claimed is not None
        outbox.settle_delivered(tx, one, outbox.Receipt(""))
        return claimed

    return await two.store.write(work)


async def test_what_is_read_within_seconds_is_one_act_for_each_account(two: Two) -> None:
    await two.hear(
        two.one, mail("m", 1, location=Location("INBOX", 7, 1)), mail("n", 2, location=Location("INBOX", 7, 2))
    )
    await two.hear(two.other, mail("m", 1, location=Location("INBOX", 9, 5)))
    for row in await two.rows():
        await triage.see(two.store, ME, [row.id])
    assert await acts(two) == {
        two.one: [["m", True, [["INBOX", 7, 1]]], ["n", True, [["INBOX", 7, 2]]]],
        two.other: [["m", True, [["INBOX", 9, 5]]]],
    }


async def test_nobody_sees_the_act(two: Two) -> None:
    await two.hear(two.one, mail("m", 1))
    await two.decide(lambda tx, me, wanted: read_marks.tell(tx, [], read=True))
    await triage.mark_read(two.store, ME, [(await two.row()).id])
    assert len(await acts(two)) == 1
    assert await writing.outbox(two.store) == ()
    assert (await inbox.sidebar_counts(two.store, ME)).outbox_waiting == 0
    assert await inbox.wrong_counts(two.store) == 0


async def test_marked_unread_again_or_undone_it_is_told_so(two: Two) -> None:
    await two.hear(two.one, mail("m", 1))
    row = await two.row()
    await triage.mark_read(two.store, ME, [row.id])
    await triage.mark_unread(two.store, ME, [row.id])
    assert await acts(two) == {two.one: [["m", False, []]]}
    await triage.undo(two.store, ME)
    assert await acts(two) == {two.one: [["m", True, []]]}
    await triage.undo(two.store, ME)
    assert await acts(two) == {two.one: [["m", False, []]]}


async def test_the_services_older_word_does_not_overrule_it(two: Two) -> None:
    await two.hear(two.one, mail("m", 1))
    row = await two.row()
    await triage.mark_read(two.store, ME, [row.id])
    await triage.mark_unread(two.store, ME, [row.id])
    await two.hear(two.one, ReadElsewhere("m"))
    assert (await two.row()).unread == 1
    await claim(two)
    await two.hear(two.one, ReadElsewhere("m"))
    assert (await two.row()).unread == 0


async def test_what_was_told_while_the_service_was_asked_is_not_overruled_by_its_answer(two: Two) -> None:
    await two.hear(two.one, mail("m", 1))
    row = await two.row()
    await triage.mark_read(two.store, ME, [row.id])
    await triage.mark_unread(two.store, ME, [row.id])
    asked_at = two.store.now()
    await claim(two)
    for told in (ReadElsewhere("m"), StarredElsewhere("m", starred=False)):
        await ingest_batch(two.store, two.one, Batch((told,), {}), asked_at=asked_at)
    assert (await two.row()).unread == 1
    await two.hear(two.one, mail("n", 2))  # what is told next forgets nothing of it
    await triage.mark_read(two.store, ME, [one.id for one in await two.rows() if one.id != row.id])
    await ingest_batch(two.store, two.one, Batch((ReadElsewhere("m"),), {}), asked_at=asked_at)
    assert {one.id: one.unread for one in await two.rows()}[row.id] == 1
    await ingest_batch(two.store, two.one, Batch((ReadElsewhere("m"),), {}), asked_at=two.store.now() + 1)
    assert {one.id: one.unread for one in await two.rows()}[row.id] == 0


async def test_marked_unread_elsewhere_it_is_unread_for_everybody(two: Two) -> None:
    await two.hear(two.one, mail("m", 1))
    await two.hear(two.other, mail("m", 1))
    await two.hear(two.other, ReadElsewhere("m"))
    assert (await two.row()).unread == 0
    await two.hear(two.other, ReadElsewhere("m", read=False))
    assert (await two.row()).unread == 1
    await two.hear(two.other, ReadElsewhere("m", read=False))
    assert ((await two.row()).unread, await inbox.wrong_counts(two.store)) == (1, 0)


async def test_the_services_older_unread_does_not_overrule_what_was_read_here(two: Two) -> None:
    await two.hear(two.one, mail("m", 1))
    await triage.mark_read(two.store, ME, [(await two.row()).id])
    await two.hear(two.one, ReadElsewhere("m", read=False))
    assert (await two.row()).unread == 0


async def test_what_was_claimed_takes_nothing_more_in(two: Two) -> None:
    await two.hear(two.one, mail("m", 1), mail("n", 2))
    first, second = await two.rows()
    await triage.see(two.store, ME, [first.id])
    claimed = await claim(two)
    await triage.see(two.store, ME, [second.id])
    assert await acts(two) == {two.one: [["m", True, []]]}
    assert claimed.act["marks"] == [["n", True, [], None]]


async def test_an_account_may_keep_it_to_itself(two: Two) -> None:
    await account_actions.set_letter_habits(two.store, two.one, tells_read=False)
    await two.hear(two.one, mail("m", 1))
    await two.hear(two.other, mail("m", 1))
    await triage.see(two.store, ME, [(await two.row()).id])
    assert [*await acts(two)] == [two.other]


async def test_what_was_told_long_ago_leaves_nothing_behind(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_marks, "KEPT_MS", 0)
    for name in ("m", "n"):
        await two.hear(two.one, mail(name, ord(name)))
        await triage.see(two.store, ME, [row.id for row in await two.rows()])
        await claim(two)
    rows = await two.store.read(lambda conn: conn.execute(select(outbox_table.c.id)).scalars().all())
    assert len(rows) == 1


async def test_an_older_mark_that_has_to_be_told_again_goes_before_a_newer_one(two: Two) -> None:
    await two.hear(two.one, mail("m", 1))
    row = await two.row()
    await triage.mark_read(two.store, ME, [row.id])

    def put_off(tx: Tx) -> OutboxId:
        (waiting,) = outbox.due(tx.conn, tx.now + read_marks.WAIT_MS)
        outbox.release(tx, waiting.id)
        claimed = outbox.claim(tx, waiting.id, None, "desk")
        assert claimed is not None
        outbox.settle_retry(tx, claimed, tx.now + 600_000, "busy", "busy")
        return claimed.id

    older = await two.store.write(put_off)
    await triage.mark_unread(two.store, ME, [row.id])
    soon = await two.store.read(lambda conn: outbox.due(conn, 10**15))
    assert [one.id for one in soon] == [older]
    await two.store.write(lambda tx: outbox.settle_delivered(tx, older, outbox.Receipt("")))
    (left,) = await two.store.read(lambda conn: outbox.due(conn, 10**15))
    assert left.act["marks"] == [["m", False, [], None]]


async def test_a_change_of_mind_joins_the_later_of_two_acts(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_marks, "MOST", 2)
    await two.hear(two.one, mail("m", 1), mail("n", 2), mail("o", 3))
    last, middle, first = (row.id for row in await two.rows())
    await triage.mark_read(two.store, ME, [first])
    await triage.mark_read(two.store, ME, [middle, last])
    await triage.mark_unread(two.store, ME, [middle])
    told = [json.dumps(one.act["marks"]) for one in await two.store.read(lambda conn: outbox.due(conn, 10**15))]
    assert told == ['[["m", true, [], null]]']  # the later act waits for it
    assert (await two.store.read(lambda conn: read_marks.pending(conn, two.one, two.store.now())))["n"].read is False


async def test_many_marks_at_once_are_several_acts(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_marks, "MOST", 2)
    await two.hear(two.one, mail("m", 1), mail("n", 2), mail("o", 3))
    await triage.mark_read(two.store, ME, [row.id for row in await two.rows()])
    queued = select(outbox_table.c.act).order_by(outbox_table.c.decided_at)
    rows = await two.store.read(lambda conn: conn.execute(queued).scalars().all())
    assert [len(json.loads(act)["marks"]) for act in rows] == [2, 1]
