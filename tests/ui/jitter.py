"""Answers of the store that take their time: with `PORTAVOCE_TESTS_JITTER=60` each waits up to 60 ms twice.

What a busy machine does now and then is done here at every step, so that a test, or a room of the window,
that looks between two refreshes fails at home. And whoever waits for something (`patience.until`) looks as late, so
that what was there for a moment only is missed at home too.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Awaitable, Callable

import pytest

from inbox_app.storage.store import Store

LONGEST = float(os.environ.get("PORTAVOCE_TESTS_JITTER", "0"))
"""Milliseconds; 0 where nothing waits."""


@pytest.fixture(autouse=True)
def jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is asked for, put the waits around each question and each commit."""
    if LONGEST:
        monkeypatch.setattr(Store, "read", _taking_its_time(Store.read))
        monkeypatch.setattr(Store, "read_both", _taking_its_time(Store.read_both))
        monkeypatch.setattr(Store, "write", _taking_its_time(Store.write))


def _taking_its_time(ask: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
    async def slowly(store: Store, *works: object) -> object:
        await a_while()
        answer = await ask(store, *works)
        await a_while()
        return answer

    return slowly


async def a_while() -> None:
    """As long as a busy machine may take; no time at all where nothing waits."""
    if LONGEST:
        await asyncio.sleep(random.random() * LONGEST / 1000)
