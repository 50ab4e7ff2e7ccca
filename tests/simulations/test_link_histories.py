"""Whatever is linked and taken apart again, with messages coming in between: histories are as if nothing had been."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from inbox_app.contract.remote import MessageSeen
from inbox_app.domain.ids import ColleagueId, HandleId, MemberId
from inbox_app.domain.people import Card, Fact, FieldType, TimelineLine
from inbox_app.domain.timecode import ms_of, to_ms
from inbox_app.ingest.ingest import ingest
from inbox_app.storage import holders, member_cards, member_facts, notes, timelines, undoing
from inbox_app.storage.creation import ME
from inbox_app.storage.linking import DIVIDE, LINK, link, split, unlink
from inbox_app.storage.schema import handle, member_link, operation
from inbox_app.storage.transaction import Tx
from tests.unit.ingest.conftest import NOW, conn
from tests.unit.ingest.tales import START, connect, ours, said

__all__ = ["conn"]

me = ColleagueId(ME)
PEOPLE = ("ada", "bea", "cleo", "dora")


@dataclass(frozen=True)
class Step:
    """What happens next: messages, a link of one to another (`pair`), or a handle divided at a minute (`split`)."""

    told: tuple[MessageSeen, ...] = ()
    pair: tuple[str, str] | None = None
    split: tuple[str, int] | None = None


@st.composite
def lives(draw: st.DrawFn) -> tuple[Step, ...]:
    """Messages and links in any order; context and answers of ours among the messages."""
    steps, number = [], 0
    for _ in range(draw(st.integers(2, 8))):
        if draw(st.booleans()):
            steps.append(Step(pair=(draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(PEOPLE)))))
            continue
        if draw(st.integers(0, 3)) == 0:
            steps.append(Step(split=(draw(st.sampled_from(PEOPLE)), draw(st.integers(1, 60)))))
            continue
        told = []
        for _ in range(draw(st.integers(1, 4))):
            number += 1
            parent = f"m{draw(st.integers(1, number))}" if draw(st.booleans()) else None
            at = draw(st.integers(0, 60))
            if draw(st.integers(0, 4)) == 0:
                told.append(ours(f"m{number}", at, parent=parent))
            else:
                by, context = draw(st.sampled_from(PEOPLE)), draw(st.integers(0, 5)) == 0
                told.append(said(f"m{number}", at, by=by, parent=parent, context=context))
        steps.append(Step(told=tuple(told)))
    return tuple(steps)


@pytest.mark.timeout(300)
@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(steps=lives(), by_handle=st.booleans(), order=st.randoms(use_true_random=False))
def test_link_and_unlink_give_equal_histories(
    conn: Connection, steps: tuple[Step, ...], by_handle: bool, order: Random
) -> None:
    transaction = conn.begin()
    try:
        plain = live(conn, [step for step in steps if step.told], order, by_handle=by_handle)
    finally:
        transaction.rollback()
    transaction = conn.begin()
    try:
        assert live(conn, steps, order, by_handle=by_handle) == plain
    finally:
        transaction.rollback()


def live(
    conn: Connection, steps: list[Step] | tuple[Step, ...], order: Random, *, by_handle: bool
) -> dict[str, object]:
    """Let it happen, take every link apart again, and tell each one's history."""
    tx = Tx(conn, NOW)
    home = connect(tx)
    ingest(tx, home, [said(f"hello {name}", number, by=name) for number, name in enumerate(PEOPLE)])
    write_about_each(tx)
    for step in steps:
        ingest(tx, home, step.told)
        tx.now += 1
        if step.split is not None:
            divide(tx, *step.split)
        if step.pair is not None:
            one, other = (whose(conn, name)[1] for name in step.pair)
            if one != other:
                apart = written(conn, one) | written(conn, other)
                link(tx, me, one, other, "")
                before = history(conn, one)
                assert history(conn, other) == before
                assert written(conn, one) == apart, "a link loses nothing"
    take_back(tx, {DIVIDE} if by_handle else {LINK, DIVIDE}, order)
    if by_handle:
        for name in PEOPLE:
            take_off(tx, whose(conn, name)[0])
    return {name: unnamed(*history(conn, whose(conn, name)[1])) for name in PEOPLE}


def write_about_each(tx: Tx) -> None:
    """Something of every kind that can be kept of somebody, of each another, and a tag that all wear."""
    field = member_facts.define(tx, "Collects", FieldType.TEXT, key=True)
    for name in PEOPLE:
        _handle, member = whose(tx.conn, name)
        member_facts.say(tx, me, [member], {Fact.PRONOUNS: name, Fact.PREFERRED_NAME: name.upper()}, {field: name})
        member_facts.retag(tx, me, [member], [name, "all"], [])
        notes.write(tx, me, f"about {name}", about=member, on_member=True, pinned=False)


