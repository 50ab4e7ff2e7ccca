"""Time as something handed in, so that a test can let a day pass in a moment."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from time import monotonic
from typing import Protocol

from inbox_app.domain.timecode import to_ms


class Clock(Protocol):
    """What tells the time and waits."""

    def now(self) -> datetime:
        """This moment, in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Wait so long."""


class SystemClock:
    """The computer's clock."""

    def now(self) -> datetime:
        """This moment, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait so long. Qt's long timers may be early by a second: who wakes then would look, and wait once more."""
        end = monotonic() + seconds
        await asyncio.sleep(seconds)
        if (left := end - monotonic()) > 0:
            await asyncio.sleep(left)


def now_ms(clock: Clock) -> int:
    """This moment as the database counts it."""
    return to_ms(clock.now())


async def wait_until(clock: Clock, event: asyncio.Event, seconds: float | None) -> bool:
    """Wait for the event, at most so long; True when it came. With None there is no limit."""
    if seconds is None:
        return await event.wait()
    waiting, sleeping = asyncio.ensure_future(event.wait()), asyncio.ensure_future(clock.sleep(max(seconds, 0)))
    try:
        await asyncio.wait({waiting, sleeping}, return_when=asyncio.FIRST_COMPLETED)
        return event.is_set()
    finally:
        waiting.cancel()
        sleeping.cancel()
