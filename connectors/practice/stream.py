"""Hearing that something is new: looks at the journal and the clock, since no line to a service exists."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from connectors.practice.client import Community
from connectors.practice.weather import forecast, weather_out
from inbox_app.contract.connector import Host
from inbox_app.domain.timecode import to_ms

TICK = 0.5
"""Seconds between two looks."""


async def listen(host: Host, ready: Callable[[], Awaitable[Community]]) -> AsyncIterator[None]:
    """Yields whenever something is new. From the first time on the community is alive.

    Raises:
        Offline, Busy, SignInNeeded: that is the weather.
    """
    town = await ready()
    await host.blocking(lambda: town.open_doors(to_ms(host.now())))
    seen = await host.blocking(lambda: town.horizon(to_ms(host.now())))
    while True:
        await asyncio.sleep(TICK)
        await weather_out(await host.blocking(lambda: forecast(host.folder)))
        there = await host.blocking(lambda: town.horizon(to_ms(host.now())))
        if there != seen:
            seen = there
            yield
