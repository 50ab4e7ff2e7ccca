"""A question made ready once finds what SQLAlchemy finds, and its faults become the store's sentences."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, bindparam, insert, literal_column, select
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

    await tagged.read(work)


def test_a_question_begins_the_transaction_that_there_is_not(sqlite_address: WorkspaceAddress) -> None:
    database = open_database(sqlite_address, create=True, now=1)
    with database.connect_reader() as conn:
        assert Prepared(select(tag.c.id)).all(conn) == []
        assert conn.in_transaction()
    database.close()


async def test_its_faults_are_those_of_the_database(store: Store) -> None:
    broken = Prepared(select(literal_column("no_such_function(id)")).select_from(tag))
    with pytest.raises(DBAPIError, match="no_such_function"):
        await store.read(broken.all)
