"""The kept counts of the sidebar are what counting the list's own rows says, whatever happened before."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from functools import partial
from itertools import count
from typing import Any, Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, func, insert, select, text, update

from inbox_app.contract.remote import Event, MessageGone, ReadElsewhere
from inbox_app.domain.errors import Refused
from inbox_app.domain.filters import All, By, Filter, Is
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId
from inbox_app.domain.inbox import SidebarCounts
from inbox_app.domain.timecode import to_ms
from inbox_app.domain.words import ActKind, Hat, Kind, OutboxState, State
from inbox_app.events import Bus
from inbox_app.ingest.ingest import ingest
from inbox_app.paths import WorkspaceAddress
from inbox_app.storage import accounts, falling_due, outbox, tallies, triage
from inbox_app.storage.conversations import count as count_listed
from inbox_app.storage.conversations import every_tag
from inbox_app.storage.opening import _open, open_database
from inbox_app.storage.postgres import PostgreSQLDatabase
from inbox_app.storage.schema import account, colleague, conversation, message, operation, tally
from inbox_app.storage.schema import outbox as outbox_table
from inbox_app.storage.store import wall_clock
from inbox_app.storage.transaction import Tx
from inbox_app.storage.undoing import last, undo_lot
from inbox_app.storage.writer import Writer
from tests.unit.ingest.tales import US, at, ours, said

ME, ADA = ColleagueId("me"), ColleagueId("ada")
NOW = to_ms(at(10_000))


class Step(Protocol):
    """Something that happens in a transaction, to one account."""

    def __call__(self, tx: Tx, of: AccountId) -> object: ...


_numbers = count()


class Desk:
    """A workspace with two colleagues, and its clock."""

    def __init__(self, address: WorkspaceAddress) -> None:
        self.now = NOW
        self.writer = Writer(open_database(address, create=True, now=NOW), Bus(), self.tick)
        self.writer.run(lambda tx: tx.conn.execute(insert(colleague).values(id=ADA, name="Ada", made_at=NOW)))

    def tick(self) -> int:
        self.now += 1
        return self.now


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    from inbox_app.paths import resolve_workspace
    from tests.stores import address_on

    if request.param == "sqlite":
        address = resolve_workspace(str(tmp_path_factory.mktemp("tallies") / "workspace"))
    else:
        cluster = request.getfixturevalue("shared_postgres")
        address = address_on(cluster, cluster.new_database())
    made = Desk(address)
    with closing(made.writer):
        yield made


def connect(tx: Tx) -> AccountId:
    we = accounts.OurselvesThere(f"brand{next(_numbers)}", US.handle, US.name, frozenset({US.handle}))
    return accounts.add(tx, "practice", we, {})


def remove(tx: Tx, of: AccountId) -> None:
    tx.conn.execute(delete(account).where(account.c.id == of))
    tx.conn.execute(delete(operation))


def shown(conn: Connection, of: AccountId) -> list[ConversationId]:
    found = select(conversation.c.id).where(conversation.c.account == of, conversation.c.merged_into.is_(None))
    return [ConversationId(one) for one in conn.execute(found.order_by(conversation.c.id)).scalars()]


def hear(*events: Event) -> Step:
    return lambda tx, of: ingest(tx, of, events)


def on_one(which: int, decide: Callable[[Tx, list[ConversationId]], object]) -> Step:
    def step(tx: Tx, of: AccountId) -> None:
        there = shown(tx.conn, of)
        if there:
            decide(tx, [there[which % len(there)]])

    return step


def answer(which: int) -> Step:
    def step(tx: Tx, of: AccountId) -> None:
        found = select(message.c.id).where(message.c.account == of, message.c.remote_id.is_not(None))
        targets = tx.conn.execute(found.order_by(message.c.id)).scalars().all()
        if targets:
            target = targets[which % len(targets)]
            outbox.queue(tx, outbox.Decision(of, ActKind.REPLY, ME, 0, target=target, text="Yes"))

    return step


def begin(tx: Tx, of: AccountId) -> None:
    outbox.queue(tx, outbox.Decision(of, ActKind.NEW, ME, 0, conversation_kind=Kind.MAIL, title="New", text="Hello"))


def on_act(which: int, do: Callable[[Tx, outbox.Outgoing], object]) -> Step:
    def step(tx: Tx, of: AccountId) -> None:
        found = select(outbox_table.c.id).where(outbox_table.c.account == of).order_by(outbox_table.c.decided_at)
        acts = tx.conn.execute(found).scalars().all()
        if acts:
            with suppress(Refused):
                do(tx, outbox.get(tx.conn, acts[which % len(acts)]))

    return step


def fail(tx: Tx, act: outbox.Outgoing) -> None:
    if claimed := outbox.claim(tx, act.id, b"", "desk"):
        outbox.settle_failed(tx, claimed, "No", "no")


def doubt(tx: Tx, act: outbox.Outgoing) -> None:
    if claimed := outbox.claim(tx, act.id, b"", "desk"):
        outbox.settle_unsure(tx, claimed, tx.now, "?")
        outbox.settle_unconfirmed(tx, outbox.get(tx.conn, act.id), "?")


def deliver(tx: Tx, act: outbox.Outgoing) -> None:
    outbox.settle_delivered(tx, act.id, outbox.Receipt(f"sent-{act.key}"))


@st.composite
def messages(draw: st.DrawFn) -> Step:
    number, parent = draw(st.integers(0, 9)), draw(st.none() | st.integers(0, 9))
    kind = draw(st.sampled_from((Kind.MAIL, Kind.COMMENTS, Kind.DIRECT)))
    names = tuple(f"m{one}" for one in (number, parent) if one is not None)
    more: dict[str, Any] = {
        "kind": kind,
        "parent": None if parent is None else f"m{parent}",
        "keys": ("chat",) if kind is Kind.DIRECT else tuple(dict.fromkeys(names)),
        "history": draw(st.integers(0, 3)) == 0,
    }
    tell = draw(st.sampled_from((said, said, said, ours)))
    return hear(tell(f"m{number}", draw(st.integers(0, 500)), **more))


def bridges() -> st.SearchStrategy[Step]:
    """Mails that show two conversations to be one."""
    first, number = st.integers(0, 3), st.integers(0, 9)

    def bridge(n: int, one: int, other: int) -> Step:
        return hear(said(f"b{n}", 600 + n, kind=Kind.MAIL, keys=(f"b{n}", f"m{one}", f"m{other}")))

    return st.builds(bridge, number, first, first)


def steps() -> st.SearchStrategy[Step]:
    which, who = st.integers(0, 5), st.sampled_from((ME, ADA))
    decisions: list[Callable[[int, ColleagueId], Step]] = [
        lambda n, me: on_one(n, lambda tx, ids: triage.finish(tx, me, ids)),
        lambda n, me: on_one(n, lambda tx, ids: triage.reopen(tx, me, ids)),
        lambda n, me: on_one(n, lambda tx, ids: triage.snooze(tx, me, ids, tx.now + 3, regardless=n % 2 == 0)),
        lambda n, me: on_one(n, lambda tx, ids: triage.wear(tx, me, ids, list(Hat)[n % 2])),
        lambda n, me: on_one(n, lambda tx, ids: triage.assign(tx, me, ids, me if n % 2 else None)),
        lambda n, me: on_one(n, lambda tx, ids: triage.mark_read(tx, me, ids)),
        lambda n, me: on_one(n, lambda tx, ids: triage.mark_unread(tx, me, ids)),
        lambda n, me: on_one(n, lambda tx, ids: triage.retag(tx, me, ids, [f"t{n % 3}"], [])),
        lambda n, me: on_one(n, lambda tx, ids: triage.retag(tx, me, ids, [], [f"t{n % 3}"])),
    ]
    return st.one_of(
        messages(),
        bridges(),
        st.builds(lambda n: hear(MessageGone(f"m{n}")), which),
        st.builds(lambda n: hear(ReadElsewhere(f"m{n}")), which),
        *(st.builds(decide, which, who) for decide in decisions),
        st.builds(answer, which),
        st.just(begin),
        st.builds(on_act, which, st.sampled_from((fail, doubt, deliver, lambda tx, act: outbox.undo(tx, act.id)))),
        st.just(lambda tx, of: falling_due.end_snoozes(tx)),
        st.builds(lambda me: lambda tx, of: undo_lot(tx, one := last(tx, me), one, 1), who),
    )


def counted_by_hand(conn: Connection, me: ColleagueId) -> SidebarCounts:
    """By the filters of the list and plain counting."""

    def many(*conditions: Filter) -> int:
        return count_listed(conn, me, All(conditions))

    def each(by: By, values: list[str]) -> dict[Any, int]:
        numbers = {one: many(opened, Is(by, (one,))) for one in values}
        return {one: number for one, number in numbers.items() if number}

    opened = Is(By.STATE, (State.OPEN,))
    states = {one: many(Is(By.STATE, (one.value,))) for one in (State.OPEN, State.WAITING, State.SNOOZED)}
    acts: dict[str, int] = dict(
        conn.execute(select(outbox_table.c.state, func.count()).group_by(outbox_table.c.state)).all()
    )
    return SidebarCounts(
        {one: number for one, number in states.items() if number},
        each(By.ACCOUNT, list(conn.execute(select(account.c.id)).scalars())),
        each(By.HAT, list(Hat)),
        each(By.TAG, [one.id for one in every_tag(conn)]),
        many(opened, Is(By.MINE)),
        many(opened, Is(By.UNREAD)),
        acts.get(OutboxState.QUEUED, 0) + acts.get(OutboxState.SENDING, 0),
        acts.get(OutboxState.UNCONFIRMED, 0) + acts.get(OutboxState.FAILED, 0),
    )


def check(tx: Tx) -> None:
    for me in (ME, ADA):
        assert tallies.sidebar_counts(tx.conn, me) == counted_by_hand(tx.conn, me)
    assert tallies.wrong_counts(tx.conn) == 0


BEGINNING = hear(*(said(f"m{n}", n, kind=Kind.MAIL, keys=(f"m{n}",)) for n in range(4)))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(told=st.lists(st.tuples(steps(), st.sampled_from((0, 0, 0, 1))), min_size=12, max_size=40))
def test_kept_counts_are_what_counting_says(desk: Desk, told: list[tuple[Step, int]]) -> None:
    run = desk.writer.run
    homes = run(connect), run(connect)
    run(partial(BEGINNING, of=homes[0]))
    for step, where in told:
        with suppress(Refused):
            run(partial(step, of=homes[where]))
        assert run(lambda tx: tallies.wrong_counts(tx.conn)) == 0
    run(check)
    for home in homes:
        run(partial(remove, of=home))
        run(check)


ALL_READ = on_one(0, lambda tx, ids: triage.mark_read(tx, ME, ids))
ALL_READ_BY_ADA = on_one(0, lambda tx, ids: triage.mark_read(tx, ADA, ids))
TALES: dict[str, tuple[Step, ...]] = {
    "an answer": (hear(said("1", 1)), hear(ours("2", 2, parent="1"))),
    "a deletion of what was answered and not read": (
        hear(said("1", 1), said("2", 2, parent="1"), said("3", 3, parent="1")),
        ALL_READ,
        ALL_READ_BY_ADA,
        hear(said("4", 4, parent="1")),
        hear(ours("5", 5, parent="4")),
        hear(MessageGone("4")),
    ),
}


@pytest.mark.parametrize("tale", TALES.values(), ids=TALES)
def test_each_step_of_a_tale_is_counted(desk: Desk, tale: tuple[Step, ...]) -> None:
    home = desk.writer.run(connect)
    for step in tale:
        desk.writer.run(partial(step, of=home))
        desk.writer.run(check)
    desk.writer.run(partial(remove, of=home))
    desk.writer.run(check)


def test_what_went_wrong_is_found_and_counted_anew(desk: Desk) -> None:
    run = desk.writer.run
    home = run(connect)
    run(lambda tx: ingest(tx, home, [said("1", 1), said("2", 2)]))
    right = run(lambda tx: tallies.sidebar_counts(tx.conn, ME))
    assert right.by_state == {State.OPEN: 2}
    run(lambda tx: tx.conn.execute(update(tally).where(tally.c.key == "state:open").values(number=7)))
    assert run(lambda tx: tallies.wrong_counts(tx.conn)) == 1
    run(tallies.recount)
    run(check)
    assert run(lambda tx: tallies.sidebar_counts(tx.conn, ME)) == right
    run(partial(remove, of=home))


@pytest.mark.server
def test_two_clients_that_change_one_conversation_correct_one_after_the_other(
    postgres_workspace: WorkspaceAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = Desk(postgres_workspace), Writer(_open(postgres_workspace, create=False), Bus(), wall_clock)
    home = one.writer.run(connect)
    one.writer.run(lambda tx: ingest(tx, home, [said("1", 1)]))
    ids = one.writer.run(lambda tx: shown(tx.conn, home))
    read: list[Future[object]] = []
    with ThreadPoolExecutor(1) as thread, closing(one.writer), closing(other):

        def read_meanwhile(database: PostgreSQLDatabase, conn: Connection, origin: str) -> None:
            if read:
                return
            read.append(thread.submit(other.run, lambda tx: triage.mark_read(tx, ME, ids)))
            deadline = time.monotonic() + 60
            while not read[0].done() and not conn.execute(text(_WAITING)).scalar():
                assert time.monotonic() < deadline

        monkeypatch.setattr(PostgreSQLDatabase, "announce", read_meanwhile)
        one.writer.run(lambda tx: triage.wear(tx, ME, ids, Hat.SOCIAL))
        read[0].result(60)
        one.writer.run(check)


_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()"
