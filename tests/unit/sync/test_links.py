"""The links' manners: nobody's line is cut while somebody talks on it, and what fails at hanging up stays there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from inbox_app.contract.acts import Act, Receipt
from inbox_app.contract.errors import Offline, Unsure
from inbox_app.domain.ids import AccountId
from inbox_app.domain.words import AccountState, OutboxState
from inbox_app.storage import accounts
from inbox_app.storage.errors import DiskFull
from inbox_app.sync import links, runner
from tests.fakes.connector import FakeSender, Script, fake_channel
from tests.fakes.engine_room import Room, open_room
from tests.fakes.events import batch
from tests.fakes.inbox import add_account
from tests.fakes.service import FileService
from tests.unit.sync.at_work import running, settle

SECONDS = 60


@pytest.fixture
def service(tmp_path: Path) -> FileService:
    return FileService(tmp_path / "service.log")


class OneLine(FakeSender):
    """Sends on the one line it has: whoever hangs up meanwhile leaves it unknown whether the act arrived."""

    sending: asyncio.Event
    go_on: asyncio.Event
    closings: list[object]

    async def send(self, act: Act, frozen: bytes) -> Receipt:
        self.sending.set()
        await self.go_on.wait()
        if self in self.closings:
            raise Unsure("The line was cut.")
        return await super().send(act, frozen)

    async def close(self) -> None:
        self.closings.append(self)


@pytest.fixture
def one_line() -> type[OneLine]:
    return type("OneLineOfThisTest", (OneLine,), {"sending": asyncio.Event(), "go_on": asyncio.Event(), "closings": []})


@asynccontextmanager
async def sending(room: Room, line: type[OneLine]) -> AsyncIterator[None]:
    """While a reply is on its way; it arrives afterwards."""
    row = await room.queue()
    task = asyncio.create_task(room.send())
    async with asyncio.timeout(SECONDS):
        await line.sending.wait()
        yield
        line.go_on.set()
        await task
    assert (await room.row(row)).state is OutboxState.DELIVERED


@pytest.mark.parametrize("trouble", [DiskFull("somewhere"), Offline("No network."), KeyError("id")])
async def test_trouble_while_pulling_cuts_no_send(
    tmp_path: Path,
    service: FileService,
    one_line: type[OneLine],
    monkeypatch: pytest.MonkeyPatch,
    trouble: Exception,
) -> None:
    reached = asyncio.Event()

    async def no_room(*_: object, **__: object) -> None:
        await reached.wait()
        raise trouble

    monkeypatch.setattr(runner, "ingest_batch", no_room)
    script = Script(pulls=[batch({"at": 1}, "a")])
    async with open_room(tmp_path, fake_channel(service, script, base=one_line)) as room:
        link = room.links.of(room.account)
        pulling = runner.Runner(link, room.store, room.clock, timedelta(minutes=1), lambda: 0.5, room.notices.append)
        pull = asyncio.create_task(pulling.sync_once())
        while not script.asked or script.asked[-1][0] != "pull":
            await asyncio.sleep(0)
        async with sending(room, one_line):
            reached.set()
            while not (await room.store.read(lambda conn: accounts.get(conn, room.account))).error:
                await asyncio.sleep(0.01)
        assert (await pull).error != ""
        assert len(one_line.closings) == (0 if isinstance(trouble, DiskFull) else 1)


async def test_forgetting_an_account_waits_for_what_is_on_its_way(
    tmp_path: Path, service: FileService, one_line: type[OneLine]
) -> None:
    async with open_room(tmp_path, fake_channel(service, base=one_line)) as room:
        async with sending(room, one_line):
            room.links.forget(room.account)
            await room.clock.settle()
            assert len(one_line.closings) == 0
        await asyncio.wait_for(room.links.close(), SECONDS)
        assert one_line.closings


async def test_a_paused_account_that_still_sends_holds_up_no_other(
    tmp_path: Path, service: FileService, one_line: type[OneLine]
) -> None:
    script = Script()
    async with open_room(tmp_path, fake_channel(service, script, base=one_line)) as room, running(room):
        row = await room.queue()
        await asyncio.wait_for(one_line.sending.wait(), SECONDS)
        await room.store.write(lambda tx: accounts.set_state(tx, room.account, AccountState.PAUSED))
        await settle(room.clock)
        other = await room.store.write(lambda tx: add_account(tx, "fake", "other"))
        await settle(room.clock)
        assert await last_success(room, other) is not None
        assert len(one_line.closings) == 0
        one_line.go_on.set()
        await settle(room.clock)
        assert (await room.row(row)).state is OutboxState.DELIVERED
        assert len(one_line.closings) == 1


async def last_success(room: Room, account: AccountId) -> int | None:
    return (await room.store.read(lambda conn: accounts.get(conn, account))).last_success


class Stubborn(FakeSender):
    """Cannot even hang up."""

    async def close(self) -> None:
        raise RuntimeError("close broke")


class Deaf(FakeSender):
    """Never finishes hanging up."""

    async def close(self) -> None:
        await asyncio.Event().wait()


@pytest.mark.parametrize("base", [Stubborn, Deaf])
async def test_an_account_that_cannot_hang_up_stops_no_other(
    tmp_path: Path, service: FileService, monkeypatch: pytest.MonkeyPatch, base: type[FakeSender]
) -> None:
    monkeypatch.setattr(links, "CLOSE_DEADLINE", 0.01)
    async with open_room(tmp_path, fake_channel(service, base=base)) as room, running(room):
        await room.store.write(lambda tx: accounts.set_state(tx, room.account, AccountState.PAUSED))
        await settle(room.clock)
        other = await room.store.write(lambda tx: add_account(tx, "fake", "other"))
        await settle(room.clock)
        assert await last_success(room, other) is not None
