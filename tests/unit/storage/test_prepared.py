"""A question made ready once finds what SQLAlchemy finds, and its faults become the store's sentences."""

from __future__ import annotations

import pytest
from sqlalchemy import BigInteger, Connection, bindparam, cast, insert, literal, literal_column, null, select
from sqlalchemy.exc import DBAPIError

from inbox_app.paths import WorkspaceAddress
from inbox_app.storage.bulk import any_of
from inbox_app.storage.opening import open_database
from inbox_app.storage.prepared import Prepared
from inbox_app.storage.schema import tag
from inbox_app.storage.store import Store

NAMES = ["café", 'it\'s "quoted"', "100 %", "plain"]


@pytest.fixture
async def tagged(store: Store) -> Store:
    await store.write(lambda tx: tx.conn.execute(insert(tag), [{"id": one[:2], "name": one} for one in NAMES]))
    return store


async def test_it_finds_what_the_statement_finds(tagged: Store) -> None:
    among = select(tag.c.name).where(any_of(tag.c.name), tag.c.name.in_(NAMES[:3]), tag.c.id != bindparam("other"))
    question = Prepared(among.order_by(tag.c.name))

    def work(conn: Connection) -> None:
        for other in ("", "ca"):
            for wanted in (NAMES, NAMES[1:], []):
                given = {"wanted": wanted, "other": other}
                found = conn.execute(among.order_by(tag.c.name), given).scalars().all()
                assert question.column(conn, given) == found
                assert [tuple(row) for row in question.all(conn, given)] == [(one,) for one in found]
                assert sorted(row[0] for row in question.all_at_once(conn, given)) == sorted(found)

    await tagged.read(work)


async def test_rows_brought_at_once_keep_their_numbers_and_what_is_not_known(tagged: Store) -> None:
    latest = 2**63 - 1
    told = Prepared(select(tag.c.name, literal(latest, BigInteger), cast(null(), BigInteger), bindparam("low", -5)))
    found = await tagged.read(told.all_at_once)
    assert sorted(map(tuple, found)) == sorted((one, latest, None, -5) for one in NAMES)


def test_a_question_begins_the_transaction_that_there_is_not(sqlite_address: WorkspaceAddress) -> None:
    database = open_database(sqlite_address, create=True, now=1)
    with database.connect_reader() as conn:
        assert Prepared(select(tag.c.id)).all(conn) == []
        assert conn.in_transaction()
    database.close()


async def test_its_faults_are_those_of_the_database(store: Store) -> None:
    broken = Prepared(select(literal_column("no_such_function(id)")).select_from(tag))
    for ask in (broken.all, broken.all_at_once):
        with pytest.raises(DBAPIError, match="no_such_function"):
            await store.read(ask)
