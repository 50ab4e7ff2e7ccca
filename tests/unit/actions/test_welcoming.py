"""Newcomers: who is one, when they are welcomed, and that nobody is offered twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox_app.actions import members, triage, welcoming, writing
from inbox_app.contract.remote import MessageSeen
from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import AccountId, ColleagueId, MemberId
from inbox_app.domain.loyalty import DAY_MS, Rhythm, judge
from inbox_app.domain.members_list import ListedMember, Order, Wanted
from inbox_app.domain.questions import OpenQuestion
from inbox_app.domain.welcomes import Greeting, Newcomer
from inbox_app.domain.words import Kind
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import community, history, questions
from inbox_app.queries import members as ask
from inbox_app.queries import writing as written
from inbox_app.storage.creation import ME
from inbox_app.storage.rhythms import rhythms
from inbox_app.storage.store import Store
from tests.unit.ingest.tales import START, at, connect, ours, said

me = ColleagueId(ME)
EVER = 36_500
DAY = 24 * 60


@pytest.fixture
async def home(store: Store) -> AccountId:
    """Old is here from history; Maya, Tom and Zoe came after it."""
    account = await store.write(connect)
    told = [
        said("h", 0, by="old", history=True),
        said("h2", DAY, by="old"),
        said("a", 60, by="maya"),
        said("b", 120, by="tom", kind=Kind.DIRECT, keys=("talk",)),
        said("c", 180, by="zoe"),
        said("c2", 3 * DAY, by="zoe", parent="c"),
    ]
    await tell(store, account, *told)
    return account


async def tell(store: Store, account: AccountId, *events: MessageSeen) -> None:
    await store.write(lambda tx: ingest(tx, account, events))


async def offered(store: Store) -> list[str]:
    return [one.newcomer.member.name for one in await community.offered(store, EVER)]


async def of(store: Store, name: str) -> MemberId:
    (found,) = await community.listed(store, Wanted(words=name))
    return found


@pytest.mark.usefixtures("home")
async def test_those_who_came_after_history_are_offered_in_order(store: Store) -> None:
    found = await community.offered(store, EVER)
    assert [one.newcomer.member.name for one in found] == ["Maya", "Tom", "Zoe"]
    assert [one.newcomer.first.text for one in found] == ["text of a", "text of b", "text of c"]
    assert [one.newcomer.debut.spoke_again for one in found] == [False, False, True]


async def test_our_answer_welcomes_whom_it_answers_and_nobody_else(store: Store, home: AccountId) -> None:
    await tell(store, home, said("d", 190, by="ann", parent="c"), ours("w", 200, parent="c"))
    assert await offered(store) == ["Maya", "Tom", "Ann"]
    await tell(store, home, ours("x", 240, kind=Kind.DIRECT, keys=("talk",)))
    assert await offered(store) == ["Maya", "Ann"]
    figures = await community.welcomes(store, EVER)
    assert (figures.newcomers, figures.welcomed, figures.spoke_again) == (4, 2, 1)
    assert figures.hours == round((20 + 120) / 2 / 60, 1)


async def test_messages_each_below_the_other_are_followed_once(store: Store, home: AccountId) -> None:
    """A service may say so, or two that were edited; ours lies below both."""
    await tell(store, home, said("x", 300, by="ann", parent="y"), said("y", 301, by="bob", parent="x"))
    await tell(store, home, ours("w", 310, parent="x"))
    assert await offered(store) == ["Maya", "Tom", "Zoe"]


@pytest.mark.usefixtures("home")
async def test_nobody_is_offered_twice_and_undo_offers_again(store: Store) -> None:
    maya, tom = await of(store, "maya"), await of(store, "tom")
    await welcoming.greet(store, me, [maya])
    await welcoming.greet(store, me, [tom], Greeting.PASSED)
    assert await offered(store) == ["Zoe"]
    assert (await community.welcomes(store, EVER)).newcomers == 2
    await triage.undo(store, me)
    assert await offered(store) == ["Tom", "Zoe"]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("by_hand", [True, False])
async def test_at_two_desks_nobody_is_welcomed_twice(store: Store, by_hand: bool) -> None:
    maya, tom = [one.newcomer for one in await community.offered(store, EVER)][:2]
    if by_hand:
        await welcoming.greet(store, me, [maya.member.id], Greeting.PASSED)
    else:
        await welcoming.welcome(store, me, maya.member.id, welcome(maya))
    with pytest.raises(Refused):
        await welcoming.welcome(store, me, maya.member.id, welcome(maya))
    assert len(await written.outbox(store)) == (not by_hand)
    await welcoming.welcome(store, me, tom.member.id, welcome(tom))
    assert await offered(store) == ["Zoe"]


def welcome(one: Newcomer) -> writing.Answer:
    within, to = one.first.conversation, one.first.message
    return writing.Answer(within, "Welcome!", timedelta(minutes=1), to=to)


@pytest.mark.usefixtures("home")
async def test_somebody_linked_to_one_who_was_here_is_no_newcomer(store: Store) -> None:
    await members.link(store, me, await of(store, "old"), await of(store, "maya"))
    assert await offered(store) == ["Tom", "Zoe"]
    await welcoming.greet(store, me, [await of(store, "tom")])
    await members.link(store, me, await of(store, "zoe"), await of(store, "tom"))
    assert await offered(store) == []


@pytest.mark.usefixtures("home")
async def test_the_list_sorts_filters_and_labels_like_a_count_from_scratch(store: Store) -> None:
    names = [one.line.name for one in await rows(store, Wanted(order=Order.NAME, ascending=True))]
    assert names == ["Maya", "Old", "Tom", "Zoe"]
    assert [one.line.name for one in await rows(store, Wanted())] == ["Zoe", "Old", "Tom", "Maya"]
    busiest = await rows(store, Wanted(order=Order.MESSAGES))
    assert {one.line.name for one in busiest[:2]} == {"Old", "Zoe"}
    await members.retag(store, me, [await of(store, "maya")], put=["Friend"])
    await members.link(store, me, await of(store, "tom"), await of(store, "maya"))
    assert [one.line.name for one in await rows(store, Wanted(tag="friend"))] == ["Tom"]
    since = int((START + timedelta(days=2)).timestamp() * 1000)
    assert [one.line.name for one in await rows(store, Wanted(seen_since=since))] == ["Zoe"]
    assert {one.line.name for one in await rows(store, Wanted(silent_since=since))} == {"Old", "Tom"}
    today = store.now() // DAY_MS
    everybody = await rows(store, Wanted())
    (tom,) = [one for one in everybody if one.line.name == "Tom"]
    assert {kind for _channel, kind in tom.places} == {Kind.COMMENTS, Kind.DIRECT}, "where both were met"
    known = await store.read(rhythms)
    assert [one.label for one in everybody] == [judge(known[one.line.id], today) for one in everybody]
    for standing in {one.label.standing for one in everybody} - {None}:
        listed = await community.listed(store, Wanted(standing=standing))
        assert listed == tuple(one.line.id for one in everybody if one.label.standing is standing)


async def test_labels_do_not_depend_on_the_order_of_arrival(store: Store, home: AccountId) -> None:
    days = (40, 33, 26, 19, 12, 5)
    await tell(store, home, *(said(f"r{day}", day * DAY, by="rob") for day in days))
    rob = await of(store, "rob")
    known = (await store.read(rhythms))[rob]
    first = int(at(0).timestamp() * 1000) // DAY_MS
    assert known.days == tuple(first + day for day in sorted(days))


async def test_the_very_first_word_says_who_was_here_before_us(store: Store, home: AccountId) -> None:
    """Another account may have loaded what was said on the same day, before that word or after it."""
    await tell(store, home, said("n", 300, by="nia"), said("n2", 310, by="nia", history=True))
    await tell(store, home, said("k", 310, by="kai"), said("k2", 300, by="kai", history=True))
    known = await store.read(rhythms)
    assert [known[await of(store, name)].from_history for name in ("nia", "kai")] == [False, True]


async def rows(store: Store, wanted: Wanted) -> list[ListedMember]:
    return [*await community.rows(store, await community.listed(store, wanted))]


async def test_who_is_one_of_us_is_in_no_list_and_no_figure_of_members(store: Store, home: AccountId) -> None:
    await tell(store, home, said("q", 4 * DAY, by="tom", text="When does it open?"))
    await tell(store, home, said("q2", 4 * DAY + 5, by="zoe", parent="q", text="At six."))
    everybody = await figures(store)
    assert all(everybody), "none of this is nothing"
    assert await community.listed(store, Wanted(ours=True)) == ()
    for whom in everybody[0]:
        await members.count_as_ours(store, me, whom, ours=True)
        await members.count_as_ours(store, me, whom, ours=True)
    assert await figures(store) == ((), (), {}, (), ())
    assert set(await community.listed(store, Wanted(ours=True))) == set(everybody[0])
    card = await ask.card(store, me, everybody[0][0])
    assert card.is_ours
    assert card.handles
    past = await history.decisions(store)
    assert [(one.kind, one.members) for one in past] == [("ours", 1)] * len(past)
    await members.count_as_ours(store, me, everybody[0][0], ours=False)
    await triage.undo_each(store, [one.id for one in reversed(past)])
    await triage.undo(store, me)
    assert await figures(store) == everybody


async def figures(
    store: Store,
) -> tuple[tuple[MemberId, ...], tuple[Newcomer, ...], dict[MemberId, Rhythm], tuple[OpenQuestion, ...], object]:
    """Who is listed, who is new, every rhythm, the open questions, and who helps."""
    listed, new = await community.listed(store, Wanted()), await community.newcomers(store, EVER)
    asked = await questions.ledger(store, EVER)
    return listed, new, dict(await store.read(rhythms)), asked.open, asked.helpers
