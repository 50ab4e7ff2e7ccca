"""Whatever is linked and taken apart again, with messages coming in between: histories are as if nothing had been."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from inbox_app.contract.remote import MessageSeen
from inbox_app.domain.ids import ColleagueId, HandleId, MemberId
from inbox_app.domain.people import Card, TimelineLine
from inbox_app.ingest.ingest import ingest
from inbox_app.storage import member_cards, timelines, undoing
from inbox_app.storage.creation import ME
from inbox_app.storage.linking import LINK, link, unlink
from inbox_app.storage.schema import handle, operation
from inbox_app.storage.transaction import Tx
from tests.unit.ingest.conftest import NOW, conn
from tests.unit.ingest.tales import connect, ours, said

__all__ = ["conn"]

me = ColleagueId(ME)
PEOPLE = ("ada", "bea", "cleo", "dora")


@dataclass(frozen=True)
class Step:
    """What happens next: messages, or a link of one to another (`pair`)."""

    told: tuple[MessageSeen, ...] = ()
    pair: tuple[str, str] | None = None


@st.composite
def lives(draw: st.DrawFn) -> tuple[Step, ...]:
    """Messages and links in any order; context and answers of ours among the messages."""
    steps, number = [], 0
    for _ in range(draw(st.integers(2, 8))):
        if draw(st.booleans()):
            steps.append(Step(pair=(draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(PEOPLE)))))
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


@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(steps=lives(), by_handle=st.booleans())
def test_link_and_unlink_give_equal_histories(conn: Connection, steps: tuple[Step, ...], by_handle: bool) -> None:
    transaction = conn.begin()
    try:
        plain = live(conn, [step for step in steps if step.told], by_handle=by_handle)
    finally:
        transaction.rollback()
    transaction = conn.begin()
    try:
        assert live(conn, steps, by_handle=by_handle) == plain
    finally:
        transaction.rollback()


def live(conn: Connection, steps: list[Step] | tuple[Step, ...], *, by_handle: bool) -> dict[str, object]:
    """Let it happen, take every link apart again, and tell each one's history."""
    tx = Tx(conn, NOW)
    home = connect(tx)
    ingest(tx, home, [said(f"hello {name}", number, by=name) for number, name in enumerate(PEOPLE)])
    for step in steps:
        ingest(tx, home, step.told)
        tx.now += 1
        if step.pair is not None:
            one, other = (whose(conn, name)[1] for name in step.pair)
            if one != other:
                link(tx, me, one, other, "")
                before = history(conn, one)
                assert history(conn, other) == before
    if by_handle:
        for name in PEOPLE:
            take_off(tx, whose(conn, name)[0])
    else:
        take_back_all(tx)
    return {name: unnamed(*history(conn, whose(conn, name)[1])) for name in PEOPLE}


def whose(conn: Connection, name: str) -> tuple[HandleId, MemberId]:
    row = conn.execute(select(handle).where(handle.c.remote_id == f"{name}@example.net")).one()
    return HandleId(row.id), MemberId(row.member)


def take_off(tx: Tx, wanted: HandleId) -> None:
    linked = [one for card in [member_cards.of_handle(tx.conn, wanted)] if card for one in _handles(tx.conn, card)]
    if (wanted, True) in linked:
        unlink(tx, me, wanted)


def _handles(conn: Connection, of: MemberId) -> list[tuple[HandleId, bool]]:
    return [(one.id, one.linked) for one in member_cards.card(conn, me, of, 0).handles]


def take_back_all(tx: Tx) -> None:
    done = select(operation.c.detail).where(operation.c.kind == LINK, operation.c.undone_at.is_(None))
    while tx.conn.execute(done.limit(1)).first() is not None:
        undoing.undo_last(tx, me)


def history(conn: Connection, of: MemberId) -> tuple[Card, tuple[TimelineLine, ...]]:
    card = member_cards.card(conn, me, of, 0)
    return card, timelines.timeline(conn, card.id, limit=1000).lines


def unnamed(card: Card, lines: tuple[TimelineLine, ...]) -> object:
    """A history without the random names that differ from one telling to the next."""
    counts = (card.name, card.messages, card.conversations, card.first_seen, card.last_seen, card.facts, card.notes)
    names = [(one.handle, one.linked, one.messages) for one in card.handles]
    said = [(line.message, line.said_at, line.text, line.deleted) for line in lines]
    return counts, names, said
