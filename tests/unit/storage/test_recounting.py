"""A queued reply: what it changes in its conversation, and that a long conversation makes it no slower."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select

from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId
from inbox_app.domain.words import ActKind, Kind
from inbox_app.ingest.ingest import ingest
from inbox_app.storage import outbox, triage
from inbox_app.storage.recounting import recount
from inbox_app.storage.schema import conversation, message
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.unit.ingest.tales import connect, ours, said

ME = ColleagueId("me")


def answer(tx: Tx, account: AccountId, remote_id: str) -> None:
    target = tx.conn.execute(select(message.c.id).where(message.c.remote_id == remote_id)).scalar_one()
    file = outbox.File("0" * 64, "a.png", "image/png", 1, "")
    outbox.queue(tx, outbox.Decision(account, ActKind.REPLY, ME, 0, target=target, text="Yes", files=(file,)))


def rows(conn: Connection) -> list[Any]:
    messages = select(message.c.id, message.c.needs_reply, message.c.ours_below).order_by(message.c.id)
    return [*conn.execute(select(conversation)).all(), *conn.execute(messages).all()]


@pytest.mark.parametrize("kind", [Kind.COMMENTS, Kind.ROOM])
async def test_counted_forwards_it_is_as_counted_anew(store: Store, kind: Kind) -> None:
    def work(tx: Tx) -> tuple[list[Any], list[Any]]:
        account = connect(tx)
        told = [said("1", 1, kind=kind, keys=("k",)), said("2", 2, kind=kind, keys=("k",), parent="1")]
        ingest(tx, account, [*told, said("3", 3, kind=kind, keys=("k",))])
        answer(tx, account, "2")
        before = rows(tx.conn)
        recount(tx, [ConversationId(one) for one in tx.conn.execute(select(conversation.c.id)).scalars()])
        return before, rows(tx.conn)

    before, after = await store.write(work)
    assert before == after
    assert (before[0].message_count, before[0].attachment_count, before[0].snippet) == (4, 1, "Yes")


async def test_what_was_opened_again_stays_open_until_we_answer(store: Store) -> None:
    def states(conn: Connection) -> list[str]:
        return list(conn.execute(select(conversation.c.state)).scalars())

    def work(tx: Tx) -> list[list[str]]:
        account = connect(tx)
        ingest(tx, account, [said("1", 1), said("2", 2, parent="1"), ours("3", 3, parent="2")])
        within = [ConversationId(one) for one in tx.conn.execute(select(conversation.c.id)).scalars()]
        triage.reopen(tx, ME, within)
        seen = [states(tx.conn)]
        recount(tx, within)
        seen.append(states(tx.conn))
        tx.now += 1000
        answer(tx, account, "2")
        seen.append(states(tx.conn))
        recount(tx, within)
        return [*seen, states(tx.conn)]

    assert await store.write(work) == [["open"], ["open"], ["waiting"], ["waiting"]]


async def test_a_long_room_makes_it_no_slower(sqlite_store: Store) -> None:
    def work(tx: Tx) -> tuple[int, int]:
        account = connect(tx)
        raw: Any = tx.conn.connection.dbapi_connection

        def steps(target: str) -> int:
            taken = 0

            def count() -> int:
                nonlocal taken
                taken += 1
                return 0

            raw.set_progress_handler(count, 10)
            answer(tx, account, target)
            raw.set_progress_handler(None, 10)
            return taken

        for name, size in (("short", 30), ("long", 2000)):
            room: dict[str, Any] = {"kind": Kind.ROOM, "keys": (name,), "needs_work": False}
            ingest(tx, account, [said(f"{name}{n}", n, **room) for n in range(size)])
        steps("short1")
        return steps("short0"), steps("long0")

    short, long = await sqlite_store.write(work)
    assert long < 2 * short
