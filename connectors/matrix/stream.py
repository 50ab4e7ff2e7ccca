"""Hearing from the server that something is new: a sync that waits, on a line of its own.

https://spec.matrix.org/latest/client-server-api/#syncing (long polling). What it answers is asked for nothing but the
moment; the pull tells what is new.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Final

from connectors.matrix import asking
from connectors.matrix.client import Client

DEADLINE: Final = 90.0
"""Seconds of a request on this line; one that is silent for half of it has broken."""
_WAIT_MS: Final = 30_000
_PAUSE: Final = 0.2
"""Seconds between two answers, whatever the server does."""


async def listen(client: Client, me: str, since: Callable[[], str]) -> AsyncGenerator[None, None]:
    """A nudge whenever the waiting sync tells of something; it begins where the last pull stood."""
    at = since() or (await asking.first_sync(client, me)).next
    yield
    while True:
        news = await asking.sync(client, me, at, wait_ms=_WAIT_MS)
        at = news.next
        if not news.is_empty:
            yield
        await asyncio.sleep(_PAUSE)
