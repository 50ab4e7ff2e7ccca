"""A backup a day, made while the engine is at work; one that fails is tried again, and stops nothing else."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from inbox_app.domain.errors import UserFacingError
from inbox_app.paths import WorkspaceAddress
from inbox_app.storage import backups
from inbox_app.storage.store import Store
from inbox_app.sync.clock import Clock

log = logging.getLogger(__name__)

EVERY = timedelta(days=1)
FIRST = timedelta(minutes=10)
"""How long an engine is at work before it looks: a start is busy enough."""
_LOOK = timedelta(minutes=15)
"""Between two looks: a computer that slept through the hour makes its backup soon after."""


class DailyBackup:
    """One per engine on a file of this computer."""

    def __init__(self, store: Store, address: WorkspaceAddress, clock: Clock) -> None:
        self._store = store
        self._address = address
        self._clock = clock

    async def run(self) -> None:
        """Until cancelled."""
        await self._clock.sleep(FIRST.total_seconds())
        while True:
            try:
                await self.make_if_due()
            except UserFacingError as problem:
                log.warning("The daily backup waits: %s", problem)
            await self._clock.sleep(_LOOK.total_seconds())

    async def make_if_due(self) -> bool:
        """Make one where the last is a day old; whether it was made."""
        there = await asyncio.to_thread(backups.kept, self._address)
        # Half a minute's grace, so that the hour of the backup does not creep through the day.
        if there and self._clock.now() - there[0].made_at < EVERY - timedelta(seconds=30):
            return False
        # What nothing names any more, the file of a draft that was discarded for one, need not be in it.
        await self._store.write(self._store.blobs.collect)
        await backups.make(self._store, self._address)
        return True
