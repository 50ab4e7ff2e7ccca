"""Saved lists of members: what they hold moves with the days, and every deed on them can be taken back."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from functools import partial

import pytest

from inbox_app.actions import saved_lists, triage
from inbox_app.contract.remote import MessageSeen
from inbox_app.domain.errors import NotFound, Refused, WrongUse
from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.loyalty import DAY_MS, Standing
from inbox_app.domain.members_list import Order
from inbox_app.domain.saved_lists import Choice, from_json, to_json
from inbox_app.events import Bus
from inbox_app.ingest.ingest import ingest
from inbox_app.paths import WorkspaceAddress
from inbox_app.queries import community, history
from inbox_app.storage.colleagues import add_colleague
from inbox_app.storage.creation import ME
from inbox_app.storage.store import Store
from inbox_app.storage.workspace import read_shared_settings, write_shared_setting
from tests.unit.ingest.tales import START, connect, said

me = ColleagueId(ME)
DAY = 24 * 60
BUSY, QUIET = Choice(seen_days=2, order=Order.NAME), Choice(silent_days=2, words="o")


def ago(store: Store, days: float, name: str) -> MessageSeen:
    """Something that somebody said so many days ago."""
    since = store.now() / 60_000 - START.timestamp() / 60
    return said(f"{name}{days}", since - days * DAY, by=name)


@pytest.fixture
async def home(store: Store) -> None:
    """Tom speaks every day since he came, Zoe spoke yesterday, Old spoke long ago."""
    account = await store.write(connect)
    tale = [*(ago(store, day, "tom") for day in (5, 4, 3, 2, 1)), ago(store, 1, "zoe"), ago(store, 60, "old")]
    await store.write(lambda tx: ingest(tx, account, tale))


@pytest.mark.usefixtures("home")
async def test_a_list_holds_whoever_fits_on_the_day_it_is_asked(store: Store) -> None:
    for name, choice in (
        ("Busy", BUSY),
        ("Quiet", QUIET),
        ("New", Choice(standing=Standing.NEWCOMER)),
        ("Promising", Choice(standing=Standing.PROMISING)),
        ("Zoe", Choice(standing=Standing.NEWCOMER, words="zoe")),
    ):
        await saved_lists.save(store, me, name, choice)
    lists = await community.lists(store)
    assert [one.name for one in lists] == ["Busy", "New", "Promising", "Quiet", "Zoe"], "by name"
    counts = await community.counts(store, lists)
    assert dict(zip((one.name for one in lists), counts, strict=True)) == {
        "Busy": 2,
        "New": 2,
        "Promising": 1,
        "Quiet": 1,
        "Zoe": 1,
    }
    for one, count in zip(lists, counts, strict=True):
        assert one.choice is not None
        assert len(await community.listed(store, one.choice.at(store.now()))) == count, "as the page lists them"
    busy = (await community.list_named(store, "busy")).choice
    assert busy is not None
    assert len(await community.listed(store, busy.at(store.now() + 3 * DAY_MS))) == 0, "in three days nobody is"


async def test_saved_again_renamed_and_removed_each_is_taken_back(store: Store) -> None:
    first, nothing = await saved_lists.save(store, me, " To   thank ", BUSY)
    assert (first.name, nothing) == ("To thank", None)
    again, before = await saved_lists.save(store, me, "to THANK", QUIET)
    assert (again.id, before) == (first.id, first)
    await triage.undo(store, me)
    assert await community.lists(store) == (first,)
    renamed = await saved_lists.rename(store, me, "to thank", "Thanked")
    assert renamed == replace(first, name="Thanked")
    await saved_lists.remove(store, me, first.id)
    assert await community.lists(store) == ()
    past = (await history.decisions(store))[0]
    assert (past.called, past.title) == ("List of members changed", "Thanked")
    await triage.undo(store, me)
    assert await community.lists(store) == (renamed,)
    await triage.undo(store, me)
    await triage.undo(store, me)
    assert await community.lists(store) == ()


async def test_what_a_colleague_saved_since_stays_when_an_earlier_deed_is_taken_back(store: Store) -> None:
    anna = await store.write(lambda tx: add_colleague(tx, "Anna"))
    first, _nothing = await saved_lists.save(store, me, "Ours", BUSY)
    changed, _before = await saved_lists.save(store, anna, "Ours", QUIET)
    await triage.undo(store, me)
    assert await community.lists(store) == (changed,)
    await triage.undo(store, anna)
    assert await community.lists(store) == (), "as before both"
    gone, _before = await saved_lists.save(store, me, "One", BUSY)
    await saved_lists.remove(store, me, "One")
    other, _before = await saved_lists.save(store, anna, "one", QUIET)
    await triage.undo(store, me)
    assert await community.lists(store) == (other, replace(gone, name="One (2)")), "back, and nobody's is lost"
    assert first.id != gone.id


async def test_no_list_takes_the_name_of_another_and_what_is_not_there_is_said(store: Store) -> None:
    await saved_lists.save(store, me, "one", QUIET)
    await saved_lists.save(store, me, "Two", BUSY)
    with pytest.raises(WrongUse, match="another list"):
        await saved_lists.rename(store, me, "two", "ONE")
    with pytest.raises(WrongUse, match="a name"):
        await saved_lists.save(store, me, "  ", BUSY)
    with pytest.raises(NotFound, match="Three"):
        await saved_lists.remove(store, me, "Three")
    assert [one.name for one in await community.lists(store)] == ["one", "Two"]


async def test_of_two_desks_that_save_one_name_the_second_is_told_and_what_holds_the_same_is_offered(
    store: Store,
) -> None:
    known = await community.lists(store)
    mine, _nothing = await saved_lists.save(store, me, "Busy", BUSY, known=known)
    with pytest.raises(Refused, match="A colleague saved a list “Busy”"):
        await saved_lists.save(store, me, "busy", QUIET, known=known)
    with pytest.raises(Refused, match="The list “Busy” holds the same"):
        await saved_lists.save(store, me, "Often here", BUSY, known=known)
    assert await community.lists(store) == (mine,)
    now, before = await saved_lists.save(store, me, "busy", QUIET, known=(mine,))
    assert (now.id, before) == (mine.id, mine), "who has seen it replaces it"


async def test_desks_of_a_team_never_save_two_lists_of_one_name(store: Store, address: WorkspaceAddress) -> None:
    other = await Store.open(address, Bus(), create=False)
    try:
        names = ("one", "two", "three", "four")
        saves = [
            saved_lists.save(one, me, name, Choice(words=name), known=()) for name in names for one in (store, other)
        ]
        told = await asyncio.gather(*saves, return_exceptions=True)
    finally:
        await other.close()
    assert [type(one) for one in told if isinstance(one, Exception)] == [Refused] * 4
    assert [one.name for one in await community.lists(store)] == ["four", "one", "three", "two"]


async def test_a_list_of_a_newer_version_is_shown_as_not_understood_and_stays_whole(sqlite_store: Store) -> None:
    store = sqlite_store
    newer = [{"standing": "guru"}, {"order": "mood"}, {"mood": "good"}]
    stored = [{"name": f"New{n}", "choice": {"words": "zoe", **said}, "colour": "red"} for n, said in enumerate(newer)]
    for n, one in enumerate(stored):
        await store.write(partial(write_shared_setting, name=f"member_list:{n}", value=json.dumps(one)))
    await saved_lists.save(store, me, "Busy", BUSY)
    lists = await community.lists(store)
    assert [(one.name, one.choice) for one in lists] == [("Busy", BUSY), ("New0", None), ("New1", None), ("New2", None)]
    assert await community.counts(store, lists) == (0, None, None, None)
    await saved_lists.rename(store, me, "new0", "Newer")
    await saved_lists.remove(store, me, "Newer")
    await triage.undo(store, me)
    kept = await store.read(lambda conn: read_shared_settings(conn)["member_list:0"])
    assert json.loads(kept) == {**stored[0], "name": "Newer"}


@pytest.mark.parametrize(
    "choice",
    [
        Choice(),
        Choice("zoe", "email", "Friend", Standing.PILLAR, 30, 0, Order.MESSAGES, ascending=True),
        Choice(ours=True),
    ],
)
def test_a_choice_is_read_as_it_was_kept(choice: Choice) -> None:
    assert from_json(json.loads(json.dumps(to_json(choice)))) == choice
