"""The door of a workspace: who holds its lock is the engine, and everybody else is told so."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from typing import Protocol

from inbox_app.domain.ids import AccountId, new_id
from inbox_app.sync.sender import Desk


class Held(Protocol):
    """A lock that is ours until it is released or the process ends."""

    def release(self) -> None:
        """Let go of it; twice is once."""


class Door:
    """The engine's `Guard` over the operating system's lock. `take_lock` raises where another engine holds it."""

    def __init__(self, take_lock: Callable[[], Held]) -> None:
        self._take_lock = take_lock
        self._held: Held | None = None

    async def take(self) -> Desk:
        """Become the one engine. Raises what `take_lock` raises, a sentence for a person."""
        self._held = await asyncio.to_thread(self._take_lock)  # a server may be asked
        return Desk(f"{socket.gethostname()}-{os.getpid()}-{new_id()}", _no_fence)

    async def keep(self) -> None:
        """Nothing to do: the lock ends with the process."""
        await asyncio.Event().wait()

    async def give_back(self) -> None:
        """Let the next one in."""
        held, self._held = self._held, None
        if held is not None:
            held.release()


async def _no_fence(_: AccountId) -> int | None:
    return None
