"""What the bot said and did itself is told until a batch that tells it is kept: refused, killed, or on a full disk."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.telegram.connector import TelegramConnector
from connectors.telegram.own import MOST_TOLD, OwnWords
from inbox_app.contract.remote import Event, MessageSeen, ReactionsSeen
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import ActKind
from tests.connectors.telegram.conftest import TelegramStage, news
from tests.connectors.telegram.server import GROUP
from tests.contract.connector_tests import messages
from tests.contract.stage import reply

TOLD = [MessageSeen, ReactionsSeen]


async def spoken(stage: TelegramStage) -> tuple[TelegramConnector, JsonObject]:
    """A connector that answered a question and reacted to it, and where it stood before."""
    connector, cursor = await stage.started()
    stage.server.say("@kiln_bot how hot?", GROUP)
    events, cursor = await news(connector, cursor)
    (question,) = messages(events)
    answer = reply("1200 degrees", question)
    await connector.send(answer, connector.freeze(answer, await connector.connect()))
    await connector.react(replace(reply("", question), kind=ActKind.REACTION, value="👍"))
    return connector, cursor


def kinds(events: tuple[Event, ...]) -> list[type[Event]]:
    return [type(one) for one in events]


async def test_a_batch_that_was_not_kept_loses_nothing_of_ours(stage: TelegramStage) -> None:
    connector, cursor = await spoken(stage)
    refused = await connector.pull(cursor)
    assert kinds(refused.events) == TOLD
    assert (await connector.pull(cursor)).events == refused.events
    after_the_kill = await (await stage.connector()).pull(cursor)
    assert after_the_kill.events == refused.events


async def test_what_was_kept_is_told_no_more(stage: TelegramStage) -> None:
    connector, cursor = await spoken(stage)
    kept = (await connector.pull(cursor)).cursor
    assert (await connector.pull(kept)).events == ()
    assert (await (await stage.connector()).pull(kept)).events == ()
    assert (await (await stage.connector()).pull(cursor)).events == (), "nothing is left of it"


async def test_a_full_disk_makes_no_answer_unsure(stage: TelegramStage, caplog: pytest.LogCaptureFixture) -> None:
    (stage.lent.folder / "own.json").mkdir()
    connector, cursor = await spoken(stage)
    assert kinds((await connector.pull(cursor)).events) == TOLD
    assert "could not be written down" in caplog.text


async def test_more_than_one_batch_of_ours_comes_in_several(stage: TelegramStage) -> None:
    connector, cursor = await stage.started()
    own = OwnWords(stage.lent.folder, connector.host.files)
    for number in range(MOST_TOLD + 7):
        own.note_reaction(f"1:{number}", "👍")
    events, _cursor = await news(await stage.connector(), cursor)
    assert [one.remote_id for one in events if isinstance(one, ReactionsSeen)] == [
        f"1:{number}" for number in range(MOST_TOLD + 7)
    ]
