"""A clock that a test moves: a day passes as soon as everybody waits for it."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TypeVar

from sqlalchemy import Connection

from inbox_app.domain.timecode import to_ms
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx

T = TypeVar("T")
_QUIET_ROUNDS = 25


class FakeClock:
    """`Clock` for tests. `idle` says whether nobody works any more, so that time may pass."""

    def __init__(self, start: datetime = datetime(2026, 11, 2, 9, tzinfo=UTC)) -> None:
        self._now = start
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._order = count()
        self.idle: Callable[[], bool] = lambda: True

    def now(self) -> datetime:
        return self._now

    def ms(self) -> int:
        return to_ms(self._now)

    async def sleep(self, seconds: float) -> None:
        waiting = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + timedelta(seconds=seconds), next(self._order), waiting))
        await waiting

    def jump(self, span: timedelta) -> None:
        """Let time pass without waking anybody (the computer slept)."""
        self._now += span

    async def advance(self, span: timedelta) -> None:
        """Let time pass, waking each sleeper at its moment and letting it work before the next."""
        end = self._now + span
        await self.settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            moment, _, waiting = heapq.heappop(self._sleepers)
            if waiting.done():
                continue
            self._now = max(moment, self._now)
            waiting.set_result(None)
            await self.settle()
        self._now = end

    async def settle(self) -> None:
        """Wait until everybody sleeps."""
        quiet = 0
        while quiet < _QUIET_ROUNDS:
            if self.idle():
                await asyncio.sleep(0)
                quiet += 1
            else:
                await asyncio.sleep(0.0005)
                quiet = 0


class CountingStore(Store):
    """A store that knows whether somebody waits for it."""

    waiting = 0

    async def write(self, work: Callable[[Tx], T]) -> T:
        self.waiting += 1
        try:
            return await super().write(work)
        finally:
            self.waiting -= 1

    async def read(self, work: Callable[[Connection], T]) -> T:
        self.waiting += 1
        try:
            return await super().read(work)
        finally:
            self.waiting -= 1
