"""Events become rows: what a reader of the tables finds after a tale was told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.event import listen, remove

from inbox_app.contract.remote import Batch, Event
from inbox_app.domain.ids import AccountId
from inbox_app.domain.words import Kind, State
from inbox_app.ingest.ingest import Ingested, ingest, ingest_batch
from inbox_app.storage.schema import account, conversation, message
from inbox_app.storage.store import Store
from tests.unit.ingest.tales import connect, ours, said


@pytest.fixture
async def home(store: Store) -> AccountId:
    """A connected account."""
    return await store.write(connect)


async def tell(store: Store, home: AccountId, *events: Event) -> Ingested:
    return await ingest_batch(store, home, Batch(events, {"upto": len(events)}))


async def rows(store: Store, wanted: Any) -> Sequence[Any]:
    return await store.read(lambda conn: conn.execute(wanted).all())


async def test_a_comment_with_its_answers_is_one_conversation(store: Store, home: AccountId) -> None:
    counted = await tell(store, home, said("1", 1), said("2", 2, parent="1", by="tom"), ours("3", 3, parent="2"))
    assert counted == Ingested(new=3)
    (found,) = await rows(store, select(conversation))
    assert (found.message_count, found.needs_reply_count, found.state) == (3, 0, State.WAITING)
    assert found.snippet == "text of 3"
    (stored,) = await rows(store, select(account.c.cursor))
    assert stored.cursor == '{"upto": 3}'


async def test_a_comment_beside_ours_still_needs_a_reply(store: Store, home: AccountId) -> None:
    await tell(store, home, said("1", 1), said("2", 2, parent="1"), ours("3", 3, parent="1"))
    (found,) = await rows(store, select(conversation))
    assert (found.needs_reply_count, found.state) == (1, State.OPEN)
    open_ones = await rows(store, select(message.c.remote_id).where(message.c.needs_reply))
    assert [row.remote_id for row in open_ones] == ["2"]


async def test_any_later_answer_settles_a_chat(store: Store, home: AccountId) -> None:
    chat: dict[str, Any] = {"kind": Kind.DIRECT, "keys": ("chat",)}
    await tell(store, home, said("1", 1, **chat), said("2", 2, **chat))
    await tell(store, home, ours("3", 3, **chat))
    (found,) = await rows(store, select(conversation))
    assert (found.needs_reply_count, found.state, found.title) == (0, State.WAITING, "Maya")
    await tell(store, home, said("4", 4, **chat))
    (found,) = await rows(store, select(conversation))
    assert (found.needs_reply_count, found.state) == (1, State.OPEN)


async def test_the_same_again_writes_nothing(store: Store, home: AccountId) -> None:
    tale = [said("1", 1), said("2", 2, parent="1"), ours("3", 3, parent="2")]
    await tell(store, home, *tale)

    def again(tx: Any) -> tuple[list[str], Ingested]:
        written: list[str] = []

        def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if not statement.lstrip().upper().startswith("SELECT"):
                written.append(statement)

        listen(tx.conn, "before_cursor_execute", note)
        counted = ingest(tx, home, tale)
        remove(tx.conn, "before_cursor_execute", note)
        return written, counted

    assert await store.write(again) == ([], Ingested())


async def test_events_that_fail_leave_the_cursor_where_it_was(
    store: Store, home: AccountId, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell(store, home, said("1", 1))

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("inbox_app.ingest.ingest.accounts.keep_cursor", fail)
    with pytest.raises(RuntimeError):
        await tell(store, home, said("2", 2), said("3", 3))
    assert [row.remote_id for row in await rows(store, select(message.c.remote_id))] == ["1"]
    (stored,) = await rows(store, select(account.c.cursor))
    assert stored.cursor == '{"upto": 1}'
