"""Questions about the tone sheet."""

from __future__ import annotations

from inbox_app.domain.tone import ToneSheet
from inbox_app.storage import tone
from inbox_app.storage.store import Store


async def sheet(store: Store) -> ToneSheet:
    """How the brand speaks, as far as it was laid down."""
    return await store.read(tone.read)
