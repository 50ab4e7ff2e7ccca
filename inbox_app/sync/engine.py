"""The engine: one per workspace, it recovers, pulls, sends, and fires what falls due, as long as it runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from random import random
from typing import Any, Protocol

from inbox_app.contract.manifest import Manifest
from inbox_app.domain.changes import Changes
from inbox_app.domain.ids import AccountId
from inbox_app.domain.words import AccountState
from inbox_app.events import Bus
from inbox_app.i18n import _
from inbox_app.storage import accounts, wishes
from inbox_app.storage.accounts import Account
from inbox_app.storage.errors import Damaged, StorageError
from inbox_app.storage.store import Store
from inbox_app.sync.acts import ReadBlob
from inbox_app.sync.clock import Clock, SystemClock
from inbox_app.sync.daily_backup import DailyBackup
from inbox_app.sync.handover import to_answer
from inbox_app.sync.links import Links, MakeHost
from inbox_app.sync.notices import Tell, tell_nobody
from inbox_app.sync.pace import Chance
from inbox_app.sync.recovery import recover
from inbox_app.sync.report import AccountReport
from inbox_app.sync.runner import Runner
from inbox_app.sync.scheduler import Scheduler
from inbox_app.sync.sender import Desk, Sender
from inbox_app.sync.uniting import unite_what_is_stored

log = logging.getLogger(__name__)

LOOK_AROUND = 1.0
"""Seconds between looks at what other processes committed, where they are not waited for."""
_LOOK_ANYWAY = 30.0
"""Seconds after which they are looked at though nobody seems to have committed anything."""
LOOK_OVER_AFTER = 20.0
"""Seconds from the start until the database is read through, where the last process ended well."""
_GATHER = 0.05
_UNKNOWN_POLL = timedelta(minutes=15)


class Guard(Protocol):
    """Keeps a second engine out of the workspace."""

    async def take(self) -> Desk:
        """Become the one engine. Raises a `UserFacingError` that says that another one is at work."""

    async def keep(self) -> None:
        """Remain the one engine until cancelled. Raises what says that we are not any more."""

    async def give_back(self) -> None:
        """Let the next one in."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the composition root hands to the engine."""

    store: Store
    bus: Bus
    catalogue: Mapping[str, Manifest]
    make_host: MakeHost
    read_blob: ReadBlob
    guard: Guard
    clock: Clock = field(default_factory=SystemClock)
    chance: Chance = random
    tell: Tell = tell_nobody
    backups: DailyBackup | None = None
    """None where there is no file of ours to copy."""
    settle: Callable[[], Awaitable[None]] | None = None
    """What is put in order before any account is opened."""


@dataclass(slots=True)
class _Running:
    """A runner at work, and for which settings it was started."""

    runner: Runner
    task: asyncio.Task[None]
    settings: Mapping[str, str]


