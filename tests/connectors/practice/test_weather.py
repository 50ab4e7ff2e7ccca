"""Provoked weather: each outage is the contract's error, and an unknown send goes as each policy says."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from connectors.practice.connector import PracticeConnector
from connectors.practice.places import Place
from connectors.practice.weather import CLEAR, NAME, Weather, change, forecast
from inbox_app.contract.acts import Absent, Act, CannotTell, Receipt
from inbox_app.contract.errors import BadAnswer, Busy, ConnectorError, Offline, SignInNeeded, Unsure
from inbox_app.domain.words import Resend
from tests.connectors.practice.stage import PracticeStage
from tests.contract.connector_tests import messages, pull_all
from tests.contract.stage import Lent, reply


async def asked(stage: PracticeStage) -> tuple[PracticeConnector, Act, bytes]:
    """A connector and a reply that is about to go."""
    connector = await stage.connector()
    we = await connector.connect()
    events, _cursor = await pull_all(connector, None)
    question = next(one for one in reversed(messages(events)) if one.abilities)
    answer = reply("in any weather", question)
    return connector, answer, connector.freeze(answer, we)


@pytest.mark.parametrize(
    ("weather", "error"),
    [
        (Weather(offline=True), Offline),
        (Weather(busy=90), Busy),
        (Weather(sign_in_needed=True), SignInNeeded),
        (Weather(nonsense=True), BadAnswer),
    ],
)
async def test_each_outage_is_the_contracts_error(lent: Lent, weather: Weather, error: type[ConnectorError]) -> None:
    stage = PracticeStage(lent, Place.FORUM)
    connector, answer, frozen = await asked(stage)
    stage.weather(weather)
    for call in (
        connector.connect(),
        connector.pull(None),
        connector.load_older(None),
        connector.count_remote(),
        connector.send(answer, frozen),
    ):
        with pytest.raises(error):
            await call
    assert isinstance(await connector.find_sent(answer, frozen), CannotTell)
    assert await stage.copies("in any weather") == 0
    stage.weather(CLEAR)
    assert (await connector.send(answer, frozen)).remote_id
    assert await stage.copies("in any weather") == 1


async def test_busy_says_how_long(lent: Lent) -> None:
    stage = PracticeStage(lent, Place.ROOM)
    connector = await stage.connector()
    stage.weather(Weather(busy=90))
    with pytest.raises(Busy) as busy:
        await connector.connect()
    assert busy.value.retry_after == timedelta(seconds=90)


async def test_a_slow_service_answers_in_the_end(lent: Lent) -> None:
    stage = PracticeStage(lent, Place.ROOM)
    stage.weather(Weather(slow=0.2))
    begun = time.monotonic()
    assert (await (await stage.connector()).connect()).handle
    assert time.monotonic() - begun >= 0.2


@pytest.mark.parametrize(("resend", "copies"), [(Resend.SAFE, 1), (Resend.CHECK, 2), (Resend.ASK, 2)])
async def test_a_lost_answer_hides_what_arrived(lent: Lent, resend: Resend, copies: int) -> None:
    stage = PracticeStage(lent, Place.FORUM, resend=resend.value)
    connector, answer, frozen = await asked(stage)
    assert connector.resend is resend
    stage.weather(Weather(lost_answers=1))
    with pytest.raises(Unsure):
        await connector.send(answer, frozen)
    found = await connector.find_sent(answer, frozen)
    assert isinstance(found, Receipt)
    again = await connector.send(answer, frozen)
    assert (again.remote_id == found.remote_id) is (resend is Resend.SAFE)
    assert await stage.copies("in any weather") == copies


async def test_a_lost_request_never_arrived(lent: Lent) -> None:
    stage = PracticeStage(lent, Place.FORUM)
    connector, answer, frozen = await asked(stage)
    stage.weather(Weather(lost_requests=2))
    for _ in range(2):
        with pytest.raises(Unsure):
            await connector.send(answer, frozen)
        assert isinstance(await connector.find_sent(answer, frozen), Absent)
    assert (await connector.send(answer, frozen)).remote_id
    assert await stage.copies("in any weather") == 1


def test_the_weather_is_a_file_that_people_may_write(lent: Lent) -> None:
    assert forecast(lent.folder) == CLEAR
    change(lent.folder, Weather(busy=3))
    assert forecast(lent.folder) == Weather(busy=3)
    for said in ('{"offline": true, "colour": "red"}', "{", "[]", "7", "", '{"busy": "long"}'):
        (lent.folder / NAME).write_text(said)
        assert forecast(lent.folder) == (Weather(offline=True) if "true" in said else CLEAR)
