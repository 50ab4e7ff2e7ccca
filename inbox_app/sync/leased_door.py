"""The door of a team's workspace: who holds the leases on its accounts is the engine, as long as it renews them.

A lease ends by the server's clock, and a little earlier by our own two: a computer that slept, or a process that was
stopped, finds out before it does anything more.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime
from time import monotonic

from inbox_app.domain.ids import AccountId
from inbox_app.storage import outbox
from inbox_app.storage.errors import StorageError
from inbox_app.storage.leases import LeaseLost, give_back_all, hold_all
from inbox_app.storage.locks import SecondEngine
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from inbox_app.sync.clock import Clock
from inbox_app.sync.door import Door
from inbox_app.sync.sender import Desk

log = logging.getLogger(__name__)

LASTS = 30.0
RENEW_EVERY = 8.0
MARGIN = 5.0
"""Seconds by which we stop before the server gives our accounts to another desk."""


class LeasedDoor:
    """The engine's `Guard` over the leases. `door` keeps a second engine of this computer out; `name` is for people."""

    def __init__(self, door: Door, store: Store, clock: Clock, name: str) -> None:
        self._door = door
        self._store = store
        self._clock = clock
        self._name = name
        self._desk = ""
        self._held: Mapping[AccountId, int] = {}
        self._renewed: tuple[datetime, float] = clock.now(), monotonic()

    async def take(self) -> Desk:
        """Become the one engine of the team. Raises `SecondEngine`."""
        self._desk, self._held = (await self._door.take()).name, {}
        try:
            await self._renew()
        except LeaseLost as held_elsewhere:
            await self._door.give_back()
            raise SecondEngine(self._name) from held_elsewhere
        except BaseException:
            await self._door.give_back()
            raise
        return Desk(self._desk, self._fence)

    async def keep(self) -> None:
        """Renew the leases, and take those of new accounts. Raises `LeaseLost`."""
        while True:
            await self._clock.sleep(min(RENEW_EVERY, self._left()))
            try:
                async with asyncio.timeout(self._left()):
                    await self._renew()
            except LeaseLost:
                raise
            except (StorageError, TimeoutError) as broken:
                log.warning("The leases could not be renewed: %s", broken)

    async def give_back(self) -> None:
        """Let the next desk in. Whatever we sent has ended, so it need not doubt more than we do."""
        held, self._held = self._held, {}
        try:
            await self._store.write(lambda tx: give_back_all(tx, self._desk, held))
        except StorageError as broken:
            log.warning("The leases end by themselves: %s", broken)
        await self._door.give_back()

    async def _fence(self, account: AccountId) -> int:
        """The number to act for an account with. Raises `LeaseLost` where we must not act."""
        self._left()
        if account not in self._held:
            await self._renew()
        return self._held[account]

    async def _renew(self) -> None:
        began = self._clock.now(), monotonic()
        self._held = await self._store.write(self._hold)
        self._renewed = began

    def _hold(self, tx: Tx) -> Mapping[AccountId, int]:
        hold = hold_all(tx, self._desk, self._held, int(LASTS * 1000))
        for account in hold.abandoned:
            outbox.abandon_of_lost_lease(tx, account)
        return hold.fences

    def _left(self) -> float:
        """The seconds for which the leases are surely ours. Raises `LeaseLost` when there are none."""
        wall, steady = self._renewed
        # One clock stands still while a computer sleeps, the other may be set back.
        past = max((self._clock.now() - wall).total_seconds(), monotonic() - steady)
        if past >= LASTS - MARGIN:
            raise LeaseLost
        return LASTS - MARGIN - past
