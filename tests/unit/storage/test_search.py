"""Search finds what is there, on both databases alike, newest first and counted."""

from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import delete, insert, select, update

from inbox_app.domain.ids import ColleagueId, MessageId
from inbox_app.domain.search_query import parse
from inbox_app.domain.timecode import first_id, to_ms
from inbox_app.queries.search import messages
from inbox_app.storage import schema, search_conditions
from inbox_app.storage.search import CAPPED_AT, Page, Total, count, search
from inbox_app.storage.search_index import IndexedText, facet_words, index_texts, unindex
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx

ME = ColleagueId("me")
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = 86_400_000


def day(number: int) -> int:
    """The first id of a day of 2026, counted from 1."""
    return first_id(to_ms(datetime(2026, 1, 1, tzinfo=UTC)) + (number - 1) * DAY)


def make_room(tx: Tx) -> None:
    """Two accounts, two people, one conversation of each."""
    conn = tx.conn
    for name, channel in (("shop", "mail"), ("brand", "mastodon")):
        conn.execute(
            insert(schema.account).values(
                id=name, channel=channel, remote_id=name, handle=name, state="active", made_at=tx.now
            )
        )
        conn.execute(
            insert(schema.conversation).values(
                id=f"c-{name}", account=name, channel=channel, kind="direct", state="open" if name == "shop" else "done"
            )
        )
        conn.execute(
            insert(schema.thread).values(
                id=f"t-{name}", account=name, kind="direct", key=name, conversation=f"c-{name}"
            )
        )
    conn.execute(insert(schema.member), {"id": "anna", "name": "Anna Rossi"})
    handles = [("h-anna", "anna@example.org", "Ànna Rossi", "anna"), ("h-bob", "bob", "Bob", None)]
    for own, handle, name, member in handles:
        conn.execute(
            insert(schema.handle).values(id=own, channel="mail", remote_id=own, handle=handle, name=name, member=member)
        )


def add(tx: Tx, number: int, body: str, author: str = "h-anna", account: str = "shop") -> MessageId:
    """One message of that day, with its text."""
    values = {"id": number, "account": account, "thread": f"t-{account}", "conversation": f"c-{account}"}
    facts = {"author": author, "direction": "in", "state": "received", "sent_at": 0, "received_at": 0}
    tx.conn.execute(insert(schema.message), {**values, **facts, "remote_id": str(number)})
    tx.conn.execute(
        update(schema.conversation)
        .where(schema.conversation.c.id == f"c-{account}")
        .values(message_count=schema.conversation.c.message_count + 1)
    )
    channel = "mail" if account == "shop" else "mastodon"
    index_texts(tx, [IndexedText(MessageId(number), body, "Anna Rossi", facet_words(channel, account))])
    return MessageId(number)


def fill(tx: Tx) -> None:
    make_room(tx)
    add(tx, day(1), "Un pâté di campagna, please")
    add(tx, day(20), "Vorrei la PATE frolla", author="h-bob", account="brand")
    add(tx, day(2), "Where is the Hauptbahnhof? 50% off, really_true")
    add(tx, day(3), "the order is late, please answer soon", author="h-bob")
    add(tx, day(4), "please order the answer", author="h-bob", account="brand")


@pytest.fixture
async def filled(store: Store) -> Store:
    """Five messages over two accounts, one of them back-filled out of order."""
    await store.write(fill)
    return store


async def find(store: Store, typed: str, older_than: MessageId | None = None, limit: int = 50) -> Page:
    return await store.read(lambda conn: search(conn, parse(typed, NOW), ME, older_than, limit))


