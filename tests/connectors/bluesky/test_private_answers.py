"""A private answer to a comment, in the real engine and database: one chat, there once; and only where it is let in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox_app.domain.errors import Refused
from inbox_app.domain.words import OutboxState
from inbox_app.storage.store import Store
from tests.connectors.bluesky.stage import BlueskyStage
from tests.connectors.bluesky.test_engine import SEND, Cut, answers
from tests.connectors.on_engine import add, private_talk, queue_privately, state_of, sync

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]


@pytest.mark.parametrize(("cut", "pulled_first"), [(False, False), (True, True)])
async def test_it_is_there_once_and_joins_the_chat_with_that_person(
    store: Store, stage: BlueskyStage, cut: bool, pulled_first: bool
) -> None:
    await add(store, stage)
    await sync(store, stage)
    stage.anna.act("app.bsky.graph.follow", stage.brand.did)
    asked = stage.mention("where is my order?")["uri"]
    await sync(store, stage)
    row = await queue_privately(store, asked, "We look for it")
    if cut:
        stage.gateway.after.append(Cut(SEND))
    await sync(store, stage)
    if pulled_first:
        await sync(store, stage)
    stage.later = timedelta(minutes=3)
    await sync(store, stage)
    assert await state_of(store, row) is OutboxState.DELIVERED
    assert answers(stage, private=True) == 1
    stage.anna.chat(stage.brand, "thank you")
    await sync(store, stage)
    talk = await private_talk(store)
    assert len({one[0] for one in talk}) == 1
    assert [one[2] for one in talk] == ["out", "in"]


async def test_whoever_does_not_follow_us_is_not_written_to(store: Store, stage: BlueskyStage) -> None:
    await add(store, stage)
    await sync(store, stage)
    asked = stage.mention("where is my order?")["uri"]
    await sync(store, stage)
    with pytest.raises(Refused, match="people they follow"):
        await queue_privately(store, asked, "We look for it")
