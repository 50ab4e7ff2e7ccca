"""A damaged workspace is read as far as it goes, and written to by no process until another file is in its place."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import select

from inbox_app.events import Bus
from inbox_app.paths import WorkspaceAddress
from inbox_app.storage import schema
from inbox_app.storage.errors import Damaged
from inbox_app.storage.search_index import IndexedText, index_texts, unindex
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.fakes.inbox import add_account, add_conversation
from tests.unit.storage.damage import break_table


@asynccontextmanager
async def opened(address: WorkspaceAddress, *, create: bool = False) -> AsyncIterator[Store]:
    store = await Store.open(address, Bus(), create=create)
    yield store
    await store.close()


async def write(store: Store) -> None:
    await store.write(lambda tx: tx.about("views"))


async def test_damage_that_was_found_is_remembered_by_every_process(sqlite_address: WorkspaceAddress) -> None:
    async with opened(sqlite_address, create=True):
        pass
    break_table(sqlite_address.database)
    before = sqlite_address.database.read_bytes()
    async with opened(sqlite_address) as first, opened(sqlite_address) as second:
        with pytest.raises(Damaged):
            await first.look_over()
        for store in (first, second):
            with pytest.raises(Damaged):
                await write(store)
    async with opened(sqlite_address) as later:
        with pytest.raises(Damaged):
            await write(later)
        assert await later.read(lambda conn: conn.execute(select(schema.workspace)).all())
    assert sqlite_address.database.read_bytes() == before


async def test_damage_met_while_reading_ends_all_writing(sqlite_address: WorkspaceAddress) -> None:
    async with opened(sqlite_address, create=True):
        pass
    break_table(sqlite_address.database)
    async with opened(sqlite_address) as store:
        with pytest.raises(Damaged):
            await store.read(lambda conn: conn.execute(select(schema.message_event)).all())
        with pytest.raises(Damaged):
            await write(store)


async def test_a_whole_file_in_its_place_is_written_to_again(sqlite_address: WorkspaceAddress) -> None:
    async with opened(sqlite_address, create=True):
        pass
    whole = break_table(sqlite_address.database)
    async with opened(sqlite_address) as store:
        with pytest.raises(Damaged):
            await store.look_over()
    sqlite_address.database.write_bytes(whole)
    async with opened(sqlite_address) as store:
        await write(store)


async def test_the_sentence_tells_what_there_is_to_go_on_with(sqlite_address: WorkspaceAddress) -> None:
    async with opened(sqlite_address, create=True):
        pass
    break_table(sqlite_address.database)
    async with opened(sqlite_address) as store:
        with pytest.raises(Damaged, match="connect the accounts again"):
            await store.look_over()
        sqlite_address.backups.mkdir()
        (sqlite_address.backups / "before.db").touch()
        with pytest.raises(Damaged, match=re.escape(str(sqlite_address.backups))):
            await write(store)


async def test_setting_the_file_aside_lets_the_workspace_be_made_anew(sqlite_address: WorkspaceAddress) -> None:
    async with opened(sqlite_address, create=True):
        pass
    break_table(sqlite_address.database)
    async with opened(sqlite_address) as store:
        with pytest.raises(Damaged):
            await store.look_over()
    for path in sqlite_address.folder.glob(sqlite_address.database.name + "*"):
        path.rename(path.with_name("aside-" + path.name))
    async with opened(sqlite_address, create=True) as store:
        await write(store)


async def test_what_was_written_since_the_last_look_is_no_damage(sqlite_store: Store) -> None:
    account = await sqlite_store.write(add_account)

    def say(tx: Tx) -> None:
        for number in range(20):
            _within, said = add_conversation(tx, account)
            unindex(tx, [said])
            index_texts(tx, [IndexedText(said, f"Which blue do you take for number {number}?")])

    for _look in range(8):
        await sqlite_store.write(say)
        await sqlite_store.look_over()
