"""Hearing that something is new: looks at the journal and the clock, since no line to a service exists."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

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
    since = to_ms(host.now())
    await host.blocking(partial(town.open_doors, since))
    line = (await host.blocking(partial(town.news, since, since, 0))).lines
    while True:
        await asyncio.sleep(TICK)
        await weather_out(await host.blocking(partial(forecast, host.folder)))
        until = max(to_ms(host.now()), since)
        news = await host.blocking(partial(town.news, since, until, line))
        since, line = until, news.lines
        if news.entries or news.said:
            yield
