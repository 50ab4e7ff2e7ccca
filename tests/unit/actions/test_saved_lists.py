"""Saved lists of members: what they hold moves with the days, and every deed on them can be taken back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from inbox_app.actions import saved_lists
from inbox_app.contract.remote import MessageSeen
from inbox_app.domain.errors import NotFound, Refused, WrongUse
from inbox_app.domain.loyalty import DAY_MS, Standing
from inbox_app.domain.members_list import Order
from inbox_app.domain.saved_lists import Choice, from_json, to_json
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import community
from inbox_app.storage.store import Store
from tests.unit.ingest.tales import START, connect, said

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
        await saved_lists.save(store, name, choice)
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
        assert len(await community.listed(store, one.choice.at(store.now()))) == count, "as the page lists them"
    busy = (await community.list_named(store, "busy")).choice
    assert len(await community.listed(store, busy.at(store.now() + 3 * DAY_MS))) == 0, "in three days nobody is"


async def test_saved_again_renamed_and_removed_each_is_taken_back(store: Store) -> None:
    first, nothing = await saved_lists.save(store, " To   thank ", BUSY)
    assert (first.name, nothing) == ("To thank", None)
    again, before = await saved_lists.save(store, "to THANK", QUIET)
    assert (again.id, before) == (first.id, first)
    await saved_lists.put_back(store, again.id, again, before)
    assert await community.lists(store) == (first,)
    renamed, before = await saved_lists.rename(store, "to thank", "Thanked")
    assert renamed == replace(first, name="Thanked")
    changed, _before = await saved_lists.save(store, "thanked", QUIET)
    with pytest.raises(Refused, match="meanwhile"):
        await saved_lists.put_back(store, renamed.id, renamed, before)
    assert await community.lists(store) == (changed,), "what another desk saved since stays"
    await saved_lists.put_back(store, renamed.id, changed, before)
    gone = await saved_lists.remove(store, first.id)
    assert await community.lists(store) == ()
    await saved_lists.put_back(store, gone.id, None, gone)
    assert await community.lists(store) == (first,)
    await saved_lists.put_back(store, first.id, first, nothing)
    assert await community.lists(store) == ()


async def test_no_list_takes_the_name_of_another_and_what_is_not_there_is_said(store: Store) -> None:
    await saved_lists.save(store, "One", BUSY)
    gone = await saved_lists.remove(store, "One")
    await saved_lists.save(store, "one", QUIET)
    await saved_lists.save(store, "Two", QUIET)
    with pytest.raises(WrongUse, match="another list"):
        await saved_lists.rename(store, "two", "ONE")
    with pytest.raises(WrongUse, match="another list"):
        await saved_lists.put_back(store, gone.id, None, gone)
    with pytest.raises(WrongUse, match="a name"):
        await saved_lists.save(store, "  ", BUSY)
    with pytest.raises(NotFound, match="Three"):
        await saved_lists.remove(store, "Three")
    assert [one.name for one in await community.lists(store)] == ["one", "Two"]


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
