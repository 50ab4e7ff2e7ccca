"""A comment answered to its author alone: a chat of its own beside the comments, which goes on, and is there once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.practice.places import Place
from inbox_app.contract.acts import Act
from inbox_app.contract.remote import RemoteMessage, RemoteRecipient
from inbox_app.domain.words import Action, ActKind, Direction, Kind
from tests.connectors.practice.acts import act
from tests.connectors.practice.stage import PracticeStage
from tests.contract.connector_tests import messages, pull_all
from tests.contract.stage import Lent, reply


def privately(to: RemoteMessage, text: str) -> Act:
    """An answer to its author alone, as the outbox would make it."""
    made = act(ActKind.NEW, Kind.DIRECT, text=text, on=to, action=Action.REPLY_PRIVATELY)
    return replace(made, recipients=(RemoteRecipient("to", to.author.handle, to.author.name),))


@pytest.mark.parametrize("place", [Place.COMMENTS, Place.ROOM, Place.FORUM])
async def test_a_chat_begins_goes_on_and_leads_to_what_it_answers(lent: Lent, place: Place) -> None:
    stage = PracticeStage(lent, place)
    connector = await stage.connector()
    we = await connector.connect()
    events, cursor = await pull_all(connector, None)
    able = [one for one in messages(events) if one.abilities and one.abilities.of(Action.REPLY_PRIVATELY).possible]
    asked = next(one for one in able if one.direction is Direction.INCOMING)
    first = privately(asked, "Between us")
    sent = [(await connector.send(first, connector.freeze(first, we))).remote_id for _twice in range(2)]
    events, cursor = await pull_all(connector, cursor)
    (ours,) = messages(events)
    assert [ours.remote_id, ours.remote_id] == sent
    assert (ours.kind, ours.parent, ours.post) == (Kind.DIRECT, asked.remote_id, None)
    assert not set(ours.keys) & set(asked.keys)

    second = privately(asked, "And another thing")
    answer = reply("A third thing", ours)
    for one in (second, answer):
        await connector.send(one, connector.freeze(one, we))
    stage.later = timedelta(minutes=8)
    events, _cursor = await pull_all(connector, cursor)
    alone = [one for one in messages(events) if one.kind is Kind.DIRECT]
    assert {"And another thing", "A third thing"} <= {one.text for one in alone}
    assert {one.keys for one in alone} == {ours.keys}, "it is one chat with one person"
    assert {one.author.remote_id for one in alone} <= {asked.author.remote_id, ours.author.remote_id}


async def test_it_may_be_longer_than_a_comment(lent: Lent) -> None:
    connector = await PracticeStage(lent, Place.COMMENTS).connector()
    we = await connector.connect()
    asked = next(one for one in messages((await pull_all(connector, None))[0]) if one.direction is Direction.INCOMING)
    long = privately(asked, "a" * 600)
    assert connector.private_limits(asked.keys).allows_text(long.text)
    assert (await connector.send(long, connector.freeze(long, we))).remote_id
