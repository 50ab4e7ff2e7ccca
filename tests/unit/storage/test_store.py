"""The store's promises: one transaction per write, told after its commit, nothing half done."""

import asyncio
import threading

import pytest
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DBAPIError

from inbox_app.domain.changes import Changes
from inbox_app.events import Bus
from inbox_app.paths import WorkspaceAddress
from inbox_app.storage.errors import Closed, NoWorkspace
from inbox_app.storage.schema import change, tag
from inbox_app.storage.side_by_side import Both
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx


def add_tag(tx: Tx, name: str) -> str:
    tx.conn.execute(insert(tag), {"id": name, "name": name})
    tx.about("tags")
    return name


def tag_names(conn: Connection) -> list[str]:
    return list(conn.execute(select(tag.c.name).order_by(tag.c.name)).scalars())


async def test_a_write_is_committed_and_then_published(store: Store, bus: Bus) -> None:
    heard: list[Changes] = []
    bus.subscribe(heard.append)
    assert await store.write(lambda tx: add_tag(tx, "urgent")) == "urgent"
    assert await store.read(tag_names) == ["urgent"]
    assert heard == [Changes(topics=frozenset({"tags"}))]


async def test_a_failing_write_leaves_nothing_and_the_store_goes_on(store: Store, bus: Bus) -> None:
    heard: list[Changes] = []
    bus.subscribe(heard.append)

    def fail_late(tx: Tx) -> None:
        add_tag(tx, "lost")
        raise KeyError("late")

    with pytest.raises(KeyError):
        await store.write(fail_late)
    await store.write(lambda tx: add_tag(tx, "kept"))
    assert await store.read(tag_names) == ["kept"]
    assert len(heard) == 1


async def test_a_write_that_notes_nothing_writes_no_change_row(store: Store) -> None:
    await store.write(lambda tx: None)
    assert await store.read(lambda conn: conn.execute(select(change)).all()) == []


async def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(Exception, match="read"):
        await store.read(lambda conn: conn.execute(insert(tag), {"id": "x", "name": "x"}))
    await store.write(lambda tx: add_tag(tx, "x"))
    assert await store.read(tag_names) == ["x"]


@pytest.mark.parametrize("written", [False, True])
async def test_two_readers_answer_of_one_moment(store: Store, *, written: bool) -> None:
    loop = asyncio.get_running_loop()

    async def meanwhile() -> None:
        if written:
            await store.write(lambda tx: add_tag(tx, "new"))
        await store.read(both.answer)

    def names_before(conn: Connection) -> tuple[list[str], int]:
        found = tag_names(conn)
        asyncio.run_coroutine_threadsafe(meanwhile(), loop).result(10)
        return found, threading.get_ident()

    both = Both(names_before, lambda conn: (tag_names(conn), threading.get_ident()))
    await store.read(both.answer)
    (one, thread), (other, its_thread) = both.answers
    assert (one, other) == ([], [])
    assert (thread == its_thread) is written


async def test_two_readers_answer_at_once(store: Store) -> None:
    together = threading.Barrier(2)
    assert sorted(await store.read_both(lambda conn: together.wait(10), lambda conn: together.wait(10))) == [0, 1]


async def test_one_reader_is_enough_where_the_others_are_busy(store: Store) -> None:
    busy, gate = threading.Barrier(3), threading.Event()
    others = [asyncio.ensure_future(store.read(lambda conn: (busy.wait(10), gate.wait(30)))) for _ in range(2)]
    await asyncio.to_thread(busy.wait, 10)
    await store.write(lambda tx: add_tag(tx, "here"))
    both = await asyncio.wait_for(store.read_both(tag_names, lambda conn: len(tag_names(conn))), 10)
    assert both == (["here"], 1)
    gate.set()
    await asyncio.gather(*others)


async def test_what_one_of_two_readers_raises_is_raised(store: Store) -> None:
    def fail(conn: Connection) -> None:
        raise KeyError("one")

    for one, other in ((fail, tag_names), (tag_names, fail), (fail, fail)):
        with pytest.raises(KeyError, match="one"):
            await store.read_both(one, other)
    assert await store.read_both(tag_names, tag_names) == ([], [])


