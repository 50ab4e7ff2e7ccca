"""What is kept about conversations and people is found too, on both databases: notes, tags, chosen names."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, select, update

from inbox_app.domain.search_query import FoundBy, parse
from inbox_app.storage import schema
from inbox_app.storage.search import Total, count, search
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.unit.storage.test_search import ME, NOW, add, day, fill

NOTE, TAG, NAME, MESSAGE = FoundBy.NOTE, FoundBy.TAG, FoundBy.NAME, FoundBy.MESSAGE


def keep_something(tx: Tx) -> None:
    """Anna spoke in `c-shop`, Bob in both; the newest message is of day 3 there, of day 20 in `c-brand`."""
    fill(tx)
    conn = tx.conn
    for name, last in (("shop", 3), ("brand", 20)):
        of = schema.conversation.c.id == f"c-{name}"
        conn.execute(update(schema.conversation).where(of).values(last_message=day(last)))
    conn.execute(insert(schema.member), {"id": "bob", "name": "Bob"})
    conn.execute(update(schema.handle).where(schema.handle.c.id == "h-bob").values(member="bob"))
    conn.execute(
        insert(schema.participant),
        [
            {"conversation": "c-shop", "handle": "h-anna"},
            {"conversation": "c-shop", "handle": "h-bob"},
            {"conversation": "c-brand", "handle": "h-bob"},
        ],
    )
    note(tx, "n1", "Allergic to hazelnuts, called soon about the résumé", member="anna")
    note(tx, "n2", "Wants a *refund* before Christmas", conversation="c-brand")
    conn.execute(insert(schema.tag), [{"id": "t1", "name": "Wholesale"}, {"id": "t2", "name": "Grossista fedele"}])
    conn.execute(insert(schema.conversation_tag), {"conversation": "c-shop", "tag": "t1"})
    conn.execute(insert(schema.member_tag), {"member": "bob", "tag": "t2"})
    conn.execute(update(schema.member).where(schema.member.c.id == "anna").values(preferred_name="Nannarella"))


def note(tx: Tx, name: str, text: str, **about: str) -> None:
    tx.conn.execute(insert(schema.note), {"id": name, "author": ME, "text": text, "made_at": tx.now, **about})


@pytest.fixture
async def filled(store: Store) -> Store:
    await store.write(keep_something)
    return store


Hits = list[tuple[int, FoundBy]]


async def find(store: Store, typed: str) -> Hits:
    """The days and reasons of what is found, page by page; the check that total and pages agree."""

    def work(tx: Tx) -> Hits:
        page = search(tx.conn, parse(typed, NOW), ME, None, 2)
        total, hits, query = count(tx.conn, page.query, ME), list(page.hits), page.query
        while page.older_than is not None:
            page = search(tx.conn, query, ME, page.older_than, 2)
            hits += page.hits
        assert total == Total(len(hits), exact=True)
        assert total == count(tx.conn, query, ME, exact=True)
        assert [hit.message for hit in hits] == sorted({hit.message for hit in hits}, reverse=True)
        return [((hit.message - day(1)) // (day(2) - day(1)) + 1, hit.by) for hit in hits]

    return await store.write(work)


FOUND: dict[str, Hits] = {
    "hazel": [(3, NOTE)],
    "RESUME": [(3, NOTE)],
    "azelnu": [(3, NOTE)],  # inside a word, since none begins so
    "*lergi*": [(3, NOTE)],
    "*lz*": [],
    '"about the résumé"': [(3, NOTE)],
    '"the about"': [],
    "refund": [(20, NOTE)],
    "soon": [(3, MESSAGE)],  # in its own text and in a note: told once
    "christ refund": [(20, NOTE)],
    "hazelnuts refund": [],
    "wholesale": [(3, TAG)],
    "gross": [(20, TAG), (3, TAG)],
    '"grossista fedele"': [(20, TAG), (3, TAG)],
    "nannarella": [(3, NAME)],
    # A word of the newest message's own and one of what is kept about it.
    "late hazel": [(3, NOTE)],
    "frolla grossista": [(20, TAG)],
    "campagna hazel": [],
    "anna": [(20, MESSAGE), (4, MESSAGE), (3, MESSAGE), (2, MESSAGE), (1, MESSAGE)],  # each text has her name
    # The operators hold for what is found so too.
    "gross channel:mastodon": [(20, TAG)],
    "gross is:open": [(3, TAG)],
    "gross before:2026-01-10": [(3, TAG)],
    "gross -frolla": [(3, TAG)],
    "gross from:anna": [],
    "hazel tag:wholesale": [(3, NOTE)],
}


async def test_what_is_kept_is_found_at_the_newest_message(filled: Store) -> None:
    assert {typed: await find(filled, typed) for typed in FOUND} == FOUND


async def test_the_words_shown_are_those_that_were_found(filled: Store) -> None:
    page = await filled.read(lambda conn: search(conn, parse("resume", NOW), ME))
    excerpt = page.hits[0].excerpt
    assert [excerpt.text[begin:end] for begin, end in excerpt.marks] == ["résumé"]


async def test_what_changes_is_found_as_it_is_now(filled: Store) -> None:
    def change(tx: Tx) -> None:
        notes, tags, members = schema.note, schema.tag, schema.member
        tx.conn.execute(update(notes).where(notes.c.id == "n1").values(text="Loves walnuts"))
        tx.conn.execute(delete(notes).where(notes.c.id == "n2"))
        tx.conn.execute(update(tags).where(tags.c.id == "t1").values(name="Retail"))
        tx.conn.execute(update(members).where(members.c.id == "anna").values(preferred_name=""))

    await filled.write(change)
    typed = ("hazel", "walnut", "refund", "wholesale", "retail", "nannarella")
    found = {word: await find(filled, word) for word in typed}
    assert found == {**{word: [] for word in typed}, "walnut": [(3, NOTE)], "retail": [(3, TAG)]}
    left = await filled.read(lambda conn: conn.execute(select(schema.found_by.c.about)).scalars().all())
    assert sorted(left) == ["n1", "t1", "t2"]


async def test_it_follows_a_new_message_and_the_person_to_whom_a_handle_was_linked(filled: Store) -> None:
    def link(tx: Tx) -> None:
        add(tx, day(30), "One more thing")
        of = schema.conversation.c.id == "c-shop"
        tx.conn.execute(update(schema.conversation).where(of).values(last_message=day(30)))
        moved = {"from_member": "anna", "to_member": "bob", "reason": "asked", "made_at": tx.now}
        tx.conn.execute(insert(schema.member_link), {"id": "l", "handle": "h-anna", **moved})
        tx.conn.execute(update(schema.handle).where(schema.handle.c.id == "h-anna").values(member="bob"))

    await filled.write(link)
    assert await find(filled, "hazel") == [(30, NOTE)]


async def test_what_goes_with_its_conversation_is_found_no_more(filled: Store) -> None:
    await filled.write(lambda tx: tx.conn.execute(delete(schema.account).where(schema.account.c.id == "brand")))
    assert await find(filled, "refund") == []
    left = await filled.read(lambda conn: conn.execute(select(schema.found_by.c.said)).scalars().all())
    assert not [said for said in left if "refund" in said]


async def test_a_common_tag_is_counted_to_the_last(filled: Store) -> None:
    def many(tx: Tx) -> None:
        made = [
            {"id": f"c{n}", "account": "shop", "channel": "mail", "kind": "direct", "state": "open",
             "last_message": day(40) + n, "message_count": 1} for n in range(1200)
        ]  # fmt: skip
        tx.conn.execute(insert(schema.conversation), made)
        facts = {"author": "h-anna", "direction": "in", "state": "received", "sent_at": 0, "received_at": 0}
        tx.conn.execute(
            insert(schema.message),
            [
                {"id": day(40) + n, "account": "shop", "thread": "t-shop", "conversation": f"c{n}",
                 "remote_id": f"m{n}", **facts} for n in range(1200)
            ],
        )  # fmt: skip
        tx.conn.execute(insert(schema.conversation_tag), [{"conversation": f"c{n}", "tag": "t1"} for n in range(1200)])

    await filled.write(many)
    query = parse("wholesale", NOW)
    assert await filled.read(lambda conn: count(conn, query, ME)) == Total(1000, exact=False)
    assert await filled.read(lambda conn: count(conn, query, ME, exact=True)) == Total(1201, exact=True)
