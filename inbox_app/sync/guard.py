"""Keeps a second engine out of the workspace, and names this program in its claims."""

from __future__ import annotations

import asyncio
import os
import socket
from functools import partial

from inbox_app.paths import WorkspaceAddress
from inbox_app.storage.locks import EngineLock
from inbox_app.sync.sender import Desk


class WorkspaceGuard:
    """The engine's lock on one workspace."""

    def __init__(self, address: WorkspaceAddress) -> None:
        self._take = partial(EngineLock.take, address)
        self._lock: EngineLock | None = None

    async def take(self) -> Desk:
        """Become the one engine. Raises `SecondEngine`."""
        self._lock = await asyncio.to_thread(self._take)
        return Desk(f"{socket.gethostname()}:{os.getpid()}", lambda _account: None)

    async def give_back(self) -> None:
        """Let the next one in."""
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.release()
