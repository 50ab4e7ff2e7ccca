"""A store that is held: what is written is committed, and whoever asked for it hears so when a test lets them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from inbox_app.storage.store import Store


class Held:
    """From when it is made until `let_go`; `reached` is set once something was committed."""

    def __init__(self, store: Store, patch: pytest.MonkeyPatch) -> None:
        self.reached, self._free = asyncio.Event(), asyncio.Event()
        self._write: Callable[..., Awaitable[object]] = store.write
        patch.setattr(store, "write", self._hold)

    async def _hold(self, work: object) -> object:
        done = await self._write(work)
        self.reached.set()
        await self._free.wait()
        return done

    def let_go(self) -> None:
        """Everybody hears of their commits, and nobody waits any more."""
        self._free.set()
