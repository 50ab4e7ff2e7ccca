"""Questions about who uses the workspace."""

from __future__ import annotations

from inbox_app.storage import colleagues
from inbox_app.storage.colleagues import Colleague
from inbox_app.storage.store import Store

__all__ = ["Colleague", "every", "present"]


async def every(store: Store) -> list[Colleague]:
    """All colleagues in the order in which they came, those who left too."""
    return await store.read(colleagues.list_colleagues)


async def present(store: Store) -> tuple[Colleague, ...]:
    """Those who have not left."""
    return tuple(one for one in await every(store) if one.left_at is None)
