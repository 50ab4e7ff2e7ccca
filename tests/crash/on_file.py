"""The engine at work on a service that lies in a file; run in a child of the fork server."""

from __future__ import annotations

import asyncio
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, ClassVar

from sqlalchemy import Connection, func, or_, select

from inbox_app.contract.acts import Act, Receipt
from inbox_app.contract.errors import Busy, Offline, Unsure
from inbox_app.contract.manifest import Manifest
from inbox_app.contract.remote import Batch, MessageSeen
from inbox_app.domain.ids import AccountId, MessageId
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.timecode import to_ms
from inbox_app.domain.words import Resend
from inbox_app.events import Bus
from inbox_app.paths import resolve_workspace
from inbox_app.storage import accounts, outbox
from inbox_app.storage.schema import message
from inbox_app.storage.schema import outbox as outbox_table
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from inbox_app.sync.engine import Engine, Parts
from tests.crash import sabotage
from tests.fakes.connector import FakeFinder, FakeSender, Script, fake_channel
from tests.fakes.engine_room import OpenDoor, make_bare_host, no_blobs
from tests.fakes.events import seen
from tests.fakes.inbox import add_account, add_conversation, reply
from tests.fakes.service import FileService

ORIGIN = datetime(2026, 11, 2, tzinfo=UTC)
FASTER = 2000
"""How many seconds pass for the program in one of ours: its pauses must not cost the test's time."""
PULLED = 3
"""Messages that the service has for us."""
THERE, AND_BACK = 0.003, 0.015
"""Seconds a request and its answer are on the way."""
_SETTLED_WITHIN = 30.0


class FastClock:
    """Runs the same in every process."""

    def now(self) -> datetime:
        return ORIGIN + timedelta(seconds=(time.time() - ORIGIN.timestamp()) % 10**8 * FASTER)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / FASTER)


class OnFile(FakeSender):
    """A service at some distance, with three messages to pull and a file of finished deliveries.

    A death at random must often fall between the service's yes and its arrival here: that is what is tried.
    """

    finished: ClassVar[FileService]

    async def pull(self, cursor: JsonObject | None) -> Batch:
        events: tuple[MessageSeen, ...] = ()
        if cursor is None:
            events = tuple(seen(f"incoming-{number}") for number in range(PULLED))
        return Batch(events, {"at": PULLED})

    async def send(self, act: Act, frozen: bytes) -> Receipt:
        await asyncio.sleep(THERE)
        try:
            return self._take(act, frozen)
        finally:
            await asyncio.sleep(AND_BACK)

    async def finish_sent(self, act: Act, frozen: bytes, receipt: Receipt) -> None:
        if not self.finished.holds(act.key):
            self.finished.accept(act.key, frozen)


class FinderOnFile(OnFile, FakeFinder):
    pass


async def work(arguments: dict[str, Any]) -> None:
    """Queue `replies`, then let the engine work until nothing is open.

    `folder`; `resend`; `faults`: the names of what goes wrong, in the order of the sends, or `seed`: by chance.
    """
    folder, resend = Path(arguments["folder"]), Resend(arguments["resend"])
    sabotage.take_out(arguments.get("without"))
    clock = FastClock()
    bus = Bus()
    address = resolve_workspace(str(folder / "workspace"))
    store = await Store.open(address, bus, create=True, clock=lambda: to_ms(clock.now()))
    asked = await store.write(_seed)
    for text in arguments.get("replies", ()):
        await store.write(lambda tx, text=text: outbox.queue(tx, reply(asked[0], asked[1][len(text) % 2], text)))  # type: ignore[misc]
        _promise(folder, text)
    catalogue = {"fake": _channel(folder, resend, arguments)}
    parts = Parts(store, bus, catalogue, make_bare_host, no_blobs, OpenDoor(), clock, Random().random)
    engine = Engine(parts)
    await _settle(engine, store)
    await store.close()


async def _settle(engine: Engine, store: Store) -> None:
    until = time.monotonic() + _SETTLED_WITHIN
    while time.monotonic() < until:
        await engine.sync_once()
        if not await store.read(_count_open):
            return
        await asyncio.sleep(0.001)
    raise TimeoutError("the outbox did not settle")


def _count_open(conn: Connection) -> int:
    alive = or_(outbox_table.c.state.in_(["queued", "sending"]), outbox_table.c.finish_due)
    found: int = conn.execute(select(func.count()).select_from(outbox_table).where(alive)).scalar_one()
    return found


def _seed(tx: Tx) -> tuple[AccountId, list[MessageId]]:
    known = accounts.every(tx.conn)
    if not known:
        account = add_account(tx)
        return account, [add_conversation(tx, account)[1] for _ in range(2)]
    asked = select(message.c.id).where(message.c.remote_id.like("remote-%"), message.c.direction == "in")
    return known[0].id, [MessageId(one) for one in tx.conn.execute(asked.order_by(message.c.id)).scalars()][:2]


def _promise(folder: Path, text: str) -> None:
    """The person was told that it is queued."""
    with (folder / "promised").open("a") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def _channel(folder: Path, resend: Resend, arguments: dict[str, Any]) -> Manifest:
    base = FinderOnFile if resend is Resend.CHECK else OnFile
    base.finished = FileService(folder / "finished.log")
    service = FileService(folder / "service.log", remembers=resend is Resend.SAFE)
    return fake_channel(service, _script(arguments), resend=resend, base=base)


def _script(arguments: dict[str, Any]) -> Script:
    script = Script()
    chance = Random(arguments.get("seed"))
    names = arguments.get("faults")
    if names is None:
        names = chance.choices(["none", "offline", "busy", "lost_before", "lost_after"], [6, 1, 1, 1, 1], k=50)
    for name in names:
        before, after = FAULTS[name]
        script.before.append(before)
        if before is None:
            script.after.append(after)
    return script


FAULTS: dict[str, tuple[BaseException | None, BaseException | None]] = {
    "none": (None, None),
    "offline": (Offline("No network."), None),
    "busy": (Busy("Wait.", retry_after=timedelta(seconds=5)), None),
    "lost_before": (Unsure("The line broke."), None),
    "lost_after": (None, Unsure("The line broke.")),
}
