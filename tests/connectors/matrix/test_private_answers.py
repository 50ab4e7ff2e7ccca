"""A private answer to what was said in a room, in the real engine and database: one direct chat, there once."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest

from inbox_app.domain.words import OutboxState
from inbox_app.storage.store import Store
from tests.connectors.matrix.stage import MatrixStage, directs
from tests.connectors.matrix.test_engine import Cut
from tests.connectors.on_engine import add, private_talk, queue_privately, state_of, sync

pytestmark = pytest.mark.server


@pytest.mark.parametrize("cut", [False, True])
async def test_it_is_there_once_and_goes_on_as_one_conversation(store: Store, stage: MatrixStage, cut: bool) -> None:
    await add(store, stage)
    await sync(store, stage)
    asked = stage.ben.say(stage.room, "where is my order?", mentions=[stage.brand])
    await sync(store, stage)
    row = await queue_privately(store, asked, "We look for it")
    if cut:
        stage.gateway.after.append(Cut())
    await sync(store, stage)
    for minutes in (3, 6):
        stage.later = timedelta(minutes=minutes)
        await sync(store, stage)
    assert await state_of(store, row) is OutboxState.DELIVERED
    (room,) = directs(stage.brand)[stage.ben.id]
    stage.ben.ask("POST", f"join/{quote(room)}", json={})
    stage.ben.say(room, "thank you")
    await sync(store, stage)
    talk = [one for one in await private_talk(store) if one[1] is not None]
    assert len({one[0] for one in talk}) == 1
    assert sorted(one[2] for one in talk) == ["in", "out"]
