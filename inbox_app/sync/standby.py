"""The engine for as long as the program runs: it stands by while another one works, and starts again when it ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from inbox_app.domain.errors import UserFacingError
from inbox_app.events import Bus
from inbox_app.i18n import _
from inbox_app.storage.errors import Damaged, StorageError
from inbox_app.storage.locks import SecondEngine
from inbox_app.storage.store import Store
from inbox_app.sync.clock import Clock, wait_until
from inbox_app.sync.engine import LOOK_AROUND, Engine
from inbox_app.sync.pace import LONGEST_PAUSE, Chance, Failures

log = logging.getLogger(__name__)

Say = Callable[[UserFacingError], None]
"""Hears why there is no syncing for the moment."""


class EngineElsewhere(UserFacingError):
    """Another process is the engine."""

    code = "second_engine"

    def __init__(self) -> None:
        super().__init__(
            _(
                "Another Portavoce is already at work on this workspace. "
                "Here you see what it brings; when it ends, this one takes over by itself."
            )
        )


class EngineEnded(UserFacingError):
    """Syncing ended without anybody having stopped it."""

    code = "engine_ended"

    def __init__(self) -> None:
        super().__init__(
            _(
                "Syncing stopped by itself, and starts again in a moment. "
                "Nothing you wrote is lost; the log says what happened."
            )
        )


class Standby:
    """One per program that stays open."""

    def __init__(self, engine: Engine, store: Store, bus: Bus, clock: Clock, chance: Chance, say: Say) -> None:
        self._engine = engine
        self._store = store
        self._bus = bus
        self._clock = clock
        self._chance = chance
        self._say = say

    async def run(self, stop: asyncio.Event, *, waits: bool = True) -> None:
        """Be the engine until `stop` is set, as soon and as often as that can be.

        Raises:
            SecondEngine: there is another one at the start, and we were not to wait for its end.
            Damaged: the workspace's database is broken; nothing more is to be done.
        """
        failures, elsewhere = Failures(), False
        while not stop.is_set():
            began = self._clock.now()
            trouble = await self._work(stop)
            if self._clock.now() - began > LONGEST_PAUSE:
                failures.over()
            if isinstance(trouble, SecondEngine):
                if not waits:
                    raise trouble
                if not elsewhere:
                    self._say(EngineElsewhere())
                await self._follow(stop)
            elif isinstance(trouble, Damaged):
                raise trouble
            elif trouble is not None:
                self._say(_told(trouble))
                await wait_until(self._clock, stop, failures.again(self._chance).total_seconds())
            waits, elsewhere = True, isinstance(trouble, SecondEngine)

    async def _work(self, stop: asyncio.Event) -> BaseException | None:
        """Be the engine until its end; what ended it, None where it was told to."""
        (trouble,) = await asyncio.gather(self._engine.run(stop), return_exceptions=True)
        return _inmost(trouble) if isinstance(trouble, BaseException) else None

    async def _follow(self, stop: asyncio.Event) -> None:
        """Hear of what the other engine committed."""
        try:
            self._bus.publish(await self._store.changed_elsewhere())
        except StorageError as broken:
            log.warning("Changes of other processes cannot be read: %s", broken)
        await wait_until(self._clock, stop, LOOK_AROUND)


def _inmost(trouble: BaseException) -> BaseException:
    """What is to be told of several things that failed at once: one that has a sentence, if there is any."""
    while isinstance(trouble, BaseExceptionGroup):
        told = trouble.subgroup(UserFacingError)
        trouble = (told or trouble).exceptions[0]
    return trouble


def _told(trouble: BaseException) -> UserFacingError:
    if isinstance(trouble, UserFacingError):
        return trouble
    log.error("The engine ended by itself", exc_info=trouble)
    return EngineEnded()
