"""The command is killed while it pulls and while it sends, and the next one finds everything there once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from inbox_app.domain.words import Direction, OutboxState
from inbox_app.storage.schema import message, outbox
from tests.connectors.killing import Desk
from tests.connectors.on_engine import sync
from tests.connectors.wordpress.stage import WordPressStage
from tests.servers.gateway import Request

# Each test starts up to seven processes, on a machine that may be busy with others' tests.
pytestmark = [pytest.mark.server, pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.fixture
def desk(stage: WordPressStage, tmp_path: Path) -> Desk:
    account = ("wordpress", "--set", f"site={stage.url}", "--set", f"user={stage.brand.name}", "--secret", "password")
    return Desk(stage, tmp_path / "desk", account, stage.brand.password)


async def test_killed_while_an_answer_is_on_its_way_it_is_there_once(stage: WordPressStage, desk: Desk) -> None:
    stage.site.insert(stage.post, ["are you there?"])
    desk.tell("sync")
    (listed,) = desk.portavoce.tell("--workspace", str(desk.path), "list", "--view", "open")["conversations"]
    desk.tell("reply", listed["id"], "--text", "Always", "--now")
    desk.sync_and_die(lambda request: request.method == "POST")
    assert await stage.copies("Always") == 1
    store = await desk.store()
    assert await store.read(lambda conn: conn.execute(select(outbox.c.state)).scalar_one()) == OutboxState.SENDING
    stage.later = timedelta(minutes=5)
    assert await sync(store, stage) == ""
    assert await store.read(lambda conn: conn.execute(select(outbox.c.state)).scalar_one()) == OutboxState.DELIVERED
    ours = select(func.count()).where(message.c.direction == Direction.OUTGOING)
    assert await store.read(lambda conn: conn.execute(ours).scalar_one()) == 1
    assert await stage.copies("Always") == 1
    await store.close()


async def test_killed_while_it_pulls_the_next_one_brings_everything_once(stage: WordPressStage, desk: Desk) -> None:
    made = stage.site.insert(stage.post, [f"n{number}" for number in range(330)])
    asked = 0

    def is_a_late_page(request: Request) -> bool:
        nonlocal asked
        asked += "/wp/v2/comments" in request.target
        return asked == 7

    desk.sync_and_die(is_a_late_page)
    store = await desk.store()
    ids = select(message.c.remote_id)
    before = await store.read(lambda conn: conn.execute(ids).scalars().all())
    await store.close()
    assert 0 < len(before) < 330, "the kill came between two pages"
    desk.tell("sync")
    store = await desk.store()
    after = await store.read(lambda conn: conn.execute(ids).scalars().all())
    await store.close()
    assert sorted(int(one or 0) for one in after) == made