async def test_a_cancelled_waiting_write_never_runs(store: Store) -> None:
    gate = threading.Event()
    first = asyncio.ensure_future(store.write(lambda tx: gate.wait(10) and add_tag(tx, "first")))
    await asyncio.sleep(0)
    second = asyncio.ensure_future(store.write(lambda tx: add_tag(tx, "second")))
    await asyncio.sleep(0)
    second.cancel()
    gate.set()
    await first
    with pytest.raises(asyncio.CancelledError):
        await second
    await store.write(lambda tx: add_tag(tx, "third"))
    assert await store.read(tag_names) == ["first", "third"]


async def test_a_write_cancelled_while_it_runs_is_committed_whole(store: Store) -> None:
    begun, gate = threading.Event(), threading.Event()

    def slow(tx: Tx) -> None:
        add_tag(tx, "one")
        begun.set()
        gate.wait(10)
        add_tag(tx, "two")

    running = asyncio.ensure_future(store.write(slow))
    await asyncio.to_thread(begun.wait, 10)
    running.cancel()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    await store.write(lambda tx: None)
    assert await store.read(tag_names) == ["one", "two"]


async def test_changes_of_another_process_are_reported_once_and_own_ones_never(
    store: Store, address: WorkspaceAddress
) -> None:
    other = await Store.open(address, Bus())
    try:
        await store.write(lambda tx: add_tag(tx, "ours"))
        await other.write(lambda tx: add_tag(tx, "theirs"))
        assert await store.changed_elsewhere() == Changes(topics=frozenset({"tags"}))
        assert not await store.changed_elsewhere()
        assert await other.changed_elsewhere() == Changes(topics=frozenset({"tags"}))
        await store.write(lambda tx: tx.about("views"))
        assert not await store.changed_elsewhere()
    finally:
        await other.close()


async def test_what_a_closed_store_is_asked_gets_a_sentence(store: Store) -> None:
    await store.close()
    with pytest.raises(Closed):
        await store.read(tag_names)
    with pytest.raises(Closed):
        await store.read_both(tag_names, tag_names)
    with pytest.raises(Closed):
        await store.write(lambda tx: None)
    await store.close()


async def test_an_empty_place_is_not_a_workspace(sqlite_address: WorkspaceAddress) -> None:
    with pytest.raises(NoWorkspace):
        await Store.open(sqlite_address, Bus())
    assert not sqlite_address.folder.exists()


@pytest.mark.server
async def test_an_empty_database_is_not_a_workspace_until_it_is_made_one(postgres_address: WorkspaceAddress) -> None:
    with pytest.raises(NoWorkspace):
        await Store.open(postgres_address, Bus())
    await (await Store.open(postgres_address, Bus(), create=True)).close()
    await (await Store.open(postgres_address, Bus())).close()


async def test_waiting_for_others_ends_with_their_commit(store: Store, address: WorkspaceAddress) -> None:
    other = await Store.open(address, Bus())
    try:
        waiting = asyncio.ensure_future(store.wait_elsewhere(60))
        changes = Changes()
        while not changes:
            await other.write(lambda tx: tx.about("tags"))
            await asyncio.wait([waiting], timeout=0.5)
            changes = await store.changed_elsewhere() if waiting.done() else changes
        assert changes.topics == {"tags"}
    finally:
        await other.close()


async def test_a_wait_that_was_given_up_keeps_no_other_waiting(store: Store) -> None:
    await store.wait_elsewhere(0)
    given_up = asyncio.ensure_future(store.wait_elsewhere(60))
    await asyncio.wait([given_up], timeout=0.05)
    given_up.cancel()
    await asyncio.wait([given_up])
    async with asyncio.timeout(20):
        await store.wait_elsewhere(0)


async def test_foreign_keys_hold(store: Store) -> None:
    with pytest.raises(DBAPIError):
        await store.write(lambda tx: tx.conn.execute(text("INSERT INTO conversation_tag VALUES ('no', 'no')")))


@pytest.mark.parametrize("pragma, wanted", [("synchronous", 2), ("secure_delete", 1), ("foreign_keys", 1)])
async def test_a_file_is_written_so_that_a_power_cut_loses_no_commit_and_keeps_no_remnant(
    sqlite_address: WorkspaceAddress, bus: Bus, pragma: str, wanted: int
) -> None:
    store = await Store.open(sqlite_address, bus, create=True)
    try:
        asked = text(f"PRAGMA {pragma}")
        assert await store.write(lambda tx: tx.conn.execute(asked).scalar_one()) == wanted
    finally:
        await store.close()
