"""Reminders: set, fired once, kept on top until they are dealt with, and each change taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from inbox_app.actions import members, reminders, triage
from inbox_app.domain.errors import NotFound, WrongUse
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, MemberId, ReminderId
from inbox_app.domain.reminders import About, Plan, ReminderKind, ReminderRow
from inbox_app.domain.words import State
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import inbox
from inbox_app.queries import reminders as questions
from inbox_app.storage import falling_due
from inbox_app.storage.colleagues import add_colleague
from inbox_app.storage.creation import ME
from inbox_app.storage.falling_due import Fired, end_snoozes, fire_reminders
from inbox_app.storage.schema import conversation, handle, reminder
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.unit.ingest.tales import connect, ours, said

me = ColleagueId(ME)
ROME = ZoneInfo("Europe/Rome")


def later(**span: float) -> datetime:
    return datetime.now(ROME).replace(microsecond=0) + timedelta(**span)


@pytest.fixture
async def home(store: Store) -> AccountId:
    """An account with a conversation that we answered, and two more."""
    account = await store.write(connect)
    tale = (said("a", 1), ours("b", 2, parent="a"), said("c", 3), said("d", 4, by="ben"))
    await store.write(lambda tx: ingest(tx, account, tale))
    return account


async def answered(store: Store) -> ConversationId:
    return next(row.id for row in (await inbox.conversation_page(store, me)).rows if row.state is State.WAITING)


async def set_one(store: Store, about: About, **more: object) -> ReminderId:
    plan = Plan(**{"due": later(days=3), "text": "Call", **more})  # type: ignore[arg-type]
    (made,) = await reminders.remind(store, me, [about], plan)
    return made


def at(moment: datetime, work: Callable[[Tx], tuple[Fired, ...]] = fire_reminders) -> Callable[[Tx], tuple[Fired, ...]]:
    """Do this as if it were then."""

    def then(tx: Tx) -> tuple[Fired, ...]:
        tx.now = int(moment.timestamp() * 1000)
        return work(tx)

    return then


async def listed(store: Store, about: About = questions.EVERYTHING) -> tuple[ReminderRow, ...]:
    return await questions.every(store, me, about=about)


@pytest.mark.usefixtures("home")
async def test_it_fires_once_and_stays_on_top_until_it_is_dealt_with(store: Store) -> None:
    waiting = await answered(store)
    made = await set_one(store, About(waiting))
    ids = await inbox.conversation_ids(store, me)
    assert ids[0] != waiting
    assert await store.write(at(later(days=2))) == ()
    (fired,) = await store.write(at(later(days=3, seconds=30)))
    assert (fired.id, fired.conversation, fired.text, fired.late, fired.owner) == (made, waiting, "Call", False, me)
    assert await store.write(at(later(days=9))) == ()
    assert (await inbox.conversation_ids(store, me))[0] == waiting
    (row,) = await inbox.conversation_rows(store, me, [waiting])
    assert (row.state, row.is_due, row.is_late) == (State.OPEN, True, False)
    counts = await inbox.sidebar_counts(store, me)
    assert (counts.reminders, counts.reminders_due) == (1, 1)
    await reminders.finish(store, me, [made])
    (row,) = await inbox.conversation_rows(store, me, [waiting])
    assert (row.state, row.is_due, row.reminder) == (State.WAITING, False, None)
    assert await inbox.conversation_ids(store, me) == ids
    assert await inbox.wrong_counts(store) == 0


@pytest.mark.usefixtures("home")
async def test_what_fell_due_in_sleep_fires_late(store: Store) -> None:
    waiting = await answered(store)
    await set_one(store, About(waiting))
    (fired,) = await store.write(at(later(days=4)))
    assert fired.late
    (row,) = await inbox.conversation_rows(store, me, [waiting])
    assert row.is_late
    (shown,) = await questions.every(store, me, due=True)
    assert (shown.late, shown.is_due, shown.zone, shown.who) == (True, True, "Europe/Rome", "Maya")


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("decide", [triage.finish, partial(triage.snooze, until=datetime(2090, 1, 1, tzinfo=UTC))])
async def test_a_decision_about_the_conversation_deals_with_what_fired(
    store: Store, decide: Callable[..., object]
) -> None:
    waiting = await answered(store)
    made = await set_one(store, About(waiting))
    still = await set_one(store, About(waiting), due=later(days=30))
    await store.write(at(later(days=3, seconds=5)))
    await decide(store, me, [waiting])  # type: ignore[misc]
    assert [row.id for row in await listed(store)] == [still]
    await triage.undo(store, me)
    assert [(row.id, row.is_due) for row in await listed(store)] == [(made, True), (still, False)]
    assert (await inbox.conversation_ids(store, me))[0] == waiting


@pytest.mark.usefixtures("home")
async def test_what_fired_for_us_is_dealt_with_though_a_colleague_was_done_before(store: Store) -> None:
    waiting = await answered(store)
    await set_one(store, About(waiting))
    await store.write(at(later(days=3, seconds=5)))
    await triage.finish(store, ColleagueId("noor"), [waiting])
    assert len(await listed(store)) == 1
    assert await triage.finish(store, me, [waiting]) == (waiting,)
    assert await listed(store) == ()


@pytest.mark.usefixtures("home")
async def test_moving_puts_it_off_and_each_change_is_taken_back(store: Store) -> None:
    waiting = await answered(store)
    made = await set_one(store, About(waiting))
    await store.write(at(later(days=3, seconds=5)))
    before = (await listed(store), await inbox.conversation_ids(store, me))
    await reminders.move(store, me, made, Plan(later(days=7), "Write"))
    (row,) = await listed(store)
    assert (row.text, row.is_due, row.fired_at) == ("Write", False, None)
    assert (await inbox.conversation_rows(store, me, [waiting]))[0].state is State.WAITING
    await triage.undo(store, me)
    assert (await listed(store), await inbox.conversation_ids(store, me)) == before
    for _pressed_twice in range(2):
        await reminders.finish(store, me, [made])
    await triage.undo(store, me)
    assert (await listed(store), await inbox.conversation_ids(store, me)) == before
    await triage.undo(store, me)
    assert await listed(store) == ()


async def test_silence_ends_with_what_arrives_after_it_was_set(store: Store, home: AccountId) -> None:
    waiting = await answered(store)
    silent = await set_one(store, About(waiting), if_no_reply=True)
    always = await set_one(store, About(waiting))
    assert await store.write(falling_due.end_answered) == ()
    await store.write(lambda tx: ingest(tx, home, [ours("e", 9, parent="a")]))
    assert await store.write(falling_due.end_answered) == (), "an answer of ours is no answer"
    # Dated before the reminder, arrived after it.
    on_its_way = datetime.now(UTC) - timedelta(minutes=5)
    await store.write(lambda tx: ingest(tx, home, [said("f", 0, parent="a", sent_at=on_its_way)]))
    assert await store.read(falling_due.some_answered)
    (fired,) = await store.write(at(later(days=3, seconds=5)))
    assert fired.id == always
    assert [row.id for row in await listed(store)] == [always]
    assert (await questions.one(store, me, silent)).done_at is not None


async def test_what_was_heard_before_it_was_set_is_no_answer(store: Store, home: AccountId) -> None:
    waiting = await answered(store)
    lately = datetime.now(UTC) - timedelta(minutes=5)
    await store.write(lambda tx: ingest(tx, home, [said("f", 0, parent="a", sent_at=lately)]))
    made = await set_one(store, About(waiting), if_no_reply=True)
    assert await store.write(falling_due.end_answered) == ()
    (fired,) = await store.write(at(later(days=3, seconds=5)))
    assert fired.id == made


async def test_history_that_is_loaded_later_is_no_answer(store: Store, home: AccountId) -> None:
    waiting = await answered(store)
    await set_one(store, About(waiting), if_no_reply=True)
    old = datetime.now(UTC) - timedelta(minutes=5)
    await store.write(lambda tx: ingest(tx, home, [said("f", 0, parent="a", sent_at=old, history=True)]))
    assert not await store.read(falling_due.some_answered)


async def test_silence_of_a_member_ends_with_their_word_anywhere(store: Store, home: AccountId) -> None:
    maya = select(handle.c.member).where(handle.c.name == "Maya")
    about = About(member=MemberId(await store.read(lambda conn: conn.execute(maya).scalar_one())))
    made = await set_one(store, about, if_no_reply=True)
    now = datetime.now(UTC) + timedelta(seconds=1)
    await store.write(lambda tx: ingest(tx, home, [said("x", 0, by="ben", sent_at=now)]))
    assert await store.write(falling_due.end_answered) == ()
    await store.write(lambda tx: ingest(tx, home, [said("y", 0, by="maya", sent_at=now)]))
    assert await store.write(falling_due.end_answered) == (made,)


async def test_one_about_somebody_who_was_linked_is_about_the_person(store: Store, home: AccountId) -> None:
    named = select(handle.c.member).where(handle.c.member.is_not(None)).order_by(handle.c.name)
    ben, maya = await store.read(lambda conn: conn.execute(named).scalars().all())
    silent = await set_one(store, About(member=ben), if_no_reply=True)
    always = await set_one(store, About(member=ben))
    await members.link(store, me, maya, ben)
    assert {row.id for row in await listed(store, About(member=maya))} == {silent, always}
    now = datetime.now(UTC) + timedelta(seconds=1)
    await store.write(lambda tx: ingest(tx, home, [said("x", 0, by="ben", sent_at=now)]))
    assert await store.write(falling_due.end_answered) == (silent,)
    await triage.undo(store, me)
    assert await listed(store, About(member=maya)) == ()
    assert [row.id for row in await listed(store, About(member=ben))] == [always]


@pytest.mark.usefixtures("home")
async def test_an_hour_that_summer_time_leaves_out_moves_no_later_one(store: Store) -> None:
    """In Nuuk the clock goes from 23:00 on Saturday to midnight: what was for 23:30 comes on Sunday at 0:30."""
    nuuk, rule = ZoneInfo("America/Nuuk"), "FREQ=DAILY;INTERVAL=2;BYHOUR=23;BYMINUTE=30"
    left_out = datetime(2027, 3, 27, 23, 30, tzinfo=nuuk).replace(tzinfo=None)
    sunday = datetime(2027, 3, 28, 0, 30, tzinfo=nuuk)
    assert left_out.replace(tzinfo=nuuk).astimezone(UTC) == sunday.astimezone(UTC)
    await set_one(store, About(await answered(store)), due=sunday, rule=rule, wall=left_out)
    (row,) = await listed(store)
    assert [one.wall.day for one in row.next_times] == [27, 29, 31]
    await store.write(at(sunday + timedelta(minutes=1)))
    _due, waits = await listed(store)
    assert waits.due_at == datetime(2027, 3, 29, 23, 30, tzinfo=nuuk)


@pytest.mark.usefixtures("home")
async def test_one_that_repeats_sets_the_next_as_it_fires_and_stands_for_those_before_it(store: Store) -> None:
    waiting = await answered(store)
    rule = "FREQ=DAILY;BYHOUR=9;BYMINUTE=0"
    begin = later(days=3).replace(hour=9, minute=0, second=0)
    made = await set_one(store, About(waiting), due=begin, rule=rule)
    (row,) = await listed(store)
    assert row.kind is ReminderKind.RECURRING
    assert [one.wall.day for one in row.next_times] == [(begin + timedelta(days=n)).day for n in range(3)]
    fired = await store.write(at(begin + timedelta(days=2, hours=1)))
    assert [(one.late, one.due_at) for one in fired] == [
        (True, int((begin + timedelta(days=n)).timestamp() * 1000)) for n in range(3)
    ]
    due, waits = await listed(store)
    assert (due.is_due, due.due_at, waits.is_due, waits.due_at) == (
        True, begin + timedelta(days=2), False, begin + timedelta(days=3),
    )  # fmt: skip
    await reminders.finish(store, me, [due.id])
    assert [row.id for row in await listed(store)] == [waits.id]
    await reminders.finish(store, me, [waits.id])
    assert await store.write(at(begin + timedelta(days=9))) == ()
    for _ in range(2):
        await triage.undo(store, me)
    assert len(await listed(store)) == 2
    await triage.undo(store, me)
    left = select(reminder.c.id).where(reminder.c.done_at.is_(None))
    assert await store.read(lambda conn: conn.execute(left).all()) == []
    assert made not in [row.id for row in await listed(store)]


@pytest.mark.usefixtures("home")
async def test_reminders_are_ones_own(store: Store) -> None:
    waiting = await answered(store)
    anna = await store.write(lambda tx: add_colleague(tx, "Anna"))
    (hers,) = await reminders.remind(store, anna, [About(waiting)], Plan(later(days=3)))
    assert await listed(store) == ()
    await store.write(at(later(days=3, seconds=5)))
    assert (await inbox.conversation_rows(store, me, [waiting]))[0].reminder is None
    assert (await inbox.conversation_rows(store, anna, [waiting]))[0].is_due
    with pytest.raises(NotFound):
        await reminders.finish(store, me, [hers])
    await triage.finish(store, me, [waiting])
    assert len(await questions.every(store, anna)) == 1


@pytest.mark.usefixtures("home")
async def test_what_cannot_be_set_is_refused(store: Store) -> None:
    with pytest.raises(WrongUse):
        await set_one(store, About(await answered(store)), due=later(minutes=-1))
    with pytest.raises(NotFound):
        await set_one(store, About(ConversationId("nobody")))
    with pytest.raises(NotFound):
        await set_one(store, About(member=MemberId("nobody")))
    assert await listed(store) == ()


@pytest.mark.usefixtures("home")
async def test_a_snooze_that_ends_is_no_reminder(store: Store) -> None:
    waiting = await answered(store)
    await store.write(
        lambda tx: tx.conn.execute(
            update(conversation).where(conversation.c.id == waiting).values(state="snoozed", snoozed_until=1)
        )
    )
    assert await store.write(end_snoozes) == (waiting,)
    assert not (await inbox.conversation_rows(store, me, [waiting]))[0].is_due
