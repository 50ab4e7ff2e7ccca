"""A folder in the real engine and database: nothing is written twice, and an answer is put down once."""

from __future__ import annotations

from sqlalchemy import select

from inbox_app.domain.ids import MessageId
from inbox_app.domain.words import OutboxState
from inbox_app.storage import outbox
from inbox_app.storage.schema import message
from inbox_app.storage.store import Store
from tests.connectors.folder.conftest import FolderStage
from tests.connectors.on_engine import add, report_of, rows, state_of
from tests.fakes.inbox import reply


async def sync(store: Store, stage: FolderStage) -> tuple[int, str]:
    report = await report_of(store, stage)
    return report.new, report.error


async def test_a_second_sync_without_news_writes_nothing(store: Store, stage: FolderStage) -> None:
    await add(store, stage)
    other = stage.other
    other.drop({"event": "post", "id": "p-1", "title": "Glazes", "text": "Blue", "at": other.moment(0)})
    other.drop(other.message("the first", post="p-1", id="c-1"))
    other.drop(other.message("below it", post="p-1", parent="c-1"))
    other.drop({"event": "reactions", "id": "c-1", "counts": {"❤": 2}})
    assert await sync(store, stage) == (2, "")
    before = await store.read(rows)
    assert await sync(store, stage) == (0, "")
    assert await sync(store, stage) == (0, "")
    assert await store.read(rows) == before
    assert len({row.conversation for row in await store.read(lambda c: c.execute(select(message)).all())}) == 1


async def test_an_answer_is_put_down_once_and_its_copy_is_itself(store: Store, stage: FolderStage) -> None:
    account = await add(store, stage)
    await stage.arrive("Is the blue one still there?")
    await sync(store, stage)
    asked = MessageId(await store.read(lambda conn: conn.execute(select(message.c.id)).scalar_one()))
    row = await store.write(lambda tx: outbox.queue(tx, reply(account, asked, "Yes, two")))
    await sync(store, stage)
    assert await state_of(store, row) is OutboxState.DELIVERED
    assert await stage.copies("Yes, two") == 1
    assert await sync(store, stage) == (0, "")
    remote = await store.read(lambda conn: conn.execute(select(message.c.remote_id)).scalars().all())
    assert row.key in remote
    assert len(remote) == 2