async def days(store: Store, typed: str) -> list[int]:
    """The days of what is found, and the check that the total agrees."""
    page = await find(store, typed)
    total = await store.read(lambda conn: count(conn, page.query, ME))
    assert total == Total(len(page.hits), exact=True)
    return [(hit.message - day(1)) // (day(2) - day(1)) + 1 for hit in page.hits]


FOUND = {
    "pate": [20, 1],
    "PÂTÉ": [20, 1],
    "ple": [4, 3, 1],
    "please order": [4, 3],
    '"order is late"': [3],
    '"is order"': [],
    "bahnhof": [2],
    "*bahnho*": [2],
    "*ahn*": [2],
    "*of*": [2],
    "*noh*": [],
    "nothingatall": [],
    "please -late": [4, 1],
    "please -*ampagn*": [4, 3],
    "please from:bob": [4, 3],
    "from:anna": [2, 1],
    "from:ANNA@example": [2, 1],
    "please channel:mastodon": [4],
    "channel:mail": [3, 2, 1],
    "please is:open": [3, 1],
    "is:done": [20, 4],
    "please before:2026-01-04": [3, 1],
    "please after:2026-01-03": [4, 3],
    "after:2026-01-03 before:2026-01-05": [4, 3],
    "50% off": [2],
    "*y_t*": [2],
    "*0% *": [2],
    "*really%*": [],
    "rossi": [20, 4, 3, 2, 1],
    "is:banana": [],
    '"': [20, 4, 3, 2, 1],
    "tag:urgent": [],
}


async def test_what_is_typed_finds(filled: Store) -> None:
    assert {typed: await days(filled, typed) for typed in FOUND} == FOUND


async def test_many_people_of_one_name_are_found_as_few_are(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_conditions, "_FEW_AUTHORS", 0)
    expected = {"from:bob": [20, 4, 3], "please from:bob": [4, 3], "from:anna": [2, 1], "from:nobody": []}
    assert {typed: await days(filled, typed) for typed in expected} == expected


async def test_tags_notes_attachments_unread_and_mine(filled: Store) -> None:
    def mark(tx: Tx) -> None:
        conn = tx.conn
        conn.execute(insert(schema.tag), [{"id": "t1", "name": "Urgènt"}, {"id": "t2", "name": "vip"}])
        conn.execute(insert(schema.conversation_tag), {"conversation": "c-brand", "tag": "t1"})
        conn.execute(insert(schema.member_tag), {"member": "anna", "tag": "t2"})
        conn.execute(
            insert(schema.note),
            {"id": "n", "conversation": "c-brand", "author": "me", "text": "careful", "made_at": tx.now},
        )
        conn.execute(
            insert(schema.attachment), {"id": "a", "message": day(2), "name": "map.png", "media_type": "image/png"}
        )
        conn.execute(insert(schema.unread), {"colleague": "me", "conversation": "c-shop", "message": day(3)})
        conn.execute(update(schema.conversation).where(schema.conversation.c.id == "c-brand").values(assignee="me"))

    await filled.write(mark)
    assert await days(filled, "tag:urgent") == [20, 4]
    assert await days(filled, "tag:vip please") == [3, 1]
    assert await days(filled, "has:note") == [20, 4]
    assert await days(filled, "has:attachment") == [2]
    assert await days(filled, "is:unread") == [3]
    assert await days(filled, "is:mine please") == [4]


async def test_pages_follow_each_other_without_gap_or_double(filled: Store) -> None:
    seen: list[MessageId] = []
    older: MessageId | None = None
    while True:
        page = await find(filled, "rossi", older, limit=2)
        seen += [hit.message for hit in page.hits]
        older = page.older_than
        if older is None:
            break
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == 5


async def test_operators_are_weighed_once_for_all_pages(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await find(filled, "from:rossi is:open", limit=1)
    again = await find(filled, "from:rossi is:open", first.older_than, limit=2)
    monkeypatch.setattr("inbox_app.storage.search._matching", None)
    older, weighed = first.older_than, first.weighed
    second = await filled.read(lambda conn: search(conn, first.query, ME, older, 2, weighed))
    assert [hit.message for hit in second.hits] == [hit.message for hit in again.hits] != []


async def test_what_stands_inside_words_goes_on_inside_words(filled: Store) -> None:
    first = await messages(filled, ME, "ossi", limit=2)
    both = await messages(filled, ME, "ossi", limit=3, begun=first)
    assert (len(first.hits), len(both.hits), both.total, both.older_than) == (2, 5, 5, None)


async def test_a_condition_that_is_none_is_named(filled: Store) -> None:
    found = await messages(filled, ME, "please foo:bar is:opne https://example.org/a C:\\x from:anna -no:thing")
    assert found.misread == ("foo:bar", "is:opne")


async def test_the_excerpt_marks_what_was_found(filled: Store) -> None:
    (_, hit) = (await find(filled, "pate")).hits
    assert hit.excerpt.text == "Un pâté di campagna, please"
    assert [hit.excerpt.text[a:b] for a, b in hit.excerpt.marks] == ["pâté"]


async def test_a_changed_text_is_found_by_its_new_words_only(filled: Store) -> None:
    text = IndexedText(MessageId(day(1)), "now about zebras", "Anna Rossi", facet_words("mail", "shop"))
    await filled.write(lambda tx: index_texts(tx, [text]))
    assert await days(filled, "zebra") == [1]
    assert await days(filled, "campagna") == []
    assert await days(filled, "*ampagn*") == []


async def test_what_goes_with_its_account_leaves_the_index(filled: Store) -> None:
    await filled.write(lambda tx: unindex(tx, [MessageId(day(1))]))
    await filled.write(lambda tx: tx.conn.execute(delete(schema.account).where(schema.account.c.id == "brand")))
    assert await days(filled, "pate") == []
    assert await days(filled, "please") == [3]


async def test_a_total_beyond_the_cap_is_exact_only_when_asked_for(filled: Store) -> None:
    def add_many(tx: Tx) -> None:
        last = add(tx, day(100) + CAPPED_AT, "flood of wholesalewords")
        (row,) = tx.conn.execute(select(schema.message).where(schema.message.c.id == last)).mappings()
        numbers = [day(100) + number for number in range(CAPPED_AT)]
        tx.conn.execute(insert(schema.message), [{**row, "id": n, "remote_id": str(n)} for n in numbers])
        index_texts(tx, [IndexedText(MessageId(n), "flood of wholesalewords") for n in numbers])

    await filled.write(add_many)
    for typed in ("flood", "*holesalew*"):
        total = partial(count, query=parse(typed, NOW), me=ME)
        assert await filled.read(total) == Total(CAPPED_AT, exact=False)
        assert await filled.read(partial(total, exact=True)) == Total(CAPPED_AT + 1, exact=True)
        page = await find(filled, typed)
        assert [hit.message for hit in page.hits] == [day(100) + CAPPED_AT - i for i in range(50)]


async def test_the_index_of_sqlite_agrees_with_its_texts(sqlite_store: Store) -> None:
    await sqlite_store.write(fill)
    await sqlite_store.write(lambda tx: unindex(tx, [MessageId(day(2))]))

    def check(tx: Tx) -> None:
        for name in ("message_word", "message_part"):
            tx.conn.exec_driver_sql(f"INSERT INTO {name}({name}, rank) VALUES ('integrity-check', 1)")

    await sqlite_store.write(check)
    left = await sqlite_store.read(lambda conn: conn.execute(select(schema.message_text.c.id)).scalars().all())
    assert len(left) == 4
