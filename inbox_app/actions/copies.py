"""Whether mail that several accounts got is shown as one, or each account's for itself; for the whole team."""

from __future__ import annotations

from inbox_app.ingest import copies
from inbox_app.storage.store import Store


async def show_together(store: Store) -> None:
    """Show as one what is one, also what is here already."""
    await store.write(copies.show_together)


async def show_apart(store: Store) -> None:
    """Show each account's mail for itself; `show_together` leads back."""
    await store.write(copies.show_apart)
