"""Waiting for something to become true: ask again until a deadline, never sleep and hope."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

_PAUSE = 0.01


def wait_until(question: Callable[[], T], what: str, seconds: float = 60.0) -> T:
    """Ask until the answer is true and return it; raises TimeoutError, naming `what`, when it never is."""
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:g} seconds in vain for {what}")
        time.sleep(_PAUSE)
    return answer


async def eventually(question: Callable[[], Awaitable[T]], what: str, seconds: float = 60.0) -> T:
    """The same for a coroutine, without holding up the loop."""
    deadline = time.monotonic() + seconds
    while not (answer := await question()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:g} seconds in vain for {what}")
        await asyncio.sleep(_PAUSE)
    return answer
