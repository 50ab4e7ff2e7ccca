"""Hearing that something was dropped: a look at the folder's own date, and into it only where that has changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from functools import partial
from typing import Final

from connectors.folder.client import Client, Dropped
from inbox_app.contract.connector import Blocking

_LOOKS_EVERY: Final = 2.0


async def listen(
    client: Client, blocking: Blocking, known: Callable[[], frozenset[Dropped]]
) -> AsyncGenerator[None, None]:
    """A nudge whenever a file lies there that is not `known`."""
    seen = await blocking(client.changed)
    while True:
        await asyncio.sleep(_LOOKS_EVERY)
        now = await blocking(client.changed)
        if now == seen:
            continue
        seen = now
        new, _more = await blocking(partial(client.look, 1, known()))
        if new:
            yield
