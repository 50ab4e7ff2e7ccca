"""Questions about who uses the workspace."""

from __future__ import annotations

from inbox_app.storage import colleagues
from inbox_app.storage.colleagues import Colleague
from inbox_app.storage.store import Store

__all__ = ["Colleague", "every"]


async def every(store: Store) -> list[Colleague]:
    """All colleagues in the order in which they came, those who left too."""
    return await store.read(colleagues.list_colleagues)
