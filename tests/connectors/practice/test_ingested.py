"""A small community, taken in whole: exactly as large as promised, with history closed and the newest days open."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, Select, func, select

from connectors.practice import MANIFEST
from connectors.practice.connector import PracticeConnector
from connectors.practice.places import Place
from connectors.practice.talk import ROOM_TITLE
from inbox_app.domain.ids import AccountId
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.ingest.ingest import ingest_batch
from inbox_app.storage import accounts
from inbox_app.storage.schema import conversation, message, post
from inbox_app.storage.store import Store
from tests.connectors.practice.stage import PracticeStage
from tests.contract.stage import Lent

FIGURES = {
    "messages": select(func.count()).select_from(message),
    "posts": select(func.count()).select_from(post),
    "conversations": select(func.count()).select_from(conversation),
    "members": select(func.count(message.c.author.distinct())).where(message.c.direction == "in"),
    "open": select(func.count()).select_from(conversation).where(conversation.c.needs_reply_count > 0),
    "named room": select(func.count()).select_from(conversation).where(conversation.c.title == ROOM_TITLE),
    "open history": select(func.count()).select_from(message).where(message.c.history, message.c.needs_reply),
}


async def take_in(store: Store, place: Place, folder: Path) -> int:
    """One account from sign-in to "all of it". Returns what the service counts."""
    async with Lent(folder) as lent:
        connector = await PracticeStage(lent, place, seed="7").connector()
        we = await connector.connect()
        there = accounts.OurselvesThere(we.remote_id, we.handle, we.name, we.handles)
        account = await store.write(lambda tx: accounts.add(tx, MANIFEST.key, there, {"place": place}))
        await _take(store, account, connector, older=False)
        await _take(store, account, connector, older=True)
        return (await connector.count_remote())[0].messages


async def _take(store: Store, account: AccountId, connector: PracticeConnector, *, older: bool) -> None:
    cursor: JsonObject | None = None
    more = True
    while more:
        batch = await (connector.load_older(cursor) if older else connector.pull(cursor))
        await ingest_batch(store, account, batch, older=older)
        cursor, more = batch.cursor, batch.more


def count(conn: Connection, query: Select[int]) -> int:
    return conn.execute(query).scalar_one()


@pytest.mark.timeout(300)
async def test_a_small_community_is_as_large_as_promised(sqlite_store: Store, tmp_path: Path) -> None:
    counted = [await take_in(sqlite_store, place, tmp_path / place) for place in Place]
    assert sum(counted) == 5000

    found = await sqlite_store.read(lambda conn: {name: count(conn, query) for name, query in FIGURES.items()})
    assert (found["messages"], found["posts"], found["members"]) == (5000, 120, 400)
    assert found["open history"] == 0
    assert 725 <= found["conversations"] <= 800, "about 15 in 100 messages begin a conversation"
    assert found["named room"] == 1
    assert 25 <= found["open"] <= 70, "a morning's work, not none and not a crisis"
