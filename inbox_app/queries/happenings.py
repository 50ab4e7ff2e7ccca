"""Questions about what became of a message after it was written."""

from __future__ import annotations

from inbox_app.domain.happened import Happened
from inbox_app.domain.ids import MessageId
from inbox_app.storage import happenings
from inbox_app.storage.store import Store


async def of_message(store: Store, wanted: MessageId) -> tuple[Happened, ...]:
    """Everything that happened to it, the first thing first."""
    return await store.read(lambda conn: happenings.of_message(conn, wanted))
