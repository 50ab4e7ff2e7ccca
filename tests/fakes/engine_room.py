"""The parts of the engine put together on a fake service and a clock that the test moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from inbox_app.contract.connector import Host
from inbox_app.contract.manifest import Manifest
from inbox_app.domain.ids import AccountId, ConversationId, MessageId
from inbox_app.events import Bus
from inbox_app.paths import resolve_workspace
from inbox_app.storage import outbox
from inbox_app.storage.accounts import Account
from inbox_app.storage.store import Store
from inbox_app.sync.engine import Engine, Guard, Parts
from inbox_app.sync.links import Links
from inbox_app.sync.notices import Notice
from inbox_app.sync.pace import Pace
from inbox_app.sync.sender import Desk, Sender
from tests.fakes.clock import CountingStore, FakeClock
from tests.fakes.inbox import add_account, add_conversation, reply
from tests.stores import lay_empty


@dataclass
class Room:
    """One workspace with one account and one conversation, and a sender."""

    store: Store
    clock: FakeClock
    links: Links
    sender: Sender
    account: AccountId
    conversation: ConversationId
    asked: MessageId
    notices: list[Notice] = field(default_factory=list)
    bus: Bus = field(default_factory=Bus)
    manifest: Manifest | None = None

    def engine(self, guard: Guard | None = None) -> Engine:
        assert self.manifest is not None
        return Engine(
            Parts(
                self.store,
                self.bus,
                {"fake": self.manifest},
                make_bare_host,
                no_blobs,
                guard or OpenDoor(),
                self.clock,
                lambda: 0.5,
                self.notices.append,
            )
        )

    async def queue(self, text: str = "Fine", *, undo_ms: int = 0) -> outbox.Outgoing:
        return await self.store.write(
            lambda tx: outbox.queue(tx, reply(self.account, self.asked, text, undo_ms=undo_ms))
        )

    async def queue_elsewhere(self, text: str = "Fine") -> outbox.Outgoing:
        """A reply in another conversation of the account."""
        _within, asked = await self.store.write(lambda tx: add_conversation(tx, self.account))
        return await self.store.write(lambda tx: outbox.queue(tx, reply(self.account, asked, text)))

    async def row(self, wanted: outbox.Outgoing) -> outbox.Outgoing:
        return await self.store.read(lambda conn: outbox.get(conn, wanted.id))

    async def send(self) -> None:
        await self.sender.send_due(self.account)


class OpenDoor:
    """A guard that lets everybody in."""

    async def take(self) -> Desk:
        return Desk("desk", no_fence)

    async def keep(self) -> None:
        await asyncio.Event().wait()

    async def give_back(self) -> None:
        return None


@asynccontextmanager
async def open_room(folder: Path, manifest: Manifest, clock: FakeClock | None = None) -> AsyncIterator[Room]:
    """Open a new workspace there."""
    clock = clock or FakeClock()
    address = resolve_workspace(str(folder / "workspace"))
    bus = Bus()
    lay_empty(address)
    store = await CountingStore.open(address, bus, clock=clock.ms)
    assert isinstance(store, CountingStore)
    clock.idle = lambda: store.waiting == 0
    links = Links(store, {"fake": manifest}, make_bare_host)
    notices: list[Notice] = []
    desk = Desk("desk", no_fence)
    sender = Sender(store, links, clock, desk, no_blobs, lambda: 0.5, notices.append)
    account = await store.write(add_account)
    conversation, asked = await store.write(lambda tx: add_conversation(tx, account))
    yield Room(store, clock, links, sender, account, conversation, asked, notices, bus, manifest)
    await links.close()
    await store.close()


async def make_bare_host(account: Account, manifest: Manifest, pace: Pace) -> Host:
    """A host of settings alone: a fake needs nothing else."""
    return bare_host(account.settings, pace)


def bare_host(settings: Mapping[str, str], pace: Pace) -> Host:
    missing: object = None
    return Host(settings, {}, _keep_nothing, missing, missing, missing, _no_clock, Path(), note_limit=pace.note)  # type: ignore[arg-type]


async def no_fence(_: AccountId) -> None:
    return None


async def no_blobs(digest: str) -> bytes:
    raise FileNotFoundError(digest)


async def _keep_nothing(secrets: Mapping[str, str]) -> None:
    raise NotImplementedError


def _no_clock() -> object:
    raise NotImplementedError
