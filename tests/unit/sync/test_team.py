"""Two desks on one server: one of them sends, and a desk that stood still sends nothing after its lease was over."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from inbox_app.domain.ids import AccountId, MessageId
from inbox_app.domain.words import OutboxState, Resend
from inbox_app.events import Bus
from inbox_app.paths import WorkspaceAddress
from inbox_app.storage import accounts, outbox
from inbox_app.storage.errors import DatabaseLocked
from inbox_app.storage.leases import LeaseLost
from inbox_app.storage.locks import SecondEngine
from inbox_app.storage.outbox import Resolution
from inbox_app.storage.store import Store
from inbox_app.sync import leased_door
from inbox_app.sync.crash_points import CrashPoint
from inbox_app.sync.engine import Engine
from tests.fakes.inbox import add_account, add_conversation, reply
from tests.fakes.late_desk import WRITING
from tests.fakes.service import FileService
from tests.fakes.team import engine_of

pytestmark = pytest.mark.server
ROOT = Path(__file__).resolve().parents[3]
SECONDS = 90


@dataclass
class Team:
    address: WorkspaceAddress
    store: Store
    bus: Bus
    service: FileService
    account: AccountId
    asked: MessageId

    def engine(self, store: Store | None = None, resend: Resend = Resend.ASK) -> Engine:
        return engine_of(store or self.store, self.bus, self.service, resend)

    async def queue(self) -> outbox.Outgoing:
        return await self.store.write(lambda tx: outbox.queue(tx, reply(self.account, self.asked)))

    async def state(self, wanted: outbox.Outgoing) -> OutboxState:
        return (await self.store.read(lambda conn: outbox.get(conn, wanted.id))).state


@pytest.fixture
async def team(postgres_workspace: WorkspaceAddress, tmp_path: Path) -> AsyncIterator[Team]:
    bus = Bus()
    store = await Store.open(postgres_workspace, bus)
    account = await store.write(add_account)
    _within, asked = await store.write(lambda tx: add_conversation(tx, account))
    yield Team(postgres_workspace, store, bus, FileService(tmp_path / "service.log"), account, asked)
    await store.close()


@asynccontextmanager
async def at_work(engine: Engine) -> AsyncIterator[asyncio.Task[None]]:
    stop = asyncio.Event()
    task = asyncio.create_task(engine.run(stop))
    async with asyncio.timeout(SECONDS):
        await engine.at_work.wait()
        yield task
        stop.set()
        with suppress(LeaseLost):
            await task


async def eventually(team: Team, row: outbox.Outgoing, state: OutboxState) -> None:
    async with asyncio.timeout(SECONDS):
        while await team.state(row) is not state:
            await asyncio.sleep(0.05)


async def test_a_second_desk_is_refused_until_the_first_gives_back(team: Team) -> None:
    other = await Store.open(team.address, Bus())
    row = await team.queue()
    async with at_work(team.engine()):
        with pytest.raises(SecondEngine):
            await team.engine(other).sync_once()
    await team.engine(other).sync_once()
    assert team.service.copies() == {row.key: 1}
    await other.close()


async def test_a_holder_whose_connections_were_ended_stays_the_one_engine(team: Team) -> None:
    other = await Store.open(team.address, Bus())
    async with at_work(team.engine()):
        with psycopg.connect(team.address.url, application_name="the server's keeper") as keeper:
            keeper.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = 'portavoce'"
            )
        with pytest.raises(SecondEngine):
            await team.engine(other).sync_once()
        row = await team.queue()
        await eventually(team, row, OutboxState.DELIVERED)
    assert team.service.copies() == {row.key: 1}
    await other.close()


async def test_a_holder_that_cannot_renew_stops_by_itself(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leased_door, "MARGIN", leased_door.LASTS)
    with pytest.raises(LeaseLost):
        await asyncio.wait_for(team.engine().run(asyncio.Event()), SECONDS)
    with pytest.raises(LeaseLost):
        await team.engine().sync_once()


async def test_an_account_that_another_desk_works_ends_the_engine(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leased_door, "RENEW_EVERY", 0.2)
    engine = team.engine()
    task = asyncio.create_task(engine.run(asyncio.Event()))
    await asyncio.wait_for(engine.at_work.wait(), SECONDS)
    with psycopg.connect(team.address.url) as keeper:
        keeper.execute("UPDATE lease SET desk = 'another', fence = fence + 1")
    await asyncio.wait([task], timeout=SECONDS)
    assert task.done()
    with pytest.raises(LeaseLost):
        task.result()


async def test_nothing_is_sent_under_a_number_that_is_not_the_last(team: Team) -> None:
    engine = team.engine()
    async with at_work(engine):
        with psycopg.connect(team.address.url) as keeper:
            keeper.execute("UPDATE lease SET desk = 'another', fence = fence + 1")
        await team.queue()
        with pytest.raises(LeaseLost):
            await engine.sync_once()
        assert team.service.requests() == []


@contextmanager
def late_desk(team: Team, resend: Resend, point: str) -> Iterator[subprocess.Popen[str]]:
    """A desk that stands still at that point."""
    command = [sys.executable, "-m", "tests.fakes.late_desk", team.address.url, str(team.service.path), resend, point]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as desk:
        try:
            yield desk
        finally:
            desk.kill()


async def stopped(desk: subprocess.Popen[str]) -> None:
    async with asyncio.timeout(SECONDS):
        while Path(f"/proc/{desk.pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
            assert desk.poll() is None
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("point", "resend", "arrived"),
    [
        (CrashPoint.BEFORE_CLAIM, Resend.CHECK, 0),
        *((CrashPoint.CLAIMED, resend, 0) for resend in Resend),
        *((CrashPoint.SENT, resend, 1) for resend in Resend),
    ],
)
async def test_a_desk_that_goes_on_late_sends_nothing_twice(
    team: Team, point: CrashPoint, resend: Resend, arrived: int
) -> None:
    row = await team.queue()
    with late_desk(team, resend, point) as desk:
        await stopped(desk)
        async with at_work(await taken_over(team, resend)):
            if point is CrashPoint.BEFORE_CLAIM:
                await eventually(team, row, OutboxState.DELIVERED)
            else:
                assert await team.state(row) is OutboxState.UNCONFIRMED
                assert team.service.copies().total() == arrived
            os.kill(desk.pid, signal.SIGCONT)
            said, _complaints = await asyncio.to_thread(desk.communicate, timeout=SECONDS)
            assert (said, desk.returncode) == ("lost\n", 0)
            if point is CrashPoint.CLAIMED:
                assert await team.state(row) is OutboxState.UNCONFIRMED
                await team.store.write(lambda tx: outbox.resolve(tx, row.id, Resolution.AGAIN))
            if point is not CrashPoint.SENT or await team.state(row) is not OutboxState.UNCONFIRMED:
                await eventually(team, row, OutboxState.DELIVERED)
    assert team.service.copies() == {row.key: 1}


async def test_a_desk_that_stands_still_while_it_writes_lets_the_others_go_on(team: Team) -> None:
    with late_desk(team, Resend.ASK, WRITING) as desk:
        await stopped(desk)
        async with asyncio.timeout(SECONDS):
            while True:
                with suppress(DatabaseLocked):
                    await team.store.write(lambda tx: accounts.keep_settings(tx, team.account, {"we": "we"}))
                    break


async def taken_over(team: Team, resend: Resend) -> Engine:
    """The engine of another desk, as soon as it is let in; its first sync only tries the door."""
    async with asyncio.timeout(SECONDS):
        while True:
            try:
                await team.engine(resend=resend).sync_once(frozenset())
            except (SecondEngine, DatabaseLocked):
                await asyncio.sleep(0.2)
            else:
                return team.engine(resend=resend)
