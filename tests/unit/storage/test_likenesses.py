"""Whom an import may have brought a second time: known members who look alike, and nobody of the import itself."""

from __future__ import annotations

from inbox_app.actions import members as act
from inbox_app.domain.ids import AccountId, ColleagueId
from inbox_app.domain.people import Reason
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import members
from inbox_app.storage import accounts
from inbox_app.storage.creation import ME
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.unit.ingest.tales import US, connect, person, said

WE = ColleagueId(ME)


def archive(tx: Tx) -> AccountId:
    we = accounts.OurselvesThere("archive", "old", "Old", frozenset())
    return accounts.add(tx, "mastodon", we, {})


async def fill(store: Store) -> AccountId:
    """Maya is known; she, somebody of another name, and we ourselves are in what is imported."""
    here = await store.write(connect)
    there = await store.write(archive)
    await store.write(lambda tx: ingest(tx, here, [said("a", 1, by="maya"), said("b", 2, by="noor")]))
    imported = [said("c", 3, by="maya"), said("d", 4, by="zoltan"), said("e", 5, author=US)]
    await store.write(lambda tx: ingest(tx, there, imported))
    return there


async def test_only_who_looks_like_somebody_known_is_named(store: Store) -> None:
    (one,) = await members.likenesses(store, await fill(store))
    (other,) = one.resembles
    assert one.member.channels == ("mastodon",)
    assert other.member.channels == ("practice",)
    assert one.member.name == other.member.name == person("maya").name
    assert Reason.EQUAL_HANDLE in {ground.reason for ground in other.grounds}


async def test_who_was_linked_or_kept_apart_is_named_no_more(store: Store) -> None:
    there = await fill(store)
    (one,) = await members.likenesses(store, there)
    await act.keep_apart(store, WE, one.member.id, one.resembles[0].member.id)
    assert await members.likenesses(store, there) == ()


async def test_what_is_there_already_resembles_nothing(store: Store) -> None:
    there = await fill(store)
    (one,) = await members.likenesses(store, there)
    await act.link(store, WE, one.resembles[0].member.id, one.member.id, "")
    assert await members.likenesses(store, there) == ()
