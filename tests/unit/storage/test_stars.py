"""Stars on mails, both ways: seen, shown, set with what is important, taken back, and told to the services."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from inbox_app.actions import regrouping, triage
from inbox_app.contract.remote import Location, ReactionsSeen, StarredElsewhere
from inbox_app.domain.abilities import YES, Abilities
from inbox_app.domain.ids import AccountId, ColleagueId
from inbox_app.domain.inbox import MessageRow
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.marks import STAR
from inbox_app.domain.words import Action, Direction, Kind, OutboxState
from inbox_app.queries import inbox
from inbox_app.storage import accounts
from inbox_app.storage.schema import message_event
from inbox_app.storage.schema import outbox as outbox_table
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.unit.ingest.tales import said
from tests.unit.ingest.test_copies import Two, mail
from tests.unit.storage.test_read_marks import claim

ME = ColleagueId("me")


def connect(tx: Tx, name: str, *able: Action) -> AccountId:
    address = f"{name}@example.org"
    abilities: JsonObject = {**Abilities(dict.fromkeys(able, YES)).to_json()}
    return accounts.add(tx, "practice", accounts.OurselvesThere(address, address, name, frozenset(), abilities), {})


@pytest.fixture
async def two(store: Store) -> Two:
    """Only the first of them tells its service of stars."""
    one = await store.write(lambda tx: connect(tx, "one", Action.MARK_READ, Action.STAR))
    return Two(store, one, await store.write(lambda tx: connect(tx, "two", Action.MARK_READ)))


async def told(two: Two) -> list[list[Any]]:
    """The marks that wait, those about reading alone left out."""
    waiting = select(outbox_table.c.act).where(outbox_table.c.state == OutboxState.QUEUED)
    acts = await two.store.read(lambda conn: conn.execute(waiting).scalars().all())
    return sorted(mark for act in acts for mark in json.loads(act)["marks"] if mark[3] is not None)


async def mails(two: Two) -> list[MessageRow]:
    return [*(await inbox.thread(two.store, ME, (await two.row()).id)).messages]


async def starred(two: Two) -> list[str | None]:
    return [one.remote_id for one in await mails(two) if STAR in one.reacted]


async def rank(two: Two, *, important: bool) -> None:
    await triage.rank(two.store, ME, [(await two.row()).id], important=important)


async def test_a_star_set_elsewhere_makes_important_and_the_last_one_taken_ends_it(two: Two) -> None:
    await two.hear(two.one, mail("m", 1), mail("n", 2, parent="m"), StarredElsewhere("m", starred=True))
    assert (await two.row()).is_important
    assert [one.reactions for one in await mails(two)] == [((STAR, 1),), ()]
    await two.hear(two.one, StarredElsewhere("n", starred=True), StarredElsewhere("m", starred=False))
    assert (await two.row()).is_important
    assert await starred(two) == ["n"]
    await two.hear(two.one, StarredElsewhere("n", starred=False))
    assert not (await two.row()).is_important
    assert await told(two) == []  # it knows


async def test_hearing_it_again_changes_nothing(two: Two) -> None:
    await two.hear(two.one, mail("m", 1), StarredElsewhere("m", starred=True))
    for _again in range(2):
        await two.hear(two.one, StarredElsewhere("m", starred=True), StarredElsewhere("nobody", starred=True))
    rows = await two.store.read(lambda conn: conn.execute(select(message_event.c.kind)).scalars().all())
    assert rows == ["reaction"]


async def test_a_mail_that_lies_starred_and_plain_in_one_batch_ends_as_said_last(two: Two) -> None:
    await two.hear(two.one, mail("m", 1), StarredElsewhere("m", starred=True), StarredElsewhere("m", starred=False))
    assert (await starred(two), (await two.row()).is_important) == ([], False)


async def test_important_stars_the_last_mail_to_us_and_tells_where_it_lies(two: Two) -> None:
    ours = mail("o", 3, parent="n", direction=Direction.OUTGOING)
    place = Location("INBOX", 7, 2)
    await two.hear(two.one, mail("m", 1), mail("n", 2, parent="m", location=place), ours)
    await rank(two, important=True)
    assert await starred(two) == ["n"]
    assert await told(two) == [["n", None, [["INBOX", 7, 2]], True]]
    await claim(two)
    await rank(two, important=False)
    assert await starred(two) == []
    assert await told(two) == [["n", None, [["INBOX", 7, 2]], False]]


async def test_what_bears_a_star_needs_no_second_one(two: Two) -> None:
    await two.hear(two.one, mail("m", 1), StarredElsewhere("m", starred=True), mail("n", 2, parent="m"))
    await rank(two, important=True)
    assert (await starred(two), await told(two)) == (["m"], [])


async def test_z_takes_back_the_star_and_what_the_service_is_told(two: Two) -> None:
    await two.hear(two.one, mail("m", 1))
    await rank(two, important=True)
    await triage.undo(two.store, ME)
    assert (await starred(two), (await two.row()).is_important) == ([], False)
    assert await told(two) == [["m", None, [], False]]
    await rank(two, important=True)
    await claim(two)
    await rank(two, important=False)
    await triage.undo(two.store, ME)
    assert (await starred(two), (await two.row()).is_important) == (["m"], True)
    assert await told(two) == [["m", None, [], True]]


async def test_read_and_starred_is_one_act(two: Two) -> None:
    await two.hear(two.one, mail("m", 1))
    await triage.mark_read(two.store, ME, [(await two.row()).id])
    await rank(two, important=True)
    assert await told(two) == [["m", True, [], True]]


async def test_the_services_older_word_does_not_overrule_it(two: Two) -> None:
    await two.hear(two.one, mail("m", 1), StarredElsewhere("m", starred=True))
    await rank(two, important=False)
    await two.hear(two.one, StarredElsewhere("m", starred=True))
    assert not (await two.row()).is_important
    await claim(two)
    await two.hear(two.one, StarredElsewhere("m", starred=True))
    assert (await two.row()).is_important


async def test_copies_bear_it_together_and_only_who_can_is_told(two: Two) -> None:
    await two.hear(two.one, mail("m", 1))
    await two.hear(two.other, mail("m", 1), StarredElsewhere("m", starred=True))
    assert await starred(two) == ["m"]
    await rank(two, important=False)
    assert await told(two) == [["m", None, [], False]]


@pytest.mark.parametrize("starred_first", [True, False])
async def test_a_copy_that_comes_later_or_before_bears_it_too(two: Two, starred_first: bool) -> None:
    old = mail("m", 1, history=True)  # so it is the other one that stands for both
    arrivals = [(two.one, (old, StarredElsewhere("m", starred=True))), (two.other, (mail("m", 1),))]
    for account, events in arrivals if starred_first else reversed(arrivals):
        await two.hear(account, *events)
    assert (await starred(two), (await two.row()).is_important) == (["m"], True)


@pytest.mark.parametrize("starred_first", [True, False])
async def test_a_star_that_a_copy_got_is_told_to_the_other_account_alone(two: Two, starred_first: bool) -> None:
    await two.hear(two.one, mail("n", 2), StarredElsewhere("n", starred=True))
    await two.hear(two.other, mail("n", 2))
    assert await told(two) == []
    arrivals = [(two.other, (mail("m", 1), StarredElsewhere("m", starred=True))), (two.one, (mail("m", 1),))]
    for account, events in arrivals if starred_first else reversed(arrivals):
        await two.hear(account, *events)
    assert await told(two) == [["m", None, [], True]]


async def test_what_a_later_mail_joins_is_important_where_a_part_was(two: Two) -> None:
    await two.hear(two.one, mail("m", 1), mail("n", 2), StarredElsewhere("n", starred=True))
    await two.hear(two.one, mail("o", 3, keys=("o", "m", "n"), parent="n"))
    assert (await starred(two), (await two.row()).is_important) == (["n"], True)


async def test_what_a_person_joins_is_important_until_it_is_taken_apart(two: Two) -> None:
    await two.hear(two.one, mail("m", 1), mail("n", 2), StarredElsewhere("n", starred=True))
    starred_one, plain = await two.rows()
    await regrouping.merge(two.store, ME, [plain.id, starred_one.id])
    assert (await two.row()).is_important
    await triage.undo(two.store, ME)
    assert {row.id: row.is_important for row in await two.rows()} == {starred_one.id: True, plain.id: False}


async def test_elsewhere_than_in_mail_important_is_no_star_and_a_star_is_not_important(two: Two) -> None:
    await two.hear(two.one, said("c", 1))
    await rank(two, important=True)
    assert (await mails(two))[0].reactions == ()
    await rank(two, important=False)
    await two.hear(two.one, ReactionsSeen("c", ((STAR, 2),), frozenset({STAR})))
    assert (await mails(two))[0].reactions == ((STAR, 2),)
    assert not (await two.row()).is_important
    await rank(two, important=True)
    await rank(two, important=False)
    assert (await mails(two))[0].reactions == ((STAR, 2),)
    assert await told(two) == []
    assert (await two.row()).kind is not Kind.MAIL


async def test_other_reactions_stay(two: Two) -> None:
    await two.hear(two.one, mail("m", 1), ReactionsSeen("m", (("👍", 2),), frozenset({"👍"})))
    await rank(two, important=True)
    assert dict((await mails(two))[0].reactions) == {"👍": 2, STAR: 1}
    await rank(two, important=False)
    assert dict((await mails(two))[0].reactions) == {"👍": 2}
