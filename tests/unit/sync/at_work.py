"""An engine at work for the length of a test, and the waiting for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.fakes.clock import FakeClock
from tests.fakes.engine_room import Room


@asynccontextmanager
async def running(room: Room) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(room.engine().run(stop))
    await settle(room.clock)
    yield
    stop.set()
    await asyncio.wait_for(task, 60)


async def settle(clock: FakeClock) -> None:
    """The bus gathers for 50 ms of real time before the engine hears."""
    await clock.settle()
    await asyncio.sleep(0.06)
    await clock.settle()
