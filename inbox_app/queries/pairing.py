"""Questions about who may be one person among all members; nothing is ever linked by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from functools import partial

from inbox_app.domain.pairs import Guess, Pair, Two
from inbox_app.storage import pairs
from inbox_app.storage.store import Store

__all__ = ["found", "more", "weighed"]


async def found(store: Store) -> AsyncIterator[Sequence[Guess]]:
    """Pairs as they are found: by looks at once, then by the addresses that they wrote, the latest messages first."""
    yield await store.read(pairs.alike)
    some, before = await store.read(lambda conn: pairs.wrote(conn, None))
    yield some
    while before is not None:
        some, before = await store.read(partial(pairs.wrote, before=before))
        yield some


async def more(store: Store, but: Collection[Two]) -> Sequence[Guess]:
    """The next that are alike, besides these, once all that was found is gone through; none where that was all."""
    return await store.read(lambda conn: pairs.alike(conn, but))


async def weighed(store: Store, guesses: Sequence[Guess]) -> tuple[Pair, ...]:
    """These with what speaks against them, the surest first; without those that are decided or unlikely by now."""
    return await store.read(lambda conn: pairs.weighed(conn, guesses))
