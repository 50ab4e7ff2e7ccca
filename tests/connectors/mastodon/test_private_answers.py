"""A private answer to a comment, in the real engine and database: one direct conversation, there once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox_app.domain.words import OutboxState
from inbox_app.storage.store import Store
from tests.connectors.mastodon.stage import MastodonStage
from tests.connectors.mastodon.test_engine import Cut, blind_to_keys
from tests.connectors.on_engine import add, private_talk, queue, queue_privately, state_of, sync

pytestmark = pytest.mark.server


@pytest.mark.parametrize(("cut", "pulled_first"), [(False, False), (True, True)])
async def test_it_is_there_once_and_goes_on_as_one_conversation(
    store: Store, stage: MastodonStage, cut: bool, pulled_first: bool
) -> None:
    stage.gateway.before.append(blind_to_keys)
    account = await add(store, stage)
    await sync(store, stage)
    post = stage.brand.say("A post")
    asked = stage.anna.say(f"@{stage.brand.name} where is my order?", to=post["id"])
    await sync(store, stage)
    public = await queue(store, account, asked["id"], "We look for it")
    await sync(store, stage)
    assert await state_of(store, public) is OutboxState.DELIVERED
    row = await queue_privately(store, asked["id"], "We look for it")
    if cut:
        stage.gateway.after.append(Cut())
    await sync(store, stage)
    if pulled_first:
        await sync(store, stage)
    stage.later = timedelta(minutes=3)
    await sync(store, stage)
    assert await state_of(store, row) is OutboxState.DELIVERED
    (sent,) = [one for one in stage.brand.statuses() if one["visibility"] == "direct"]
    assert (sent["in_reply_to_id"], [one["acct"] for one in sent["mentions"]]) == (asked["id"], [stage.anna.name])
    stage.anna.say(f"@{stage.brand.name} thank you", to=sent["id"], visibility="direct")
    await sync(store, stage)
    talk = await private_talk(store)
    assert len({one[0] for one in talk}) == 1
    assert [one[2] for one in talk] == ["out", "in"]
    assert talk[0][1] == sent["id"]
