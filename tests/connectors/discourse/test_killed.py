"""The command is killed while it pulls and while it sends, and the next one finds everything there once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from inbox_app.domain.words import Direction, OutboxState
from inbox_app.events import Bus
from inbox_app.paths import resolve_workspace
from inbox_app.storage.schema import message, outbox
from inbox_app.storage.store import Store
from tests.connectors.discourse.conftest import DiscourseStage
from tests.connectors.discourse.server import KEY
from tests.connectors.on_engine import sync
from tests.e2e.portavoce import Portavoce
from tests.servers.waiting import wait_until

# Each test starts up to seven processes, on a machine that may be busy with others' tests.
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


class Held:
    """Lets an answer wait on its way back: the forum has done what was asked, and nobody knows."""

    def __init__(self, concerns: Callable[[str, str], bool]) -> None:
        self.concerns = concerns
        self.waits, self.released = threading.Event(), threading.Event()

    def __call__(self, method: str, path: str) -> None:
        if not self.released.is_set() and self.concerns(method, path):
            self.waits.set()
            self.released.wait(60)


class Desk:
    """One person's Portavoce with an account on the forum."""

    def __init__(self, stage: DiscourseStage, folder: Path) -> None:
        self.stage, self.server, self.path = stage, stage.server, folder / "inbox"
        self.portavoce = Portavoce(folder / "home")
        self.tell(
            "account", "add", "discourse", "--set", f"site={stage.server.url}", "--secret", "key", given=f"{KEY}\n"
        )  # fmt: skip
        self.tell("sync")

    def tell(self, *arguments: str, given: str = "") -> None:
        self.portavoce.tell("--workspace", str(self.path), *arguments, given=given)

    def sync_and_die(self, concerns: Callable[[str, str], bool]) -> None:
        """Killed while such an answer is on its way."""
        held = Held(concerns)
        self.server.after.append(held)
        process = self.portavoce.start("--workspace", str(self.path), "sync")
        try:
            wait_until(held.waits.is_set, "the question", seconds=60)
        finally:
            process.kill()
            process.communicate()
            held.released.set()

    async def store(self) -> Store:
        address = resolve_workspace(str(self.path))
        return await Store.open(address, Bus(), clock=lambda: round(self.stage.now().timestamp() * 1000))


@pytest.fixture
def desk(stage: DiscourseStage, tmp_path: Path) -> Desk:
    return Desk(stage, tmp_path / "desk")


async def test_killed_while_an_answer_is_on_its_way_it_is_there_once(desk: Desk) -> None:
    desk.server.say("are you there?", desk.stage.topic)
    desk.tell("sync")
    (listed,) = desk.portavoce.tell("--workspace", str(desk.path), "list", "--view", "open")["conversations"]
    desk.tell("reply", listed["id"], "--text", "Always", "--now")
    desk.sync_and_die(lambda method, path: (method, path) == ("POST", "/posts.json"))
    assert len(desk.server.ours("Always")) == 1
    store = await desk.store()
    state = select(outbox.c.state)
    assert await store.read(lambda conn: conn.execute(state).scalar_one()) == OutboxState.SENDING
    desk.stage.later = timedelta(minutes=5)
    assert await sync(store, desk.stage) == ""
    assert await store.read(lambda conn: conn.execute(state).scalar_one()) == OutboxState.DELIVERED
    ours = select(func.count()).where(message.c.direction == Direction.OUTGOING)
    assert await store.read(lambda conn: conn.execute(ours).scalar_one()) == 1
    await store.close()
    assert len(desk.server.ours("Always")) == 1


async def test_killed_while_it_pulls_the_next_one_brings_everything_once(desk: Desk) -> None:
    made = [desk.server.say(f"n{number}", desk.stage.topic) for number in range(150)]
    asked = 0

    def is_a_late_page(_method: str, path: str) -> bool:
        nonlocal asked
        asked += path == "/posts.json"
        return asked == 7

    desk.sync_and_die(is_a_late_page)
    ids = select(message.c.remote_id)
    store = await desk.store()
    before = await store.read(lambda conn: conn.execute(ids).scalars().all())
    await store.close()
    assert 0 < len(before) < 150, "the kill came between two pages"
    desk.tell("sync")
    store = await desk.store()
    after = await store.read(lambda conn: conn.execute(ids).scalars().all())
    await store.close()
    assert sorted(after) == sorted(f"{one.topic.id}/{one.number}" for one in made)
