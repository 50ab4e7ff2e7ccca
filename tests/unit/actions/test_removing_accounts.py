"""Removing an account: what waits to be sent is marked as not sent, in sight, and nobody takes it along by mistake."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from inbox_app.actions import accounts as actions
from inbox_app.actions import emptying, triage, writing
from inbox_app.actions.writing import Answer
from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import AccountId, ColleagueId
from inbox_app.domain.inbox import OutboxRow
from inbox_app.domain.words import AccountState, Action, OutboxState, State
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import inbox
from inbox_app.queries import writing as written
from inbox_app.storage import accounts, outbox
from inbox_app.storage.accounts import OurselvesThere
from inbox_app.storage.creation import ME
from inbox_app.storage.outbox import Resolution
from inbox_app.storage.store import Store
from tests.unit.ingest.tales import connect, said

me = ColleagueId(ME)


@pytest.fixture
async def account(store: Store) -> AccountId:
    added: AccountId = await store.write(connect)
    await store.write(lambda tx: ingest(tx, added, [said("a", 1), said("b", 2), said("c", 3)]))
    return added


async def answer_all(store: Store) -> list[OutboxRow]:
    rows = (await inbox.conversation_page(store, me)).rows
    return [await writing.reply(store, me, Answer(row.id, "Thanks", timedelta(0))) for row in rows]


async def live(store: Store) -> dict[str, OutboxRow]:
    return {row.id: row for row in await written.outbox(store, settled=False)}


async def test_what_waited_was_not_sent_and_what_is_in_doubt_waits_for_a_person(
    store: Store, account: AccountId
) -> None:
    waits, doubted, leaves = await answer_all(store)
    for one in (doubted, leaves):
        assert await store.write(partial(outbox.claim, wanted=one.id, frozen=b"wire", claimed_by="desk")) is not None
    for remove in (actions.stop_sending(store, account), actions.set_state(store, account, AccountState.REMOVED)):
        with pytest.raises(Refused, match="is being sent"):
            await remove
    await store.write(lambda tx: outbox.doubt_the_interrupted(tx, account))
    await actions.stop_sending(store, account)
    assert "paused" in (await live(store))[waits.id].held_up
    await actions.set_state(store, account, AccountState.REMOVED)
    now = await live(store)
    assert now[waits.id].state is OutboxState.FAILED
    assert "was removed from Portavoce before this left" in now[waits.id].error
    assert {now[one.id].state for one in (doubted, leaves)} == {OutboxState.UNCONFIRMED}
    with pytest.raises(Refused, match="no longer connected"):
        await writing.resolve(store, waits.id, Resolution.AGAIN)
    assert (await live(store))[waits.id].state is OutboxState.FAILED


async def test_nobody_writes_an_answer_that_nobody_can_send(sqlite_store: Store) -> None:
    account = await sqlite_store.write(connect)
    await sqlite_store.write(lambda tx: ingest(tx, account, [said("a", 1)]))
    (row,) = (await inbox.conversation_page(sqlite_store, me)).rows
    await actions.set_state(sqlite_store, account, AccountState.REMOVED)
    thread = await inbox.thread(sqlite_store, me, row.id)
    for abilities in (thread.abilities, thread.messages[0].abilities):
        assert not abilities.of(Action.REPLY).possible
        assert "no longer connected" in abilities.of(Action.REPLY).reason


async def test_what_was_open_there_is_done_and_can_be_taken_back(store: Store, account: AccountId) -> None:
    we = OurselvesThere("we2", "@other@example.org", "Other", frozenset())
    other = await store.write(lambda tx: accounts.add(tx, "practice", we, {}))
    await store.write(lambda tx: ingest(tx, other, [said("z", 9)]))
    later, *_rest = [row for row in (await inbox.conversation_page(store, me)).rows if row.account == account]
    await triage.snooze(store, me, [later.id], datetime(2030, 1, 1, tzinfo=UTC))
    await actions.set_state(store, account, AccountState.REMOVED)
    await actions.finish_left_open(store, me, account)
    rows = (await inbox.conversation_page(store, me)).rows
    assert {(row.account, row.state) for row in rows} == {(account, State.DONE), (other, State.OPEN)}
    await triage.undo(store, me)
    back = (await inbox.conversation_page(store, me)).rows
    assert {row.state for row in back if row.account == account} == {State.OPEN, State.SNOOZED}


async def test_the_history_goes_though_something_of_it_is_in_doubt(store: Store, account: AccountId) -> None:
    one, *_others = await answer_all(store)
    await store.write(lambda tx: outbox.claim(tx, one.id, b"wire", "desk"))
    await store.write(lambda tx: outbox.doubt_the_interrupted(tx, account))
    await emptying.begin(store, account)


@pytest.mark.parametrize("state", [AccountState.PAUSED, AccountState.ACTIVE])
async def test_a_removed_account_comes_back_by_a_sign_in_alone(
    store: Store, account: AccountId, state: AccountState
) -> None:
    await actions.set_state(store, account, AccountState.REMOVED)
    with pytest.raises(Refused, match="Sign in to it again"):
        await actions.set_state(store, account, state)
