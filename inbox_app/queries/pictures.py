"""Questions about pictures that mails would fetch from elsewhere."""

from __future__ import annotations

from inbox_app.storage import picture_senders
from inbox_app.storage.store import Store


async def senders_shown(store: Store) -> frozenset[str]:
    """Whose pictures are shown at once; addresses in lower case."""
    return await store.read(picture_senders.read)
