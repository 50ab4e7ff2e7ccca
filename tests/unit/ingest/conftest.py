"""A connected account, and somebody to tell it things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from inbox_app.contract.remote import Batch, Event
from inbox_app.domain.ids import AccountId
from inbox_app.ingest.ingest import Ingested, ingest_batch
from tests.unit.ingest.tales import connect

if TYPE_CHECKING:
    from sqlalchemy import Executable

    from inbox_app.storage.store import Store


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
