"""What the ledger knows of silence: a gap while nothing is heard, kept as closed once the service answers."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from inbox_app.domain.ids import AccountId
from inbox_app.domain.inbox import LedgerRow
from inbox_app.domain.timecode import from_ms
from inbox_app.domain.words import AccountState
from inbox_app.queries import accounts as queries
from inbox_app.storage import accounts, ledger
from inbox_app.storage.accounts import OurselvesThere
from inbox_app.storage.schema import account
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx

THREE_DAYS = int(timedelta(days=3).total_seconds() * 1000)


async def connected(store: Store, state: AccountState = AccountState.ACTIVE) -> AccountId:
    we = OurselvesThere("we@example.org", "we@example.org", "We", frozenset({"we@example.org"}), {})
    return await store.write(lambda tx: accounts.add(tx, "email", we, {}, state=state))


async def heard_last(store: Store, wanted: AccountId, ago: int) -> int:
    """Pretend that the last success was so long ago; when that was."""

    def work(tx: Tx) -> int:
        tx.conn.execute(update(account).where(account.c.id == wanted).values(last_success=tx.now - ago))
        return tx.now - ago

    return await store.write(work)


async def answer(store: Store, wanted: AccountId) -> None:
    """The service answers, as the runner writes it down."""

    def work(tx: Tx) -> None:
        ledger.end_silence(tx, wanted, accounts.get(tx.conn, wanted).last_success)
        accounts.note_success(tx, wanted, next_poll=None)

    await store.write(work)


async def line(store: Store) -> LedgerRow:
    (only,) = await queries.ledger(store)
    return only


async def test_three_days_of_silence_are_a_gap_that_closes_when_the_service_answers(store: Store) -> None:
    wanted = await connected(store)
    since = await heard_last(store, wanted, THREE_DAYS)
    (gap,) = (await line(store)).open_gaps
    assert (gap.is_silence, gap.since, gap.until, gap.can_close) == (True, from_ms(since), None, True)
    assert len((await line(store)).gaps) == 1, "the command says it too"
    await answer(store, wanted)
    after = await line(store)
    assert (after.open_gaps, after.gaps) == ((), ())
    (closed,) = after.closed_gaps
    assert (closed.is_silence, closed.since) == (True, from_ms(since))
    assert closed.closed_at is not None
    assert closed.until == closed.closed_at


async def test_the_pause_between_two_pulls_is_no_gap(store: Store) -> None:
    wanted = await connected(store)
    await heard_last(store, wanted, ledger.SILENCE_MS - 60_000)
    assert (await line(store)).open_gaps == ()
    await answer(store, wanted)
    assert (await line(store)).closed_gaps == ()


async def test_an_archive_is_silent_by_nature(store: Store) -> None:
    wanted = await connected(store, AccountState.ARCHIVE)
    await heard_last(store, wanted, THREE_DAYS)
    assert (await line(store)).open_gaps == ()


async def test_the_last_silence_takes_the_place_of_the_one_before(store: Store) -> None:
    wanted = await connected(store)
    for ago in (THREE_DAYS, 2 * THREE_DAYS):
        since = await heard_last(store, wanted, ago)
        await answer(store, wanted)
    (closed,) = (await line(store)).closed_gaps
    assert closed.since == from_ms(since)


async def test_what_the_service_lost_stays_open(store: Store) -> None:
    wanted = await connected(store)
    await answer(store, wanted)
    lost = ledger.Gap("lost", None, None, can_close=False, reason="The service keeps a day.")
    await store.write(lambda tx: ledger.find_gap(tx, wanted, lost))
    (gap,) = (await line(store)).open_gaps
    assert (gap.can_close, gap.is_silence, gap.reason) == (False, False, "The service keeps a day.")
