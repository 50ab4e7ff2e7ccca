"""A Message-ID that somebody else uses too: no text is replaced, and the order of arrival decides nothing."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import Connection, select

from inbox_app.contract.remote import Location, MessageSeen
from inbox_app.domain.words import Kind
from inbox_app.ingest.ingest import Ingested, ingest
from inbox_app.storage.schema import conversation, handle, location, message, message_event, message_text
from inbox_app.storage.transaction import Tx
from tests.unit.ingest.conftest import NOW, Home
from tests.unit.ingest.oracle import found
from tests.unit.ingest.tales import connect, ours, said


def mail(by: str, uid: int, minutes: float = 1) -> MessageSeen:
    at = Location("INBOX", 1, uid)
    return said("m", minutes, by=by, kind=Kind.MAIL, text=f"by {by}", location=at, copy_key="m", raw=by.encode())


ANSWER = said("a", 5, by="zoe", kind=Kind.MAIL, parent="m")
TALE = (mail("maya", 1), mail("tom", 2, 2), mail("ada", 3, 3), ANSWER)


async def texts(home: Home) -> dict[str, str]:
    wanted = (
        select(handle.c.name, message_text.c.body)
        .join_from(message, handle)
        .join(message_text, message_text.c.id == message.c.id)
    )
    return {row.name: row.body for row in await home.rows(wanted)}


async def test_a_mail_under_anothers_message_id_is_a_message_of_its_own(home: Home) -> None:
    await home.hear(mail("maya", 1))
    assert await home.hear(mail("tom", 2)) == Ingested(new=1)
    assert await texts(home) == {"Maya": "by maya", "Tom": "by tom"}
    assert await home.rows(select(message_event)) == []
    assert (await home.row(select(conversation))).message_count == 2
    copied = {row.remote_id: row.copy_key for row in await home.rows(select(message))}
    assert copied.pop("m") == "m"
    assert [*copied.values()] == [None]


async def test_fetched_again_and_in_another_folder_each_stays_one(home: Home) -> None:
    await home.hear(*TALE[:2])
    assert await home.hear(mail("tom", 9), mail("maya", 8), mail("tom", 2), mail("maya", 1)) == Ingested()
    places = select(handle.c.name, location.c.uid).join_from(location, message).join(handle)
    assert {tuple(row) for row in await home.rows(places)} == {("Maya", 1), ("Maya", 8), ("Tom", 2), ("Tom", 9)}


@pytest.mark.parametrize("together", [False, True])
def test_the_order_of_arrival_decides_nothing(conn: Connection, together: bool) -> None:
    pictures = []
    for tale in permutations(TALE):
        transaction = conn.begin()
        tx = Tx(conn, NOW)
        account = connect(tx)
        for events in [tale] if together else [(one,) for one in tale]:
            ingest(tx, account, events)
        pictures.append(found(conn)[0])
        transaction.rollback()
    assert all(one == pictures[0] for one in pictures)
    assert len(pictures[0]["needs_reply"]) == 4
    assert pictures[0]["parents"]["a"] == "m"


async def test_our_own_mail_keeps_its_message_id(home: Home) -> None:
    await home.hear(mail("ada", 1))
    await home.hear(ours("m", 2, kind=Kind.MAIL))
    kept = select(message.c.direction).where(message.c.remote_id == "m")
    assert (await home.row(kept)).direction == "out"


def letter(text: str, raw: str, **more: Any) -> MessageSeen:
    return said("m", 1, kind=Kind.MAIL, text=text, raw=raw.encode(), **more)


async def test_two_texts_under_one_message_id_are_two_messages_and_no_edit(home: Home) -> None:
    told = (letter("one", "1"), letter("two", "2"), letter("one", "1 by another way"), letter("two", "2"))
    assert await home.hear(*told) == Ingested(new=2)
    assert await home.hear(*told) == Ingested()
    assert sorted(row.body for row in await home.rows(select(message_text.c.body))) == ["one", "two"]
    assert await home.rows(select(message_event)) == []
    assert (await home.row(select(conversation))).message_count == 2


async def test_a_copy_of_our_own_that_a_list_changed_changes_nothing(home: Home) -> None:
    told = (
        ours("m", 1, kind=Kind.MAIL, text="one", raw=b"1"),
        ours("m", 1, kind=Kind.MAIL, text="one, sent by", raw=b"2"),
    )
    assert await home.hear(*told) == Ingested(new=1)
    assert await home.hear(*told) == Ingested()
    assert (await home.row(select(message_text.c.body))).body == "one"


async def test_a_mail_that_is_read_better_today_is_no_edit(home: Home) -> None:
    await home.hear(letter("on", "1"))
    assert await home.hear(letter("one", "1")) == Ingested(updated=1)
    assert (await home.row(select(message_text.c.body))).body == "one"
    assert await home.rows(select(message_event)) == []
