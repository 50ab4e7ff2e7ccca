"""A connected account, and somebody to tell it things."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Connection, create_engine, event, insert
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from inbox_app.contract.remote import Batch, Event
from inbox_app.domain.ids import AccountId
from inbox_app.ingest.ingest import Ingested, ingest_batch
from inbox_app.storage import creation
from inbox_app.storage.schema import colleague
from tests.unit.ingest.tales import START, connect

if TYPE_CHECKING:
    from sqlalchemy import Executable

    from inbox_app.storage.store import Store


NOW = int(START.timestamp() * 1000) + 10**9


@dataclass(frozen=True)
class Home:
    """One account in a workspace."""

    store: Store
    account: AccountId

    async def hear(self, *events: Event) -> Ingested:
        """Ingest these events as one batch."""
        return await ingest_batch(self.store, self.account, Batch(events, {"upto": len(events)}))

    async def rows(self, wanted: Executable) -> Sequence[Any]:
        """What a statement finds."""
        return await self.store.read(lambda conn: conn.execute(wanted).all())

    async def row(self, wanted: Executable) -> Any:
        """The one row that a statement finds."""
        (found,) = await self.rows(wanted)
        return found

    async def run(self, *statements: Executable) -> None:
        """Change something as a person would."""
        await self.store.write(lambda tx: [tx.conn.execute(one) for one in statements] and None)


@pytest.fixture
async def home(store: Store) -> Home:
    """A workspace with one account, on each of the two databases."""
    return Home(store, await store.write(connect))


@pytest.fixture(scope="module")
def conn() -> Iterator[Connection]:
    """A database in memory; each telling is rolled back."""
    engine = create_engine("sqlite://", module=dbapi2, poolclass=StaticPool, connect_args={"isolation_level": None})
    event.listen(engine, "begin", lambda opened: opened.exec_driver_sql("BEGIN"))
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA foreign_keys = ON"))
    with engine.connect() as opened:
        with opened.begin():
            creation.create_tables(opened)
            opened.execute(insert(colleague), {"id": "me", "name": "me", "made_at": 0})
        yield opened
    engine.dispose()
