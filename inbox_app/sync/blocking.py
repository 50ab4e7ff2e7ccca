"""Calls that block (a mail server, DNS), on a few threads; the database is never touched there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
THREADS = 8


class BlockingCalls:
    """The contract's `Blocking`: at most `threads` calls at a time, the others wait their turn."""

    def __init__(self, threads: int = THREADS) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="blocking")

    async def __call__(self, call: Callable[[], T], /) -> T:
        """Run it. Cancelling lets go of the waiting call; one that has begun runs to its end, unheard."""
        return await asyncio.wrap_future(self._threads.submit(call))

    def close(self) -> None:
        """Take nothing new; do not wait for what still runs."""
        self._threads.shutdown(wait=False, cancel_futures=True)
