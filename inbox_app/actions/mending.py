"""Putting right what a workspace can work out again by itself."""

from __future__ import annotations

from inbox_app.storage import tallies
from inbox_app.storage.store import Store


async def recount(store: Store) -> None:
    """Count all that the sidebar shows anew."""
    await store.write(tallies.recount)
