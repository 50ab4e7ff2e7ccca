"""Questions about mail that several accounts got."""

from __future__ import annotations

from inbox_app.storage import copies
from inbox_app.storage.store import Store


async def are_apart(store: Store) -> bool:
    """Whether each account's mail is shown for itself."""
    return await store.read(copies.are_apart)
