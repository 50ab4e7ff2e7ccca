"""What a colleague's own list of recent searches does: remember one, forget one, forget all."""

from __future__ import annotations

from inbox_app.domain.ids import ColleagueId
from inbox_app.storage import recent_searches
from inbox_app.storage.store import Store


async def remember(store: Store, me: ColleagueId, words: str) -> None:
    """Put a search first among the recent ones."""
    await store.write(lambda tx: recent_searches.remember(tx, me, words))


async def forget(store: Store, me: ColleagueId, words: str | None = None) -> None:
    """Forget one of the recent searches, or all of them."""
    await store.write(lambda tx: recent_searches.forget(tx, me, words))
