"""What fits while a search is typed, and the list of recent searches, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, update

from inbox_app.actions import searching
from inbox_app.actions import views as saving
from inbox_app.domain.filters import EVERYTHING
from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.search_offers import Offered
from inbox_app.queries import search_offers
from inbox_app.storage import recent_searches, schema
from inbox_app.storage.colleagues import add_colleague
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.unit.storage.test_search import ME, fill

P, T, OP, A, V, R, C = (
    Offered.PERSON, Offered.TAG, Offered.OPERATOR, Offered.ACCOUNT, Offered.VIEW, Offered.RECENT, Offered.CHANNEL,
)  # fmt: skip


def make(tx: Tx) -> None:
    fill(tx)
    tx.conn.execute(insert(schema.tag), [{"id": "t1", "name": "Ànnual fair"}, {"id": "t2", "name": "vip"}])
    tx.conn.execute(update(schema.member).where(schema.member.c.id == "anna").values(message_count=3, last_seen=3))


@pytest.fixture
async def filled(store: Store) -> Store:
    await store.write(make)
    await saving.save(store, ME, "Annoyed people", EVERYTHING)
    return store


async def offered(store: Store, typed: str) -> list[tuple[Offered, str]]:
    found = await search_offers.offers(store, ME, typed, len(typed))
    assert found.typed == typed
    return [(one.kind, one.put or one.name) for one in found.offers]


async def test_what_fits_is_offered(filled: Store) -> None:
    fits = {
        "f": [(OP, "from:")],
        "a": [(OP, "account:"), (OP, "after:")],
        "ann": [(P, 'from:"Anna Rossi"'), (V, "Annoyed people"), (T, 'tag:"Ànnual fair"')],
        "kiln ann": [(P, 'from:"Anna Rossi"'), (V, "Annoyed people"), (T, 'tag:"Ànnual fair"')],
        "from:ross": [(P, 'from:"Anna Rossi"')],
        'from:"Anna Rossi"': [],
        "tag:": [(T, "tag:vip"), (T, 'tag:"Ànnual fair"')],
        "tag:an": [(T, 'tag:"Ànnual fair"')],
        "is:o": [(Offered.VALUE, "is:open"), (Offered.VALUE, "is:out")],
        "has:n": [(Offered.VALUE, "has:note")],
        "channel:ma": [(C, "channel:mail"), (C, "channel:mastodon")],
        "bran": [(A, "account:brand")],
        "before:2026": [],
        "-ann": [],
        '"ann': [],
    }
    found = {typed: await offered(filled, typed) for typed in fits}
    assert {typed: sorted(map(str, some)) for typed, some in found.items()} == {
        typed: sorted(map(str, some)) for typed, some in fits.items()
    }


async def test_recent_searches_are_one_s_own_and_can_be_forgotten(filled: Store) -> None:
    other = await filled.write(lambda tx: add_colleague(tx, "Bea"))
    for number, words in enumerate(("pate", "kiln  is:open", "pate", "  ")):
        await searching.remember(filled, ME, words)
        assert number < 2 or (await search_offers.recent(filled, ME))[0] == "pate"
    await searching.remember(filled, other, "theirs")
    assert set(await search_offers.recent(filled, ME)) == {"pate", "kiln is:open"}
    assert {name for _, name in await offered(filled, "")} == {"pate", "kiln is:open"}
    assert (R, "kiln is:open") in await offered(filled, "kil")
    await searching.forget(filled, ME, "pate")
    assert await search_offers.recent(filled, ME) == ("kiln is:open",)
    await searching.forget(filled, ME)
    assert await search_offers.recent(filled, ME) == ()
    assert await search_offers.recent(filled, other) == ("theirs",)


async def test_only_the_latest_are_kept(filled: Store) -> None:
    def many(tx: Tx) -> None:
        for number in range(recent_searches.KEPT + 5):
            tx.now += 1
            recent_searches.remember(tx, ME, f"word{number}")
        recent_searches.remember(tx, ME, "x" * (recent_searches.LONGEST + 1))

    await filled.write(many)
    kept = await search_offers.recent(filled, ColleagueId(ME))
    assert (len(kept), kept[0], kept[-1]) == (recent_searches.KEPT, f"word{recent_searches.KEPT + 4}", "word5")


async def test_an_erasure_forgets_who_was_looked_for(filled: Store) -> None:
    for words in ("from:Rossi kiln", "RÓSSI", "roses", "anna@example.org"):
        await searching.remember(filled, ME, words)
    await filled.write(lambda tx: recent_searches.forget_about(tx, ["Anna Rossi", "Rossi", "anna@example.org"]))
    assert await search_offers.recent(filled, ME) == ("roses",)