def written(conn: Connection, of: MemberId) -> set[str]:
    """All that is kept of a person, from whichever record."""
    card = member_cards.card(conn, me, of, 0)
    known = [*card.facts.values(), *(value for _field, value in card.fields)]
    values = (value for one in known for value in (one.value, *one.also) if value)
    return {*values, *(f"tag {one.name}" for one in card.tags), *(one.text for one in card.notes)}


def whose(conn: Connection, name: str) -> tuple[HandleId, MemberId]:
    row = conn.execute(select(handle).where(handle.c.remote_id == f"{name}@example.net")).one()
    return HandleId(row.id), MemberId(row.member)


def take_off(tx: Tx, wanted: HandleId) -> None:
    linked = [one for card in [member_cards.of_handle(tx.conn, wanted)] if card for one in _handles(tx.conn, card)]
    if (wanted, True) in linked:
        unlink(tx, me, wanted)


def _handles(conn: Connection, of: MemberId) -> list[tuple[HandleId, bool]]:
    return [(one.id, one.linked) for one in member_cards.card(conn, me, of, 0).handles]


def divide(tx: Tx, name: str, minute: int) -> None:
    """Two people had this handle, if there is anything to divide; each has what was said in their time."""
    at, (which, whole) = at_minute(minute), whose(tx.conn, name)
    before, since = holders.said_before(tx.conn, which, at)
    if not before or not since:
        return
    every = [line.message for line in timelines.timeline(tx.conn, whole, limit=1000).lines]
    former = split(tx, me, which, at, f"{name} before")
    parts = [[line.message for line in timelines.timeline(tx.conn, one, limit=1000).lines] for one in (whole, former)]
    assert sorted(parts[0] + parts[1]) == sorted(every)
    assert all(ms_of(one) < at for one in parts[1])


def at_minute(minute: int) -> int:
    return to_ms(START + timedelta(minutes=minute))


def take_back(tx: Tx, kinds: set[str], order: Random) -> None:
    """In any order, as somebody may who picks decisions from the list of all."""
    done = select(operation.c.id).where(operation.c.kind.in_(kinds), operation.c.undone_at.is_(None))
    made = [*tx.conn.execute(done.order_by(operation.c.at, operation.c.id)).scalars()]
    for one in order.sample(made, len(made)):
        undoing.undo(tx, one)


def history(conn: Connection, of: MemberId) -> tuple[Card, tuple[TimelineLine, ...]]:
    card = member_cards.card(conn, me, of, 0)
    return card, timelines.timeline(conn, card.id, limit=1000).lines


def unnamed(card: Card, lines: tuple[TimelineLine, ...]) -> object:
    """A history without the random names that differ from one telling to the next."""
    counts = (card.name, card.messages, card.conversations, card.first_seen, card.last_seen, card.facts)
    kept = [one.text for one in card.notes], [one.name for one in card.tags], [value for _field, value in card.fields]
    names = [(one.handle, one.linked, one.messages) for one in card.handles]
    said = [(line.message, line.said_at, line.text, line.deleted) for line in lines]
    return counts, kept, names, said


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=lives(), minute=st.integers(1, 60), early=st.booleans())
def test_a_split_does_not_ask_what_came_first(
    conn: Connection, steps: tuple[Step, ...], minute: int, early: bool
) -> None:
    """Whether messages came before the handle was divided or after it, they are whose they were said by."""
    told = [step for step in steps if step.told]
    first, rest = (told[:1], told[1:]) if early else (told, [])
    transaction = conn.begin()
    try:
        tx = Tx(conn, NOW)
        home = connect(tx)
        ingest(tx, home, [said("first", 0, by="ada"), said("last", 61, by="ada")])
        for step in first:
            ingest(tx, home, step.told)
        which, whole = whose(conn, "ada")
        former = split(tx, me, which, at_minute(minute), "ada before")
        for step in rest:
            ingest(tx, home, step.told)
        for step in told:
            ingest(tx, home, step.told)
        wrote = [one.message for step in told for one in step.told if one.message.author.remote_id == "ada@example.net"]
        spoken = {one.remote_id: one for one in wrote if not one.context}
        before = sum(one.sent_at < START + timedelta(minutes=minute) for one in spoken.values())
        counts = [member_cards.card(conn, me, one, 0).messages for one in (former, whole)]
        assert counts == [before + 1, len(spoken) - before + 1]
        assert conn.execute(select(member_link).where(member_link.c.since.is_not(None))).all()
    finally:
        transaction.rollback()
