"""What happens by the clock in the workspace: reminders fire, snoozes end, rules meet what waits; also after sleep."""

from __future__ import annotations

import asyncio
import logging

from inbox_app.storage import falling_due
from inbox_app.storage.errors import StorageError
from inbox_app.storage.falling_due import Fired
from inbox_app.storage.store import Store
from inbox_app.sync.clock import Clock, now_ms, wait_until
from inbox_app.sync.notices import Notice, NoticeKind, Tell
from inbox_app.sync.timed_rules import EVERY_MS, run_timed_rules

log = logging.getLogger(__name__)

LONGEST_WAIT = 30.0
"""Seconds: a computer that wakes from sleep, or a clock that is put forward, is noticed this soon."""


class Scheduler:
    """One per engine."""

    def __init__(self, store: Store, clock: Clock, tell: Tell) -> None:
        self._store = store
        self._clock = clock
        self._tell = tell
        self._wake = asyncio.Event()
        self._ruled_at: int | None = None

    def nudge(self) -> None:
        """A time may have been set or moved."""
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Fire what is due until `stop` is set (nudge after setting it)."""
        while not stop.is_set():
            self._wake.clear()
            try:
                await wait_until(self._clock, self._wake, await self.fire_due())
            except StorageError as broken:
                log.warning("Reminders wait: %s", broken)
                await self._clock.sleep(LONGEST_WAIT)

    async def fire_due(self) -> float:
        """Fire everything whose time has come; the seconds until there may be more."""
        if await self._store.read(falling_due.some_answered):
            await self._store.write(falling_due.end_answered)
        await self._run_rules()
        due = await self._store.read(falling_due.next_due)
        if due is not None and due <= now_ms(self._clock):
            for fired in await self._store.write(falling_due.fire_reminders):
                self._tell(_notice(fired))
            await self._store.write(falling_due.end_snoozes)
            due = await self._store.read(falling_due.next_due)
        if due is None:
            return LONGEST_WAIT
        return min(max((due - now_ms(self._clock)) / 1000, 0), LONGEST_WAIT)

    async def _run_rules(self) -> None:
        now = now_ms(self._clock)
        if self._ruled_at is None or not 0 <= now - self._ruled_at < EVERY_MS:
            self._ruled_at = now
            await run_timed_rules(self._store)


def _notice(fired: Fired) -> Notice:
    return Notice(NoticeKind.REMINDER, fired.text, conversation=fired.conversation, reminder=fired.id, late=fired.late)
