"""Who may be one person among all members: everybody beside everybody, the surest first, and nobody decided twice."""

from __future__ import annotations

import pytest

from inbox_app.actions import members as act
from inbox_app.actions import triage
from inbox_app.contract.remote import RemoteAuthor
from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.pairs import Guesses, Pair
from inbox_app.domain.people import Reason
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import pairing
from inbox_app.storage import pairs
from inbox_app.storage.creation import ME
from inbox_app.storage.store import Store
from tests.unit.ingest.tales import connect, said
from tests.unit.storage.test_likenesses import archive

WE = ColleagueId(ME)
ANNA = RemoteAuthor("1", "@anna.berg@social.example", "Anna Berg")
ANNA_BY_MAIL = RemoteAuthor("anna.berg@mail.example", "anna.berg@mail.example", "Anna Berg")
TOM = RemoteAuthor("2", "@tom", "Tom Weber")
TOM_BY_MAIL = RemoteAuthor("write@tom.example", "write@tom.example", "T. W.")
CROWD = [RemoteAuthor(f"c{n}", f"@nora{n}", "Nora Hill") for n in range(4)]
NAMESAKE = RemoteAuthor("n", "nora0@mail.example", "Nora Hill")


async def fill(store: Store) -> None:
    """Anna twice, with her address written once; Tom, known by what he wrote alone; and many called Nora Hill."""
    here, there = await store.write(connect), await store.write(archive)
    mine = "Write me: write@tom.example"
    people = [
        said("a", 1, author=ANNA, text="I am anna.berg@mail.example too"),
        said("t", 2, author=TOM, text=mine),
        said("u", 3, author=TOM),
        *(said(f"c{n}", 4 + n, author=one) for n, one in enumerate(CROWD)),
    ]
    await store.write(lambda tx: ingest(tx, here, people))
    others = [said(f"o{n}", 9 + n, author=one) for n, one in enumerate((ANNA_BY_MAIL, TOM_BY_MAIL, NAMESAKE))]
    await store.write(lambda tx: ingest(tx, there, others))


async def gathered(store: Store) -> Guesses:
    guesses = Guesses()
    async for some in pairing.found(store):
        guesses.gather(some)
    return guesses


async def found(store: Store) -> tuple[Pair, ...]:
    return await pairing.weighed(store, (await gathered(store)).take(32))


async def test_all_pairs_are_found_the_surest_first_however_far_back_they_wrote(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairs, "PIECE", 2)
    await fill(store)
    pairs_found = await found(store)
    told = [(one.whole.name, one.part.name) for one in pairs_found]
    assert told == [("Anna Berg", "Anna Berg"), ("Tom Weber", "T. W."), ("Nora Hill", "Nora Hill")]
    anna, _tom, nora = ({ground.reason for ground in one.grounds} for one in pairs_found)
    assert anna == {Reason.WROTE_ADDRESS, Reason.SAME_NAME, Reason.EQUAL_HANDLE}
    assert nora == {Reason.EQUAL_HANDLE, Reason.SAME_NAME, Reason.COMMON_NAME}, "a name of many makes no pair by itself"


async def test_what_is_decided_comes_no_more_until_it_is_taken_back(store: Store) -> None:
    await fill(store)
    guesses = (await gathered(store)).take(32)
    anna, tom, nora = await pairing.weighed(store, guesses)
    await act.link(store, WE, anna.whole.id, anna.part.id)
    await act.keep_apart(store, WE, tom.part.id, tom.whole.id)
    await act.keep_apart(store, WE, nora.whole.id, nora.part.id)
    assert await pairing.weighed(store, guesses) == (), "also of those found before"
    assert await found(store) == ()
    for _each in range(3):
        await triage.undo(store, WE)
    assert len(await found(store)) == 3


async def test_a_pair_that_was_taken_is_not_gathered_again(store: Store) -> None:
    await fill(store)
    guesses = await gathered(store)
    some = guesses.take(1)
    left = len(guesses)
    guesses.gather(some)
    assert len(guesses) == left
