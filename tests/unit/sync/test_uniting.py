"""A workspace from before copies were recognised: the engine unites what lies there, once, and goes on where it was."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from inbox_app.domain.ids import AccountId, ColleagueId
from inbox_app.events import Bus
from inbox_app.ingest import copies as joining
from inbox_app.queries import inbox
from inbox_app.storage import copies
from inbox_app.storage.errors import DatabaseLocked
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from inbox_app.sync.engine import Engine, Parts
from inbox_app.sync.uniting import unite_what_is_stored
from tests.fakes.engine_room import OpenDoor, make_bare_host, no_blobs
from tests.unit.ingest.test_copies import Two, connect, mail

ME = ColleagueId("me")


@pytest.fixture
async def two(sqlite_store: Store) -> Two:
    """Two accounts with three mails that both got and one that only one did, each stored for itself."""
    store = sqlite_store
    two = Two(store, await store.write(partial(connect, name="one")), await store.write(partial(connect, name="two")))
    await store.write(partial(copies.keep_apart, apart=True))
    for account in (two.one, two.other):
        await two.hear(account, *(mail(name, minutes) for minutes, name in enumerate("mnp")))
    await two.hear(two.other, mail("alone", 9))
    await store.write(partial(copies.keep_apart, apart=False))
    assert len(await two.rows()) == 7
    return two


def engine_of(store: Store) -> Engine:
    return Engine(Parts(store, Bus(), {}, make_bare_host, no_blobs, OpenDoor()))


async def titles(two: Two) -> list[tuple[str, int]]:
    return sorted((row.title, len(row.accounts)) for row in await two.rows())


UNITED = [("About alone", 1), ("About m", 2), ("About n", 2), ("About p", 2)]


async def test_a_sync_unites_it(two: Two) -> None:
    await engine_of(two.store).sync_once(frozenset[AccountId]())
    assert await titles(two) == UNITED
    assert await inbox.wrong_counts(two.store) == 0


async def test_an_engine_that_runs_unites_it(two: Two) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(engine_of(two.store).run(stop))
    async with asyncio.timeout(20):
        while await two.store.read(copies.keys_left) is not None:
            await asyncio.sleep(0.01)
    stop.set()
    await running
    assert await titles(two) == UNITED


async def test_it_goes_on_after_the_piece_that_was_done(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "_AT_ONCE", 1)
    first = await two.store.read(copies.keys_left)
    assert first == ["m"]
    await two.store.write(partial(joining.unite_stored, keys=first))
    assert await two.store.read(copies.keys_left) == ["n"]
    await unite_what_is_stored(two.store)
    assert await titles(two) == UNITED


async def test_once_done_it_is_not_begun_again(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    await unite_what_is_stored(two.store)
    monkeypatch.setattr(joining, "unite_stored", None)
    await unite_what_is_stored(two.store)
    assert await two.store.read(copies.keys_left) is None


async def test_a_team_that_wants_them_apart_keeps_them_apart(two: Two) -> None:
    await two.store.write(partial(copies.keep_apart, apart=True))
    await unite_what_is_stored(two.store)
    assert len(await two.rows()) == 7


async def test_a_database_that_is_busy_costs_no_sync(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_tx: Tx, keys: list[str]) -> None:
        raise DatabaseLocked("x")

    monkeypatch.setattr(joining, "unite_stored", refuse)
    assert await engine_of(two.store).sync_once(frozenset[AccountId]()) == ()
