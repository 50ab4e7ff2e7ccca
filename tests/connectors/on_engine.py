"""The real engine and database on the service of a stage: what the tests of several connectors do with them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import Connection, select, text

from inbox_app.actions.writing import Answer, Letter
from inbox_app.actions.writing import reply as write
from inbox_app.contract.connector import Connector, Host
from inbox_app.contract.manifest import Manifest
from inbox_app.domain.ids import AccountId, ColleagueId, MessageId, OutboxId
from inbox_app.domain.timecode import to_ms
from inbox_app.domain.words import Kind, OutboxState
from inbox_app.events import Bus
from inbox_app.paths import resolve_workspace
from inbox_app.storage import accounts, messages, outbox
from inbox_app.storage.accounts import Account
from inbox_app.storage.creation import ME
from inbox_app.storage.schema import conversation, message
from inbox_app.storage.store import Store
from inbox_app.sync.clock import SystemClock
from inbox_app.sync.engine import Engine, Parts
from inbox_app.sync.pace import Pace
from inbox_app.sync.report import AccountReport
from tests.fakes.engine_room import OpenDoor, no_blobs
from tests.fakes.inbox import reply
from tests.stores import lay_empty

_MOVING = frozenset({"account", "budget", "ledger", "change", "change_counter", "remote_count"})
"""Tables of where the account stands, which is another after each sync."""


class Stage(Protocol):
    """A service with an account of ours, and what time it is there."""

    manifest: Manifest

    @property
    def settings(self) -> Mapping[str, str]: ...

    def now(self) -> datetime: ...

    def host(self) -> Host: ...

    async def connector(self) -> Connector: ...


class StageClock(SystemClock):
    """The real clock, moved forward by the stage."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def now(self) -> datetime:
        return self._stage.now()


@pytest.fixture
async def store(tmp_path: Path, stage: Stage) -> AsyncIterator[Store]:
    """A workspace whose clock is the stage's."""
    address = resolve_workspace(str(tmp_path / "workspace"))
    lay_empty(address)
    opened = await Store.open(address, Bus(), clock=lambda: to_ms(stage.now()))
    yield opened
    await opened.close()


async def add(store: Store, stage: Stage) -> AccountId:
    """The account, which has pulled nothing yet."""
    we = await (await stage.connector()).connect()
    there = accounts.OurselvesThere(we.remote_id, we.handle, we.name, we.handles)
    return await store.write(lambda tx: accounts.add(tx, stage.manifest.key, there, stage.settings))


async def report_of(store: Store, stage: Stage) -> AccountReport:
    """Sync once, in an engine of a process of its own: what an earlier one held in memory is gone."""

    async def make_host(account: Account, manifest: Manifest, pace: Pace) -> Host:
        return replace(stage.host(), note_limit=pace.note)

    catalogue, clock = {stage.manifest.key: stage.manifest}, StageClock(stage)
    (report,) = await Engine(Parts(store, Bus(), catalogue, make_host, no_blobs, OpenDoor(), clock=clock)).sync_once()
    return report


async def sync(store: Store, stage: Stage) -> str:
    """What went wrong in a sync, empty where nothing did."""
    return (await report_of(store, stage)).error


def stored(remote_id: str) -> Callable[[Connection], MessageId]:
    """The message that the service knows as this."""
    return lambda conn: MessageId(
        conn.execute(select(message.c.id).where(message.c.remote_id == remote_id)).scalar_one()
    )


def rows(conn: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but for where the account stands."""
    names = [row[0] for row in conn.execute(text("select name from sqlite_master where type = 'table'"))]
    kept = [name for name in names if name not in _MOVING and "search" not in name]
    return {name: [tuple(row) for row in conn.execute(text(f'select * from "{name}"'))] for name in kept}


async def queue(store: Store, account: AccountId, question: str, words: str) -> outbox.Outgoing:
    """Decide to answer what the service knows as `question`."""
    asked = await store.read(stored(question))
    row: outbox.Outgoing = await store.write(lambda tx: outbox.queue(tx, reply(account, asked, words)))
    return row


async def queue_privately(store: Store, question: str, words: str) -> OutboxId:
    """Decide to answer in private what somebody said in public."""
    asked = await store.read(stored(question))
    within = await store.read(lambda conn: messages.conversation_of(conn, asked))
    assert within is not None
    answer = Answer(within, words, timedelta(0), to=asked, letter=Letter(privately=True))
    return (await write(store, ColleagueId(ME), answer)).id


async def private_talk(store: Store) -> list[tuple[str, str, str]]:
    """All that was said in private: its conversation, remote id and direction."""
    said = select(message.c.conversation, message.c.remote_id, message.c.direction).order_by(message.c.id)
    wanted = said.join(conversation, conversation.c.id == message.c.conversation)
    wanted = wanted.where(conversation.c.kind == Kind.DIRECT.value)
    return [tuple(row) for row in await store.read(lambda conn: conn.execute(wanted).all())]


async def state_of(store: Store, row: outbox.Outgoing | OutboxId) -> OutboxState:
    """How far an answer came."""
    wanted = row.id if isinstance(row, outbox.Outgoing) else row
    return (await store.read(lambda conn: outbox.get(conn, wanted))).state
