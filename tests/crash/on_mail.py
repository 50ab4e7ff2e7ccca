"""The whole program at work on a real mailbox, its own e-mail connector included; run in a child of the fork server."""

from __future__ import annotations

import asyncio
import json
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, or_, select

from connectors.email import MANIFEST
from inbox_app.app import App
from inbox_app.contract.login import Done
from inbox_app.contract.remote import Identity
from inbox_app.domain.changes import Changes
from inbox_app.domain.ids import MessageId
from inbox_app.domain.timecode import to_ms
from inbox_app.events import Bus
from inbox_app.keychain import Keychain, KeyringChoice, KeyringMode
from inbox_app.paths import resolve_workspace
from inbox_app.settings import SettingsFile
from inbox_app.storage import accounts, outbox
from inbox_app.storage.schema import account as account_table
from inbox_app.storage.schema import message
from inbox_app.storage.schema import outbox as outbox_table
from inbox_app.storage.store import Store
from tests.crash import sabotage
from tests.fakes.inbox import reply

# What the program imports late is imported before the fork: lives must begin with the work, not with reading modules.
for late in ("connectors.email.connector", "inbox_app.sync.engine", "inbox_app.sync.hosts", "inbox_app.contract.http"):
    import_module(late)
for late in (
    "httpx",
    "keyring.errors",
    "secretstorage",
    "cryptography.hazmat.primitives.ciphers.aead",
    "encodings.idna",
):
    import_module(late)

FASTER = 200
"""How many seconds pass for the program in one of ours: its pauses must not cost the test's time."""
_SETTLED_WITHIN = 40.0
_LOOK_EVERY = 0.05
_SHORTEST_SLEEP = 0.03
"""What the program does every second must not take all of the processor here."""


@dataclass(frozen=True, slots=True)
class FastClock:
    """Begins at a moment given in seconds since 1970, and runs the same in every process."""

    origin: float

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.origin, UTC) + timedelta(seconds=(time.time() - self.origin) * FASTER)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(seconds / FASTER, _SHORTEST_SLEEP if seconds >= 1 else 0))


@dataclass(frozen=True, slots=True)
class FileKeyring:
    """A keyring that outlives a killed process."""

    file: Path

    def get_password(self, service: str, username: str) -> str | None:
        return self._read().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self.file.write_text(json.dumps(self._read() | {f"{service} {username}": password}))

    def _read(self) -> dict[str, str]:
        return json.loads(self.file.read_text()) if self.file.exists() else {}


async def work(arguments: dict[str, Any]) -> None:
    """Queue `replies`, each to the next of the mails that came, then sync until nothing is open.

    `folder`; `settings` and `password` of the account; `authority`: whom to trust; `origin` of the clock; `pulled`: how
    many mails must be there besides; `mark`: a file that is made when the first reply leaves or, unless it `sends`,
    when syncing begins.
    """
    os.environ["SSL_CERT_FILE"] = arguments["authority"]
    folder = Path(arguments["folder"])
    sabotage.take_out(arguments.get("without"))
    app = await _open(folder, FastClock(arguments["origin"]))
    await _connect(app, arguments)
    targets = await app.store.read(_incoming) if arguments["replies"] else []
    known = (await app.store.read(accounts.every))[0].id
    for number, text in enumerate(arguments["replies"]):
        target = targets[number % len(targets)]
        await app.store.write(lambda tx, text=text, target=target: outbox.queue(tx, reply(known, target, text)))  # type: ignore[misc]
        promise(folder, text)
    _mark(app.bus, Path(arguments["mark"]), sends=arguments["sends"])
    app.start(print)
    await _settle(app, arguments.get("pulled", 0))
    await app.close()


def promise(folder: Path, text: str) -> None:
    """The person was told that it is queued."""
    with (folder / "promised").open("a") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def _mark(bus: Bus, mark: Path, *, sends: bool) -> None:
    if not sends:
        mark.touch()
        return

    def hear(changes: Changes) -> None:
        if changes.outbox:
            mark.touch()

    bus.subscribe(hear, loop=asyncio.get_running_loop())


async def _open(folder: Path, clock: FastClock) -> App:
    address, bus = resolve_workspace(str(folder / "workspace")), Bus()
    store = await Store.open(address, bus, create=True, clock=lambda: to_ms(clock.now()))
    keyring = FileKeyring(folder / "keyring.json")
    keychain = Keychain(address.key_file, KeyringChoice(KeyringMode.SYSTEM), find=lambda: keyring)
    app = App(address, {MANIFEST.key: MANIFEST}, SettingsFile(folder / "settings.json"), store, bus, keychain)
    app.clock = clock
    return app


async def _connect(app: App, arguments: dict[str, Any]) -> None:
    if await app.store.read(accounts.every):
        return
    settings: dict[str, str] = arguments["settings"]
    we = Identity(settings["address"], settings["address"], handles=frozenset({settings["address"]}))
    await app.add_account(MANIFEST.key, Done(we, settings, {"password": arguments["password"]}))


def _incoming(conn: Connection) -> list[MessageId]:
    asked = select(message.c.id).where(message.c.direction == "in").order_by(message.c.remote_id)
    return [MessageId(one) for one in conn.execute(asked).scalars()]


async def _settle(app: App, pulled: int) -> None:
    until = time.monotonic() + _SETTLED_WITHIN
    while time.monotonic() < until:
        if await app.store.read(partial(_is_settled, pulled=pulled)):
            return
        await asyncio.sleep(_LOOK_EVERY)
    states = select(outbox_table.c.state, outbox_table.c.finish_due, outbox_table.c.error)
    raise TimeoutError(f"not settled: {await app.store.read(lambda conn: conn.execute(states).all())}")


def _is_settled(conn: Connection, pulled: int) -> bool:
    alive = or_(outbox_table.c.state.in_(["queued", "sending"]), outbox_table.c.finish_due)
    if conn.execute(select(func.count()).select_from(outbox_table).where(alive)).scalar_one():
        return False
    loading = account_table.c.older_done.is_(False)
    if conn.execute(select(func.count()).select_from(account_table).where(loading)).scalar_one():
        return False
    there = select(func.count()).select_from(message).where(message.c.direction == "in")
    return bool(conn.execute(there).scalar_one() >= pulled)
