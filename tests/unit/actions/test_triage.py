"""Decisions about conversations, and that each can be taken back to exactly what was before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from inbox_app.actions import colleagues, triage, writing
from inbox_app.actions.writing import Answer
from inbox_app.contract.remote import MessageGone, MessageSeen
from inbox_app.domain.errors import NotFound, Refused
from inbox_app.domain.filters import EVERYTHING, All, By, Is, Not
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, OutboxId
from inbox_app.domain.inbox import ConversationRow
from inbox_app.domain.words import Hat, State
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import history, inbox
from inbox_app.storage.creation import ME
from inbox_app.storage.falling_due import end_snoozes
from inbox_app.storage.recounting import recount
from inbox_app.storage.store import Store
from tests.unit.ingest.tales import connect, ours, said

me = ColleagueId(ME)
Decide = Callable[[Store, ColleagueId, list[ConversationId]], Awaitable[object]]


@pytest.fixture
async def home(store: Store) -> AccountId:
    """An account with two conversations: one that we answered, one that waits for us."""
    account = await store.write(connect)
    await tell(store, account, said("a", 1), ours("b", 2, parent="a"), said("c", 3), said("d", 4, parent="c"))
    return account


async def tell(store: Store, account: AccountId, *events: MessageSeen) -> None:
    await store.write(lambda tx: ingest(tx, account, events))


async def rows(store: Store) -> tuple[ConversationRow, ...]:
    return (await inbox.conversation_page(store, me)).rows


async def waiting_and_open(store: Store) -> tuple[ConversationId, ConversationId]:
    by_state = {row.state: row.id for row in await rows(store)}
    return by_state[State.WAITING], by_state[State.OPEN]


@pytest.mark.usefixtures("home")
async def test_done_is_done_until_something_new_arrives(store: Store, home: AccountId) -> None:
    _waiting, opened = await waiting_and_open(store)
    assert await triage.finish(store, me, [opened]) == (opened,)
    row = next(row for row in await rows(store) if row.id == opened)
    assert (row.state, row.needs_reply) == (State.DONE, 0)
    await tell(store, home, said("e", 9, parent="d"))
    row = next(row for row in await rows(store) if row.id == opened)
    assert (row.state, row.needs_reply) == (State.OPEN, 1)


@pytest.mark.usefixtures("home")
async def test_what_is_open_and_important_stands_on_top(store: Store, home: AccountId) -> None:
    _waiting, opened = await waiting_and_open(store)
    await tell(store, home, said("z", 50), ours("y", 51, parent="z"), said("x", 52))
    newest = (await inbox.conversation_ids(store, me))[0]
    assert newest != opened
    await triage.rank(store, me, [opened], important=True)
    assert (await inbox.conversation_ids(store, me))[:2] == [opened, newest]
    assert [row.is_important for row in await rows(store) if row.id == opened] == [True]
    await triage.finish(store, me, [opened])
    assert (await inbox.conversation_ids(store, me))[0] == newest


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    "decide",
    [
        triage.finish,
        triage.reopen,
        triage.mark_read,
        triage.mark_unread,
        lambda store, me, ids: triage.snooze(store, me, ids, datetime(2030, 1, 1, tzinfo=UTC)),
        lambda store, me, ids: triage.retag(store, me, ids, put=["Caffè", "vip"]),
        lambda store, me, ids: triage.wear(store, me, ids, Hat.SOCIAL),
        lambda store, me, ids: triage.assign(store, me, ids, me),
        lambda store, me, ids: triage.rank(store, me, ids, important=True),
    ],
)
async def test_every_decision_is_undone_to_what_was_before(store: Store, decide: Decide) -> None:
    both = list(await waiting_and_open(store))
    before = await rows(store)
    first = await decide(store, me, both[1:])
    decided = await history.decisions(store)
    assert first == (tuple(both[1:]) if decided else ())
    assert await decide(store, me, both[1:]) == (), "what is so already is not decided again"
    assert await history.decisions(store) == decided
    if decided:
        await triage.undo(store, me)
    assert await rows(store) == before


@pytest.mark.usefixtures("home")
async def test_only_what_was_otherwise_counts_as_changed(store: Store) -> None:
    waiting, opened = await waiting_and_open(store)
    await triage.finish(store, me, [opened])
    assert await triage.finish(store, me, [opened, waiting]) == (waiting,)
    assert await triage.finish_one(store, me, opened) is None
    await triage.undo(store, me)
    assert {row.id: row.state for row in await rows(store)} == {opened: State.DONE, waiting: State.WAITING}


@pytest.mark.usefixtures("home")
async def test_decisions_are_undone_one_after_the_other(store: Store) -> None:
    both = list(await waiting_and_open(store))
    states = [await rows(store)]
    for decide in (triage.finish, triage.mark_read, triage.reopen):
        await decide(store, me, both)
        states.append(await rows(store))
    for earlier in reversed(states[:-1]):
        await triage.undo(store, me)
        assert await rows(store) == earlier
    with pytest.raises(Refused):
        await triage.undo(store, me)


@pytest.mark.usefixtures("home")
async def test_a_dismissed_message_can_be_opened_again(store: Store) -> None:
    waiting, opened = await waiting_and_open(store)
    await triage.finish(store, me, [waiting, opened])
    assert {row.state for row in await rows(store)} == {State.DONE}
    await triage.reopen(store, me, [waiting, opened])
    assert {row.state for row in await rows(store)} == {State.OPEN}


async def answer(store: Store, wanted: ConversationId) -> OutboxId:
    return (await writing.reply(store, me, Answer(wanted, "Here you are", timedelta(hours=1)))).id


async def state(store: Store, wanted: ConversationId) -> State:
    return next(row.state for row in await rows(store) if row.id == wanted)


@pytest.mark.usefixtures("home")
async def test_undo_brings_no_work_back_that_was_answered_since(store: Store) -> None:
    _waiting, opened = await waiting_and_open(store)
    await triage.finish(store, me, [opened])
    await answer(store, opened)
    await triage.undo(store, me)
    row = next(row for row in await rows(store) if row.id == opened)
    assert (row.state, row.needs_reply) == (State.WAITING, 0), "the answer below the last comment answers both"


async def test_undo_brings_no_message_back_that_was_deleted_since(store: Store, home: AccountId) -> None:
    _waiting, opened = await waiting_and_open(store)
    await triage.finish(store, me, [opened])
    await store.write(lambda tx: ingest(tx, home, [MessageGone("c"), MessageGone("d")]))
    await triage.undo(store, me)
    assert (await state(store, opened)) is State.DONE


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("which", [0, 1])
async def test_what_was_opened_again_stays_open_when_its_answer_is_taken_back(store: Store, which: int) -> None:
    wanted = (await waiting_and_open(store))[which]
    await triage.finish(store, me, [wanted])
    await triage.reopen(store, me, [wanted])
    sent = await answer(store, wanted)
    await writing.undo(store, sent)
    assert await state(store, wanted) is State.OPEN


@pytest.mark.usefixtures("home")
async def test_what_was_done_and_then_snoozed_comes_back_too(store: Store) -> None:
    _waiting, opened = await waiting_and_open(store)
    await triage.finish(store, me, [opened])
    await triage.snooze(store, me, [opened], datetime(2001, 1, 1, tzinfo=UTC))
    await store.write(end_snoozes)
    assert await state(store, opened) is State.OPEN


async def test_what_is_snoozed_is_listed_by_its_end(store: Store, home: AccountId) -> None:
    await tell(store, home, *(said(one, 10 + place) for place, one in enumerate("uvwxyz")))
    days = {row.id: Random(row.id).randrange(20) for row in await rows(store)}
    for one, day in days.items():
        await triage.snooze(store, me, [one], datetime(2090, 1, 1 + day, tzinfo=UTC))
    asleep = All((Is(By.STATE, (State.SNOOZED,)), Not(Is(By.MINE))))
    wanted = sorted(days, key=lambda one: (days[one], one))
    assert await inbox.conversation_ids(store, me, asleep) == wanted
    paged: list[ConversationId] = []
    place = None
    while place is not None or not paged:
        page = await inbox.conversation_page(store, me, asleep, after=place, limit=3)
        paged, place = [*paged, *(row.id for row in page.rows)], page.next
    assert paged == wanted


@pytest.mark.usefixtures("home")
async def test_what_a_snooze_brought_back_stays_until_it_is_answered(store: Store) -> None:
    waiting, _opened = await waiting_and_open(store)
    await triage.snooze(store, me, [waiting], datetime(2001, 1, 1, tzinfo=UTC))
    assert await store.write(end_snoozes) == (waiting,)
    sent = await answer(store, waiting)
    assert await state(store, waiting) is State.WAITING
    await writing.undo(store, sent)
    assert await state(store, waiting) is State.OPEN


async def recounted(store: Store) -> tuple[ConversationRow, ...]:
    """The list after everything was counted anew from messages and decisions."""
    ids = await inbox.conversation_ids(store, me)
    await store.write(lambda tx: recount(tx, ids))
    return await rows(store)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("seed", range(6))
async def test_whatever_is_decided_and_taken_back_the_list_is_what_counting_anew_gives(
    store: Store, home: AccountId, seed: int
) -> None:
    chance = Random(seed)
    sent: list[OutboxId] = []
    for step in range(14):
        wanted = chance.choice(await inbox.conversation_ids(store, me))
        match chance.choice(["finish", "reopen", "snooze", "wake", "answer", "take back", "undo", "news"]):
            case "finish":
                await triage.finish(store, me, [wanted])
            case "reopen":
                await triage.reopen(store, me, [wanted])
            case "snooze":
                await triage.snooze(store, me, [wanted], datetime(2001, 1, 1, tzinfo=UTC))
            case "wake":
                await store.write(end_snoozes)
            case "answer":
                sent.append(await answer(store, wanted))
            case "take back" if sent:
                await writing.undo(store, sent.pop(chance.randrange(len(sent))))
            case "undo":
                with suppress(Refused):
                    await triage.undo(store, me)
            case _:
                await tell(store, home, said(f"n{step}", 10 + step, parent=chance.choice("abcd")))
        assert await rows(store) == await recounted(store)


@pytest.mark.usefixtures("home")
async def test_what_a_colleague_has_not_read_may_be_unread_for_me_too(store: Store) -> None:
    _waiting, opened = await waiting_and_open(store)
    noor = await colleagues.add(store, "Noor")
    await triage.mark_read(store, me, [opened])
    await triage.mark_unread(store, noor, [opened])
    await triage.mark_unread(store, me, [opened])
    assert next(row.unread for row in await rows(store) if row.id == opened) == 1


@pytest.mark.usefixtures("home")
async def test_tags_are_put_once_whatever_their_case_and_taken_off(store: Store) -> None:
    _waiting, opened = await waiting_and_open(store)
    await triage.retag(store, me, [opened], put=["Shipping"])
    await triage.retag(store, me, [opened], put=["shipping", "praise"])
    tagged = await inbox.conversation_page(store, me, Is(By.TAG, ("Shipping",)))
    assert [[tag.name for tag in row.tags] for row in tagged.rows] == [["Shipping", "praise"]]
    await triage.retag(store, me, [opened], take=["SHIPPING"])
    assert (await inbox.conversation_page(store, me, Is(By.TAG, ("Shipping",)))).rows == ()


@pytest.mark.usefixtures("home")
async def test_a_tag_made_for_conversations_goes_with_its_decision_unless_another_uses_it(store: Store) -> None:
    waiting, opened = await waiting_and_open(store)
    await triage.retag(store, me, [opened], put=["Shipping"])
    await triage.undo(store, me)
    assert await inbox.tags(store) == ()
    await triage.retag(store, me, [opened], put=["Shipping"])
    first = (await history.decisions(store))[0].id
    await triage.retag(store, me, [waiting], put=["Shipping"])
    await triage.undo_one(store, first)
    assert [one.name for one in await inbox.tags(store)] == ["Shipping"]


@pytest.mark.usefixtures("home")
async def test_an_unknown_conversation_changes_nothing(store: Store) -> None:
    _waiting, opened = await waiting_and_open(store)
    before = await rows(store)
    with pytest.raises(NotFound):
        await triage.finish(store, me, [opened, ConversationId("nowhere")])
    assert await rows(store) == before


@pytest.mark.usefixtures("home")
async def test_counts_follow_decisions(store: Store, home: AccountId) -> None:
    waiting, opened = await waiting_and_open(store)
    counts = await inbox.sidebar_counts(store, me)
    assert counts.by_state == {State.OPEN: 1, State.WAITING: 1}
    assert counts.open_by_account == {home: 1}
    assert counts.unread == 1, "one conversation, though two of its messages are unread"
    await triage.finish(store, me, [waiting, opened])
    await triage.mark_read(store, me, [opened])
    counts = await inbox.sidebar_counts(store, me)
    assert (counts.by_state, counts.unread) == ({}, 0)


@pytest.mark.usefixtures("home")
async def test_filters_select_and_count_alike(store: Store, home: AccountId) -> None:
    _waiting, opened = await waiting_and_open(store)
    for chosen, expected in (
        (EVERYTHING, 2),
        (Is(By.STATE, ("open", "waiting")), 2),
        (All((Is(By.STATE, ("open",)), Is(By.ACCOUNT, (home,)))), 1),
        (Not(Is(By.STATE, ("open",))), 1),
        (Is(By.UNREAD), 2),
        (Is(By.MINE), 0),
        (Not(Is(By.MINE)), 2),
        (Not(Is(By.POST, ("none",))), 2),
        (Is(By.KIND, ("mail",)), 0),
    ):
        assert len((await inbox.conversation_page(store, me, chosen)).rows) == expected
        assert await inbox.count(store, me, chosen) == expected
        assert len(await inbox.conversation_ids(store, me, chosen)) == expected
    assert (await inbox.conversation_ids(store, me, Is(By.STATE, ("open",)))) == [opened]


async def test_pages_follow_each_other_without_gap_or_double(store: Store) -> None:
    account = await store.write(connect)
    await tell(store, account, *(said(f"m{number}", number) for number in range(23)))
    seen: list[ConversationId] = []
    page = await inbox.conversation_page(store, me, limit=5)
    while True:
        seen += [row.id for row in page.rows]
        if page.next is None:
            break
        page = await inbox.conversation_page(store, me, after=page.next, limit=5)
    assert seen == await inbox.conversation_ids(store, me)
    assert len(set(seen)) == 23


@pytest.mark.usefixtures("home")
async def test_a_thread_nests_answers_under_what_they_answer(store: Store) -> None:
    _waiting, opened = await waiting_and_open(store)
    thread = await inbox.thread(store, me, opened)
    assert [(message.remote_id, message.depth) for message in thread.messages] == [("c", 0), ("d", 1)]
    assert thread.messages[1].parent == thread.messages[0].id
    assert not thread.earlier
    short = await inbox.thread(store, me, opened, limit=1)
    assert [message.remote_id for message in short.messages] == ["c", "d"]
