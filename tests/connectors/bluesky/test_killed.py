"""The command is killed while it pulls and while it sends, and the next one finds everything there once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from inbox_app.domain.words import Direction, OutboxState
from inbox_app.storage.schema import message, outbox
from tests.connectors.bluesky.stage import BlueskyStage
from tests.connectors.bluesky.test_engine import PUT, sync
from tests.connectors.killing import Desk
from tests.servers.gateway import Request

# Each test starts up to seven processes, on a machine that may be busy with others' tests.
pytestmark = [pytest.mark.server, pytest.mark.e2e, pytest.mark.timeout(600)]


@pytest.fixture
def desk(stage: BlueskyStage, tmp_path: Path) -> Desk:
    settings = [part for name, value in stage.settings.items() for part in ("--set", f"{name}={value}")]
    return Desk(stage, tmp_path / "desk", ("bluesky", *settings, "--secret", "password"), stage.password)


async def test_killed_while_an_answer_is_on_its_way_it_is_there_once(stage: BlueskyStage, desk: Desk) -> None:
    await stage.arrive("are you there?")
    desk.tell("sync")
    (listed,) = desk.portavoce.tell("--workspace", str(desk.path), "list", "--view", "open")["conversations"]
    desk.tell("reply", listed["id"], "--text", "Always", "--now")
    desk.sync_and_die(lambda request: request.path == PUT)
    assert await stage.copies("Always") == 1
    store = await desk.store()
    assert await store.read(lambda conn: conn.execute(select(outbox.c.state)).scalar_one()) == OutboxState.SENDING
    stage.later = timedelta(minutes=3)
    assert await sync(store, stage) == ""
    stage.network.settle()
    assert await sync(store, stage) == ""
    assert await store.read(lambda conn: conn.execute(select(outbox.c.state)).scalar_one()) == OutboxState.DELIVERED
    ours = select(func.count()).where(message.c.direction == Direction.OUTGOING)
    assert await store.read(lambda conn: conn.execute(ours).scalar_one()) == 1
    await store.close()
    assert await stage.copies("Always") == 1


async def test_killed_while_it_pulls_the_next_one_brings_everything_once(stage: BlueskyStage, desk: Desk) -> None:
    made = [stage.mention(f"n{number}", settle=False)["uri"] for number in range(150)]
    stage.network.settle()
    asked = 0

    def is_a_late_page(request: Request) -> bool:
        nonlocal asked
        asked += request.path.endswith("getPosts")
        return asked == 4

    desk.sync_and_die(is_a_late_page)
    ids = select(message.c.remote_id)
    store = await desk.store()
    before = await store.read(lambda conn: conn.execute(ids).scalars().all())
    await store.close()
    assert 0 < len(before) < 150, "the kill came between two pieces"
    desk.tell("sync")
    store = await desk.store()
    after = await store.read(lambda conn: conn.execute(ids).scalars().all())
    await store.close()
    assert sorted(str(one) for one in after) == sorted(made)
