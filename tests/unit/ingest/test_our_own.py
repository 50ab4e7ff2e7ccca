"""What we send from here: it counts as our answer at once, and its copy from the service is no second message."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from inbox_app.contract.remote import RemoteAttachment
from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.words import ActKind, Kind, MessageState, OutboxState, State
from inbox_app.ingest.ingest import Ingested
from inbox_app.storage import outbox
from inbox_app.storage.schema import attachment, conversation, message, message_event
from inbox_app.storage.schema import outbox as outbox_table
from inbox_app.storage.transaction import Tx
from tests.unit.ingest.conftest import Home
from tests.unit.ingest.tales import US, ours, said

ME = ColleagueId("me")


async def queue(home: Home, text: str = "text of 2") -> outbox.Outgoing:
    def decide(tx: Tx) -> outbox.Outgoing:
        target = tx.conn.execute(select(message.c.id).where(message.c.remote_id == "1")).scalar_one()
        return outbox.queue(tx, outbox.Decision(home.account, ActKind.REPLY, ME, 0, target=target, text=text))

    return await home.store.write(decide)


async def state(home: Home) -> tuple[str, int, int]:
    found = await home.row(select(conversation).where(conversation.c.merged_into.is_(None)))
    return found.state, found.needs_reply_count, found.message_count


async def test_a_queued_reply_answers_and_one_taken_back_does_not(home: Home) -> None:
    await home.hear(said("1", 1))
    queued = await queue(home)
    assert await state(home) == (State.WAITING, 0, 2)
    await home.store.write(lambda tx: outbox.undo(tx, queued.id))
    assert await state(home) == (State.OPEN, 1, 1)


@pytest.mark.parametrize("tried", [False, True])
async def test_the_copy_that_carries_our_key_settles_the_row_and_is_that_message(home: Home, tried: bool) -> None:
    await home.hear(said("1", 1))
    queued = await queue(home)
    if tried:
        await home.store.write(lambda tx: outbox.claim(tx, queued.id, b"wire", "desk"))
    counted = await home.hear(ours("2", 2, parent="1", key=queued.key, text="text of 2, as shown"))
    assert counted.new == 0
    stored = await home.row(select(message).where(message.c.direction == "out"))
    assert (stored.id, stored.remote_id, stored.state) == (queued.message, "2", MessageState.DELIVERED)
    assert (await home.row(select(outbox_table))).state == OutboxState.DELIVERED
    assert await home.rows(select(message_event)) == []
    assert await state(home) == (State.WAITING, 0, 2)
    assert await home.hear(ours("2", 2, parent="1", key=queued.key, text="text of 2, as shown")) == Ingested()


async def test_the_copy_of_our_reply_brings_no_file_twice(home: Home) -> None:
    await home.hear(said("1", 1))

    def decide(tx: Tx) -> outbox.Outgoing:
        target = tx.conn.execute(select(message.c.id).where(message.c.remote_id == "1")).scalar_one()
        leaf = outbox.File("ab" * 32, "leaf.png", "image/png", 6)
        return outbox.queue(tx, outbox.Decision(home.account, ActKind.REPLY, ME, 0, target=target, files=(leaf,)))

    queued = await home.store.write(decide)
    file = RemoteAttachment("1", "leaf.png", "image/png", 6)
    await home.hear(ours("2", 2, parent="1", key=queued.key, attachments=(file,)))
    assert [one.name for one in await home.rows(select(attachment))] == ["leaf.png"]


async def test_a_copy_to_ourselves_that_bears_our_key_proves_that_it_was_sent(home: Home) -> None:
    await home.hear(said("1", 1, kind=Kind.MAIL))
    queued = await queue(home)
    await home.store.write(lambda tx: outbox.claim(tx, queued.id, b"wire", "desk"))
    back = said("2", 2, kind=Kind.MAIL, parent="1", key=queued.key, author=US, claims_us=True, text="text of 2\nWe")
    assert (await home.hear(back)).new == 0
    assert (await home.row(select(outbox_table))).state == OutboxState.DELIVERED
    assert await state(home) == (State.WAITING, 0, 2)


@pytest.mark.parametrize("key", [None, "0123456789abcdef" * 2])
async def test_a_claim_to_be_us_without_a_key_of_ours_answers_nothing(home: Home, key: str | None) -> None:
    await home.hear(said("1", 1, kind=Kind.MAIL))
    await home.hear(said("2", 2, kind=Kind.MAIL, parent="1", key=key, author=US, claims_us=True))
    assert await state(home) == (State.OPEN, 2, 2)


async def test_answers_to_our_reply_join_even_when_they_come_before_its_copy(home: Home) -> None:
    await home.hear(said("1", 1))
    queued = await queue(home)
    await home.hear(said("3", 3, parent="2", by="tom"))
    assert len(await home.rows(select(conversation))) == 2
    await home.hear(ours("2", 2, parent="1", key=queued.key))
    assert await state(home) == (State.OPEN, 1, 3)
    found = await home.row(select(message).where(message.c.remote_id == "3"))
    assert found.parent == queued.message


async def test_a_thread_that_hangs_on_our_message_in_a_room_stays_beside_the_timeline(home: Home) -> None:
    timeline: dict[str, Any] = {"kind": Kind.ROOM, "keys": ("room",)}
    await home.hear(said("1", 1, **timeline))
    queued = await queue(home)
    await home.store.write(lambda tx: outbox.claim(tx, queued.id, b"wire", "desk"))
    await home.store.write(lambda tx: outbox.settle_delivered(tx, queued.id, outbox.Receipt("2")))
    await home.hear(said("3", 3, kind=Kind.ROOM, keys=("2",), parent="2"), said("4", 4, **timeline))
    where = {row.remote_id: row.conversation for row in await home.rows(select(message))}
    assert where["1"] == where["2"] == where["4"] != where["3"]
