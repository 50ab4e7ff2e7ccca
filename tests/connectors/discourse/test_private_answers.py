"""A private answer to what was said in a topic, in the real engine and database: one conversation, there once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox_app.domain.words import OutboxState
from inbox_app.storage.store import Store
from tests.connectors.discourse.conftest import DiscourseStage
from tests.connectors.on_engine import add, private_talk, queue_privately, state_of, sync


@pytest.mark.parametrize("lost", [False, True])
async def test_it_is_there_once_and_goes_on_as_one_conversation(
    store: Store, stage: DiscourseStage, lost: bool
) -> None:
    await add(store, stage)
    await sync(store, stage)
    said = stage.server.say("Where is my order?", stage.topic)
    await sync(store, stage)
    row = await queue_privately(store, f"{stage.topic.id}/{said.number}", "We look for it")
    stage.server.lose_answers = int(lost)
    for minutes in (0, 3, 6):
        stage.later = timedelta(minutes=minutes)
        await sync(store, stage)
    assert await state_of(store, row) is OutboxState.DELIVERED
    (sent,) = stage.server.ours("We look for it")
    assert (sent.topic.title, sorted(sent.topic.members)) == ("Re: Launch day", ["anna", "brand"])
    stage.server.say("Thank you", sent.topic, stage.server.anna)
    await sync(store, stage)
    talk = await private_talk(store)
    assert len({one[0] for one in talk}) == 1
    assert [one[2] for one in talk] == ["out", "in"]
    assert talk[0][1] == f"{sent.topic.id}/1"
    assert stage.violations() == []
