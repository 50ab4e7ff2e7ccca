"""A mail account in a whole workspace: the real engine, store and ingest, on whatever server the settings name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from connectors.email import MANIFEST
from inbox_app.contract.connector import Host
from inbox_app.contract.manifest import Manifest
from inbox_app.domain.ids import AccountId
from inbox_app.domain.timecode import from_ms, to_ms
from inbox_app.events import Bus
from inbox_app.storage import accounts, ledger
from inbox_app.storage.accounts import Account, OurselvesThere
from inbox_app.storage.schema import conversation, handle, location, message, message_text
from inbox_app.storage.store import Store
from inbox_app.sync.clock import Clock, SystemClock
from inbox_app.sync.engine import Engine, Parts
from inbox_app.sync.pace import Pace
from inbox_app.sync.report import AccountReport
from tests.contract.stage import Lent
from tests.fakes.engine_room import OpenDoor, no_blobs


@dataclass(frozen=True, slots=True)
class Mail:
    """A message as it is stored; `name` is its author's."""

    body: str
    title: str
    direction: str
    name: str
    needs_reply: bool


@dataclass
class MailDesk:
    """One account, as a person has it."""

    store: Store
    engine: Engine
    address: str

    async def connect(self, settings: Mapping[str, str], since: datetime | None = None) -> AccountId:
        """Add the account, or add it again with other settings."""
        we = OurselvesThere(self.address, self.address, "Anna", frozenset({self.address}))
        wanted = None if since is None else to_ms(since)
        return await self.store.write(
            lambda tx: accounts.add(tx, MANIFEST.key, we, dict(settings), history_since=wanted)
        )

    async def sync(self) -> AccountReport:
        """What the command does."""
        (report,) = await self.engine.sync_once()
        return report

    async def mails(self) -> list[Mail]:
        """Every message, oldest first."""
        wanted = (
            select(message_text.c.body, message.c.title, message.c.direction, handle.c.name, message.c.needs_reply)
            .join_from(message, message_text, message_text.c.id == message.c.id)
            .join(handle, handle.c.id == message.c.author)
            .order_by(message.c.id)
        )
        return [Mail(*row) for row in await self.store.read(lambda conn: conn.execute(wanted).all())]

    async def ids(self) -> set[str | None]:
        """The remote ids of all messages."""
        return {*await self.store.read(lambda conn: conn.execute(select(message.c.remote_id)).scalars().all())}

    async def counted(self) -> tuple[int, int | None]:
        """What the ledger says: here and there."""
        (line,) = await self.store.read(ledger.lines)
        return line.local_count, line.remote_count

    async def states(self) -> list[str]:
        """The states of all conversations."""
        wanted = select(conversation.c.state).where(conversation.c.merged_into.is_(None)).order_by(conversation.c.state)
        return [*await self.store.read(lambda conn: conn.execute(wanted).scalars().all())]

    async def gaps(self) -> list[ledger.Gap]:
        """What is known to be missing."""
        return [one for line in await self.store.read(ledger.lines) for one in line.gaps]

    async def places(self) -> list[str]:
        """The folders in which known mails lie, one for each place."""
        wanted = select(location.c.folder).order_by(location.c.folder)
        return [*await self.store.read(lambda conn: conn.execute(wanted).scalars().all())]


@asynccontextmanager
async def desk_on(
    store: Store, lent: Lent, address: str, password: str, clock: Clock | None = None
) -> AsyncIterator[MailDesk]:
    """A desk whose connectors sign in with this password."""

    async def make_host(account: Account, _manifest: Manifest, _pace: Pace) -> Host:
        since = None if account.history_since is None else from_ms(account.history_since)
        return lent.host(account.settings, {"password": password}, history_since=since)

    catalogue, clock = {MANIFEST.key: MANIFEST}, clock or SystemClock()
    engine = Engine(Parts(store, Bus(), catalogue, make_host, no_blobs, OpenDoor(), clock=clock))
    yield MailDesk(store, engine, address)
