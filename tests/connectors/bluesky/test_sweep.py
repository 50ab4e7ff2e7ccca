"""Far below the newest: what was listed late, and what is more than is read at once, is found over several pulls."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.bluesky import cursor as cursors
from connectors.bluesky import lists, sweep
from connectors.bluesky.connector import BlueskyConnector
from connectors.bluesky.fields import Fields
from connectors.bluesky.sweep import HORIZON_MS, Sweep
from connectors.bluesky.wire import Notice
from inbox_app.contract.remote import Event, GapClosed, GapFound, MessageSeen
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.timecode import to_ms
from tests.connectors.bluesky.stage import BlueskyStage
from tests.servers.gateway import Request

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
SMALL = 3


def small_pages(request: Request) -> Request:
    """Pages of three notifications, so that few make many pages."""
    return replace(request, target=request.target.replace("limit=50", f"limit={SMALL}"))


async def pulls(stage: BlueskyStage, cursor: JsonObject, times: int) -> tuple[list[Event], JsonObject]:
    """So many pulls, each in a process of its own."""
    found: list[Event] = []
    for _time in range(times):
        events, cursor = await stage.events(await stage.connector(), cursor)
        found += events
    return found, cursor


def texts(events: list[Event]) -> list[str]:
    """What was told and is new here, once each."""
    told = [one.message for one in events if isinstance(one, MessageSeen) and not one.message.history]
    return [*dict.fromkeys(one.text.partition(" ")[2] for one in told)]


async def started(stage: BlueskyStage) -> tuple[BlueskyConnector, JsonObject]:
    """Connected, and once through what was there before."""
    stage.gateway.before.append(small_pages)
    connector, cursor = await stage.started()
    _events, cursor = await pulls(stage, cursor, 2)
    return connector, cursor


@pytest.mark.server
async def test_a_mention_that_was_listed_late_is_found_below_what_is_known(
    stage: BlueskyStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow server passes it on today with the date of when it was written, before the newest that are remembered."""
    monkeypatch.setattr(cursors, "_MOST", 3)
    for number in range(2):
        stage.mention(f"before us {number}", settle=False)
    stage.network.settle()
    _connector, cursor = await started(stage)
    for number in range(6):
        stage.mention(f"in time {number}", settle=False)
    stage.network.settle()
    events, cursor = await pulls(stage, cursor, 1)
    assert texts(events) == [f"in time {number}" for number in range(6)]
    written = stage.now() - timedelta(days=3)
    stage.mention("from a slow server", createdAt=written.isoformat().replace("+00:00", "Z"))
    events, cursor = await pulls(stage, cursor, 3)
    assert texts(events) == ["from a slow server"]
    events, _cursor = await pulls(stage, cursor, 2)
    assert texts(events) == [], "told once"


@pytest.mark.server
async def test_more_than_is_read_at_once_is_found_over_several_pulls(
    stage: BlueskyStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cursors, "_MOST", 4)
    monkeypatch.setattr(lists, "_PAGES", 2)
    _connector, cursor = await started(stage)
    for number in range(10):
        stage.mention(f"all at once {number}", settle=False)
    stage.network.settle()
    events, cursor = await pulls(stage, cursor, 1)
    (gap,) = [one for one in events if isinstance(one, GapFound)]
    assert gap.can_close
    assert len(texts(events)) >= 2 * SMALL
    later, cursor = await pulls(stage, cursor, 3)
    assert {*texts(events), *texts(later)} == {f"all at once {number}" for number in range(10)}
    assert GapClosed(gap.gap) in later


def notice(name: str, at: datetime, reason: str = "mention") -> Notice:
    return Notice(f"at://did:plc:anna/app.bsky.feed.post/{name}", reason, "", at)


def test_what_is_remembered_survives_json_and_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of too many the oldest are forgotten, and then not looked for: nothing is told over and over."""
    monkeypatch.setattr(sweep, "_MOST", 50)
    said = [notice(str(number), NOW - timedelta(minutes=number)) for number in range(80)]
    far, now = notice("far", NOW - timedelta(milliseconds=HORIZON_MS, hours=1)), to_ms(NOW)
    after = Sweep(place="p").with_told([*said, far]).ended(now)
    again = Sweep.read(Fields(after.to_json()))
    assert (again, again.whole, len(again.told)) == (after, True, 50)
    news = [one for one in (*said, far) if again.is_news(one, now, now)]
    assert news == []
    assert again.is_news(notice("late", NOW - timedelta(minutes=20)), now, now)
    assert not again.is_news(notice("late", NOW - timedelta(minutes=20), "like"), now, now)
    assert not again.reads_on([far], "next", now)
