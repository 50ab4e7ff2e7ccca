"""The command of one person, killed while an answer of the service is on its way back through a gateway.

Inherit `KillTests` with a fixture `desk`: what a channel pulls and sends is there once, whenever the program dies.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy import func, select

from inbox_app.domain.words import ActKind, Direction, OutboxState
from inbox_app.events import Bus
from inbox_app.paths import resolve_workspace
from inbox_app.storage.schema import message, outbox
from inbox_app.storage.store import Store
from tests.connectors import on_engine
from tests.e2e.portavoce import Portavoce
from tests.servers.gateway import Gateway, Request, Response
from tests.servers.waiting import wait_until


class Stage(on_engine.Stage, Protocol):
    """A service behind a gateway; `later` moves our clock."""

    gateway: Gateway
    later: timedelta

    async def arrive(self, text: str) -> None: ...

    async def copies(self, text: str) -> int: ...


@dataclass(frozen=True)
class Deaths:
    """When the program dies on a channel."""

    is_answer: Callable[[Request], bool]
    """Whether a request sends what we say."""
    write_many: Callable[[], list[str]]
    """Somebody writes more than one page; the messages as the service knows them."""
    is_page: Callable[[Request], bool]
    """Whether a request pulls a page of those."""
    pages_before: int
    """So many of them are answered before the one that is on its way when the program dies."""
    settles: OutboxState = OutboxState.DELIVERED
    """What becomes of an answer that was on its way."""


class Held:
    """Lets an answer wait on its way back: the service has done what was asked, and nobody knows."""

    def __init__(self, concerns: Callable[[Request], bool], after: int) -> None:
        self.concerns, self.left = concerns, after
        self.waits, self.released = threading.Event(), threading.Event()

    def __call__(self, request: Request, response: Response) -> Response:
        if not self.released.is_set() and self.concerns(request):
            self.left -= 1
            if self.left < 0:
                self.waits.set()
                self.released.wait(60)
        return response


class Desk:
    """One person's Portavoce with an account on the stage's service."""

    def __init__(self, stage: Stage, folder: Path, secret: str, deaths: Deaths) -> None:
        """`secret` is the name of it; of what it is, the stage's host knows."""
        self.stage, self.deaths, self.path = stage, deaths, folder / "desk" / "inbox"
        self.portavoce = Portavoce(folder / "desk" / "home")
        given = [word for name, value in stage.settings.items() for word in ("--set", f"{name}={value}")]
        read = ("--secret", secret) if secret else ()
        said = f"{stage.host().secrets[secret]}\n" if secret else ""
        self.tell("account", "add", stage.manifest.key, *given, *read, given=said)
        self.tell("sync")

    def tell(self, *arguments: str, given: str = "") -> None:
        self.portavoce.tell("--workspace", str(self.path), *arguments, given=given)

    def answer(self, text: str) -> None:
        """Decide to answer the one conversation that is open."""
        (listed,) = self.portavoce.tell("--workspace", str(self.path), "list", "--view", "open")["conversations"]
        self.tell("reply", listed["id"], "--text", text, "--now")

    def sync_and_die(self, concerns: Callable[[Request], bool], *, after: int = 0) -> None:
        """Killed while such an answer is on its way, `after` others came back."""
        held = Held(concerns, after)
        self.stage.gateway.after.append(held)
        process = self.portavoce.start("--workspace", str(self.path), "sync")
        try:
            wait_until(held.waits.is_set, "the question", seconds=60)
        finally:
            process.kill()
            process.communicate()
            held.released.set()

    @asynccontextmanager
    async def store(self) -> AsyncIterator[Store]:
        address = resolve_workspace(str(self.path))
        opened = await Store.open(address, Bus(), clock=lambda: round(self.stage.now().timestamp() * 1000))
        yield opened
        await opened.close()

    async def pulled(self) -> list[str]:
        """What came in, as the service knows it."""
        async with self.store() as store:
            found = await store.read(lambda conn: conn.execute(select(message.c.remote_id)).scalars().all())
        return sorted(map(str, found))


class KillsWhilePulling:
    """Inherited by each channel's tests."""

    async def test_killed_while_it_pulls_the_next_one_brings_everything_once(self, desk: Desk) -> None:
        made = desk.deaths.write_many()
        desk.sync_and_die(desk.deaths.is_page, after=desk.deaths.pages_before)
        before = await desk.pulled()
        assert len(before) < len(made), "the kill came before the last page"
        assert bool(before) is bool(desk.deaths.pages_before), "the kill came between two pages"
        desk.tell("sync")
        assert await desk.pulled() == sorted(made)


class KillTests(KillsWhilePulling):
    """Inherited by the tests of each channel that sends."""

    async def test_killed_while_an_answer_is_on_its_way_it_is_there_once(self, desk: Desk) -> None:
        stage = desk.stage
        state = select(outbox.c.state).where(outbox.c.kind != ActKind.READ_MARK)
        ours = select(func.count()).where(message.c.direction == Direction.OUTGOING)
        await stage.arrive("are you there?")
        desk.tell("sync")
        desk.answer("Always")
        desk.sync_and_die(desk.deaths.is_answer)
        assert await stage.copies("Always") == 1
        async with desk.store() as store:
            assert await store.read(lambda conn: conn.execute(state).scalar_one()) == OutboxState.SENDING
            for minutes in (5, 10):
                stage.later = timedelta(minutes=minutes)
                assert await on_engine.sync(store, stage) == ""
            assert await store.read(lambda conn: conn.execute(state).scalar_one()) == desk.deaths.settles
            assert await store.read(lambda conn: conn.execute(ours).scalar_one()) == 1
        assert await stage.copies("Always") == 1
