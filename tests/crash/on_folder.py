"""The engine at work on a folder, its own connector included; run in a child of the fork server.

Besides the named points it can die at any step of its own on the disk there: before the so-manyth rename or fsync.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

from sqlalchemy import Connection, func, or_, select

from connectors.folder import MANIFEST
from connectors.folder import connector as _loaded_before_the_fork  # noqa: F401
from inbox_app.content.worker import Worker
from inbox_app.contract.connector import Host
from inbox_app.contract.manifest import Manifest
from inbox_app.domain.ids import AccountId, MessageId
from inbox_app.domain.timecode import to_ms
from inbox_app.events import Bus
from inbox_app.paths import resolve_workspace
from inbox_app.storage import accounts, outbox
from inbox_app.storage.accounts import Account, OurselvesThere
from inbox_app.storage.outbox import File
from inbox_app.storage.schema import message
from inbox_app.storage.schema import outbox as outbox_table
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from inbox_app.sync.engine import Engine, Parts
from inbox_app.sync.pace import Pace
from tests.crash.on_file import FastClock
from tests.fakes.engine_room import OpenDoor, bare_host
from tests.fakes.inbox import reply

FILE = b"how a bowl looks" * 100
_TURNS = 20


async def work(arguments: dict[str, Any]) -> None:
    """Answer with `replies` what came in, and sync until nothing is open and `pulled` messages are there.

    `folder`; `dies_at`: the number of the step before which it dies, 0 for none.
    """
    folder, clock, bus = Path(arguments["folder"]), FastClock(), Bus()
    store = await Store.open(
        resolve_workspace(str(folder / "workspace")), bus, create=True, clock=lambda: to_ms(clock.now())
    )
    known = await store.write(partial(_connect, root=folder / "dropbox"))
    asked = await store.read(_incoming)
    for number, text in enumerate(arguments["replies"]):
        await store.write(partial(_decide, account=known, target=asked[number % len(asked)], text=text))
    with ThreadPoolExecutor(1) as pool:
        parts = Parts(
            store, bus, {MANIFEST.key: MANIFEST}, _hosts(pool, clock), _read_blob, OpenDoor(), clock, Random().random
        )
        with _dying(arguments["dies_at"]):
            await _settle(Engine(parts), store, arguments["pulled"])
    await store.close()


def _connect(tx: Tx, root: Path) -> AccountId:
    we = OurselvesThere(str(root), "Guestbook", "Guestbook")
    return accounts.add(tx, MANIFEST.key, we, {"path": str(root), "name": "Guestbook"})


def _decide(tx: Tx, account: AccountId, target: MessageId, text: str) -> None:
    picture = File(name="bowl.jpg", media_type="image/jpeg", digest="bowl", size=len(FILE))
    outbox.queue(tx, replace(reply(account, target, text), files=(picture,)))


async def _read_blob(digest: str) -> bytes:
    assert digest == "bowl"
    return FILE


def _hosts(pool: ThreadPoolExecutor, clock: FastClock) -> Callable[[Account, Manifest, Pace], Any]:
    async def make_host(account: Account, _manifest: Manifest, pace: Pace) -> Host:
        loop = asyncio.get_running_loop()
        host = bare_host(account.settings, pace)
        return replace(host, content=Worker(), now=clock.now, blocking=lambda call: loop.run_in_executor(pool, call))

    return make_host


def _dying(at: int) -> mock._patch[Any]:
    """Die before the step of this number: each is one rename, replacement or fsync of ours."""
    left = at

    def step(real: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any) -> Any:
            nonlocal left
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments)

        return counted

    mock.patch.object(Path, "rename", step(Path.rename)).start()
    mock.patch.object(Path, "replace", step(Path.replace)).start()
    return mock.patch("connectors.folder.client.os.fsync", step(os.fsync))


async def _settle(engine: Engine, store: Store, pulled: int) -> None:
    for _turn in range(_TURNS):
        await engine.sync_once()
        if await store.read(partial(_is_settled, pulled=pulled)):
            # What was read is moved once it is kept, which the next pull is told.
            await engine.sync_once()
            return
        await asyncio.sleep(0.005)
    raise TimeoutError("it did not settle")


def _is_settled(conn: Connection, pulled: int) -> bool:
    alive = or_(outbox_table.c.state.in_(["queued", "sending"]), outbox_table.c.finish_due)
    if conn.execute(select(func.count()).select_from(outbox_table).where(alive)).scalar_one():
        return False
    there: int = conn.execute(select(func.count()).where(message.c.direction == "in").select_from(message)).scalar_one()
    return there >= pulled


def _incoming(conn: Connection) -> list[MessageId]:
    asked = select(message.c.id).where(message.c.direction == "in").order_by(message.c.id)
    return [MessageId(one) for one in conn.execute(asked).scalars()]
