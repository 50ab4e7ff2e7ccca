"""The engine for as long as the program runs: it waits for its turn, and an end by itself is noticed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from inbox_app.domain.errors import UserFacingError
from inbox_app.storage.errors import Damaged
from inbox_app.storage.locks import SecondEngine
from inbox_app.sync.engine import Engine
from inbox_app.sync.scheduler import Scheduler
from inbox_app.sync.sender import Desk
from inbox_app.sync.standby import EngineElsewhere, EngineEnded, Standby
from tests.fakes.connector import fake_channel
from tests.fakes.engine_room import OpenDoor, Room, open_room
from tests.fakes.service import FileService
from tests.unit.sync.at_work import settle

SECONDS = 60


class Lock:
    """One lock that two engines ask for."""

    held = False

    def take(self) -> Lock:
        if self.held:
            raise SecondEngine("brand")
        self.held = True
        return self

    def release(self) -> None:
        self.held = False


class OneAtATime(OpenDoor):
    """A guard with that lock. It asks in no thread, for whose answer a clock that a test moves would not wait."""

    def __init__(self, lock: Lock) -> None:
        self._lock = lock

    async def take(self) -> Desk:
        self._lock.take()
        return await super().take()

    async def give_back(self) -> None:
        self._lock.release()


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with open_room(tmp_path, fake_channel(FileService(tmp_path / "service.log"))) as opened:
        yield opened


@asynccontextmanager
async def standing_by(room: Room, engine: Engine) -> AsyncIterator[list[UserFacingError]]:
    """What it says, until the end of the block."""
    said: list[UserFacingError] = []
    stop = asyncio.Event()
    standby = Standby(engine, room.store, room.bus, room.clock, lambda: 0.5, said.append)
    task = asyncio.create_task(standby.run(stop))
    await settle(room.clock)
    yield said
    stop.set()
    await asyncio.wait_for(task, SECONDS)


async def test_it_takes_over_when_the_other_engine_ends(room: Room) -> None:
    lock = Lock()
    other = lock.take()
    engine = room.engine(OneAtATime(lock))
    async with standing_by(room, engine) as said:
        row = await room.queue()
        await room.clock.advance(timedelta(minutes=2))
        assert [type(one) for one in said] == [EngineElsewhere]
        assert not engine.at_work.is_set()
        other.release()
        await room.clock.advance(timedelta(seconds=2))
        await settle(room.clock)
        assert engine.at_work.is_set()
        assert (await room.row(row)).state.value == "delivered"
    assert not lock.held


async def test_who_may_not_wait_is_refused(room: Room) -> None:
    lock = Lock()
    lock.take()
    standby = Standby(room.engine(OneAtATime(lock)), room.store, room.bus, room.clock, lambda: 0.5, print)
    with pytest.raises(SecondEngine):
        await standby.run(asyncio.Event(), waits=False)


async def test_an_engine_that_ends_by_itself_is_told_and_started_again(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Scheduler.run
    ends = [RuntimeError("a fault of ours"), KeyError("another")]

    async def break_twice(scheduler: Scheduler, stop: asyncio.Event) -> None:
        if ends:
            raise ends.pop()
        await run(scheduler, stop)

    monkeypatch.setattr(Scheduler, "run", break_twice)
    engine = room.engine()
    async with standing_by(room, engine) as said:
        assert [type(one) for one in said] == [EngineEnded]
        assert not engine.at_work.is_set()
        await room.clock.advance(timedelta(minutes=1))
        await settle(room.clock)
        assert [type(one) for one in said] == [EngineEnded, EngineEnded]
        assert engine.at_work.is_set()


async def test_a_damaged_database_ends_it(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    async def find_damage(scheduler: Scheduler, stop: asyncio.Event) -> None:
        raise Damaged("the file")

    monkeypatch.setattr(Scheduler, "run", find_damage)
    standby = Standby(room.engine(), room.store, room.bus, room.clock, lambda: 0.5, print)
    with pytest.raises(Damaged):
        await asyncio.wait_for(standby.run(asyncio.Event()), SECONDS)
