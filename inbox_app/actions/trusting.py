"""Whose mails show their pictures from elsewhere without being asked each time."""

from __future__ import annotations

from inbox_app.storage import picture_senders
from inbox_app.storage.store import Store


async def show_pictures_of(store: Store, address: str) -> None:
    """From now on those of this sender are fetched when a mail is read."""
    await store.write(lambda tx: picture_senders.trust(tx, address))


async def block_pictures_of(store: Store, address: str) -> None:
    """They wait again until somebody asks for them."""
    await store.write(lambda tx: picture_senders.forget(tx, (address,)))