class Engine:
    """Made by the composition root. Either `run` until it is stopped, or `sync_once` and be done."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._store = parts.store
        self._clock = parts.clock
        self._links = Links(parts.store, parts.catalogue, parts.make_host)
        self._scheduler = Scheduler(parts.store, parts.clock, parts.tell)
        self._sender: Sender | None = None
        self._running: dict[AccountId, _Running] = {}
        self._guests: set[asyncio.Task[Any]] = set()
        """Syncs that somebody asked for: they end before the engine does."""
        self._tend = asyncio.Event()
        self.at_work = asyncio.Event()
        """Set while this engine holds the workspace."""

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set. Raises what the guard raises when another engine is at work."""
        async with self._at_work() as sender:
            unsubscribe = self._parts.bus.subscribe(self._hear, loop=asyncio.get_running_loop(), gather=_GATHER)
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(sender.run(stop))
                    group.create_task(self._scheduler.run(stop))
                    over = group.create_task(self._look_over())
                    uniting = group.create_task(unite_what_is_stored(self._store))
                    around = group.create_task(self._look_around())
                    backing = group.create_task(self._back_up())
                    tending = group.create_task(self._keep_tending())
                    await stop.wait()
                    self._wake_all()
                    for task in (over, uniting, around, backing, tending):
                        task.cancel()
            finally:
                unsubscribe()
                await self._stop_all()

    async def sync_once(self, wanted: frozenset[AccountId] | None = None) -> tuple[AccountReport, ...]:
        """Pull until there is no more and send what is due, in all accounts or the wanted ones; a report each."""
        if self._sender is not None:
            joined = asyncio.create_task(self._sync(self._sender, wanted))
            self._keep(joined)
            return await joined
        async with self._at_work() as sender:
            await unite_what_is_stored(self._store)
            await self._scheduler.fire_due()
            return await self._sync(sender, wanted)

    def refresh(self, account: AccountId | None = None) -> None:
        """A person asks for news, or the network is back: pull and send now."""
        for known, running in self._running.items():
            if account in (None, known):
                running.runner.nudge()
        if self._sender is not None:
            self._sender.nudge()

    # --- one at a time ----------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _at_work(self) -> AsyncIterator[Sender]:
        desk = await self._parts.guard.take()
        try:
            async with _kept(self._parts.guard):
                yield await self._begin(desk)
        finally:
            self.at_work.clear()
            self._sender = None
            await self._links.close()
            await self._parts.guard.give_back()

    async def _begin(self, desk: Desk) -> Sender:
        if self._store.ended_badly:
            await self._store.look_over()
        await recover(self._store)
        parts = self._parts
        if parts.settle is not None:
            await parts.settle()
        self._sender = Sender(parts.store, self._links, parts.clock, desk, parts.read_blob, parts.chance, parts.tell)
        self.at_work.set()
        return self._sender

    async def _sync(self, sender: Sender, wanted: frozenset[AccountId] | None) -> tuple[AccountReport, ...]:
        known = await self._store.read(accounts.every)
        if wanted is None:
            chosen = [one for one in known if one.state is not AccountState.ARCHIVE]
        else:
            chosen = [one for one in known if one.id in wanted]
        return tuple(await asyncio.gather(*(self._sync_account(sender, one) for one in chosen)))

    async def _sync_account(self, sender: Sender, account: Account) -> AccountReport:
        if account.state is not AccountState.ACTIVE:
            return AccountReport(account.id, error=_resting(account))
        running = self._running.get(account.id)
        runner = running.runner if running is not None else self._make_runner(account)
        sent, not_sent = sender.sent[account.id], sender.not_sent[account.id]
        await sender.send_due(account.id)
        report = await runner.sync_once()
        await sender.send_due(account.id)
        return replace(report, sent=sender.sent[account.id] - sent, not_sent=sender.not_sent[account.id] - not_sent)

    # --- runners ----------------------------------------------------------------------------------------------------

    def _make_runner(self, account: Account) -> Runner:
        manifest, parts = self._parts.catalogue.get(account.channel), self._parts
        poll = _UNKNOWN_POLL if manifest is None else manifest.poll
        return Runner(self._links.of(account.id), parts.store, parts.clock, poll, parts.chance, parts.tell)

    async def _tend_runners(self, never: asyncio.Event) -> None:
        """Start, stop and renew runners, so that they are as the accounts' rows say."""
        known = await self._store.read(accounts.every)
        active = {one.id: one for one in known if one.state is AccountState.ACTIVE}
        for account, running in tuple(self._running.items()):
            wanted = active.get(account)
            if wanted is None or wanted.settings != running.settings or running.task.done():
                await self._stop_runner(account)
        for account, wanted in active.items():
            if account not in self._running:
                runner = self._make_runner(wanted)
                task = asyncio.create_task(runner.run(never), name=f"runner {account}")
                self._running[account] = _Running(runner, task, wanted.settings)

    async def _stop_runner(self, account: AccountId) -> None:
        running = self._running.pop(account)
        running.task.cancel()
        await asyncio.wait([running.task])
        self._links.forget(account)

    async def _stop_all(self) -> None:
        guests = tuple(self._guests)
        for guest in guests:
            guest.cancel()
        if guests:
            await asyncio.wait(guests)
        for account in tuple(self._running):
            await self._stop_runner(account)

    def _keep(self, guest: asyncio.Task[Any]) -> None:
        self._guests.add(guest)
        guest.add_done_callback(self._guests.discard)

    # --- what others do ---------------------------------------------------------------------------------------------

    def _hear(self, changes: Changes) -> None:
        if self._sender is not None and (changes.outbox or changes.accounts or changes.everything):
            self._sender.nudge()
        if changes.reminders or changes.conversations or changes.everything:
            self._scheduler.nudge()
        if changes.accounts or "wishes" in changes.topics or changes.everything:
            self._tend.set()

    async def _look_over(self) -> None:
        """Read the database through once things are quiet, so that damage is found before it is written over."""
        if self._store.ended_badly:
            return
        await self._clock.sleep(LOOK_OVER_AFTER)
        try:
            await self._store.look_over()
        except Damaged:
            raise
        except StorageError as broken:
            log.warning("The database cannot be looked over: %s", broken)

    async def _back_up(self) -> None:
        if self._parts.backups is not None:
            await self._parts.backups.run()

    async def _look_around(self) -> None:
        pause = 0.0  # The first wait ends at once: from there on, a commit ends the next one.
        while True:
            self._store.refuse_damaged()
            try:
                await self._store.wait_elsewhere(pause)
                self._parts.bus.publish(await self._store.changed_elsewhere())
                pause = _LOOK_ANYWAY
            except StorageError as broken:
                log.warning("Changes of other processes cannot be read: %s", broken)
                await self._clock.sleep(LOOK_AROUND)

    async def _keep_tending(self) -> None:
        never = asyncio.Event()
        self._tend.set()
        while True:
            await self._tend.wait()
            self._tend.clear()
            try:
                await self._tend_runners(never)
                await self._take_wishes()
            except StorageError as broken:
                log.warning("Accounts and wishes wait: %s", broken)
                await self._clock.sleep(LOOK_AROUND)
                self._tend.set()

    async def _take_wishes(self) -> None:
        if not await self._store.read(wishes.count_untaken):
            return
        for wish in await self._store.write(wishes.take):
            self._keep(asyncio.create_task(self._grant(wish)))

    async def _grant(self, wish: wishes.Wish) -> None:
        wanted = None if wish.account is None else frozenset({wish.account})
        try:
            reports = await self.sync_once(wanted)
            await self._store.write(partial(wishes.answer, wanted=wish.id, said=to_answer(reports)))
        except StorageError as broken:
            log.warning("A wish cannot be answered: %s", broken)

    def _wake_all(self) -> None:
        self._scheduler.nudge()
        if self._sender is not None:
            self._sender.nudge()


@asynccontextmanager
async def _kept(guard: Guard) -> AsyncIterator[None]:
    """What runs inside is cancelled when the guard is lost, and that is what is raised."""
    body, keeping = asyncio.current_task(), asyncio.create_task(guard.keep())
    assert body is not None  # noqa: S101
    inside = True

    def lost(ended: asyncio.Task[None]) -> None:
        if inside and not ended.cancelled():
            body.cancel()

    keeping.add_done_callback(lost)
    try:
        yield
    except asyncio.CancelledError:
        if keeping.done() and not keeping.cancelled() and body.uncancel() == 0:
            keeping.result()
        raise
    finally:
        inside = False
        keeping.cancel()


def _resting(account: Account) -> str:
    if account.state is AccountState.ARCHIVE:
        return _("“{name}” is an archive, so there is nothing to sync.").format(name=account.name)
    return account.error or _("This account is paused.")
