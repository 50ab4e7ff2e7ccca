"""Waiting on Qt's loop until something is so, without ever starting a loop inside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

_PAUSE = 0.01


async def until(question: Callable[[], object], what: str, seconds: float = 10.0) -> None:
    """Ask until the answer is true; raises TimeoutError, naming `what`, when it never is."""
    try:
        async with asyncio.timeout(seconds):
            while not question():
                await asyncio.sleep(_PAUSE)
    except TimeoutError:
        raise TimeoutError(f"waited {seconds:g} seconds in vain for {what}") from None
