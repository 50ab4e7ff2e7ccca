"""What the feed connector's tests share: a site and its stage."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Self

import pytest

from connectors.feed import MANIFEST
from connectors.feed.connector import FeedConnector
from inbox_app.content.worker import Worker
from inbox_app.contract.connector import Host
from inbox_app.contract.remote import RemoteMessage
from tests.connectors.feed.site import Site
from tests.contract.stage import Lent, Nonsense, Stage
from tests.servers.gateway import Gateway

_NONSENSE = {
    Nonsense.GARBAGE: b"<rss><channel>" + b"<item>" * 100_000,
    Nonsense.CUT: b"<rss><channel><item><title>Good mor",
    Nonsense.ENDLESS: b"<rss><channel><title>" + b"Good morning. " * 1_200_000,
}


class FeedStage(Stage):
    """Nobody is us: a feed has readers only."""

    manifest = MANIFEST
    more_than_a_page = 55

    def __init__(self, lent: Lent, site: Site, content: Worker) -> None:
        self.lent, self.site, self._content = lent, site, content
        self.settings, self.home = {"url": site.url}, site.home
        self.later = timedelta(0)
        self.gateway: Gateway
        self.made: list[FeedConnector] = []

    def now(self) -> datetime:
        """The clock that connectors see."""
        return datetime.now(UTC) + self.later

    def host(self, history_since: datetime | None = None) -> Host:
        """What a connector is lent."""
        lent = self.lent.host(self.settings, {}, home=self.home, history_since=history_since)
        return replace(lent, content=self._content, now=self.now)

    async def connector(self, *, history_since: datetime | None = None) -> FeedConnector:
        self.made.append(FeedConnector(self.host(history_since)))
        return self.made[-1]

    def behind(self, gateway: Gateway) -> Self:
        """The same site as it is reached through a gateway."""
        self.gateway, self.home = gateway, gateway.url
        self.settings["url"] = self.site.url.replace(self.site.home, gateway.url)
        return self

    async def arrive(self, text: str, *, to: RemoteMessage | None = None) -> None:
        self.site.say(text, at=datetime.now(UTC))

    async def copies(self, text: str) -> int:
        return 0

    async def go_down(self) -> None:
        self.site.down()

    async def come_up(self) -> None:
        self.site.up()

    async def refuse_sign_in(self) -> None:
        self.site.status = 401

    async def speak_nonsense(self, kind: Nonsense) -> None:
        self.site.body = _NONSENSE[kind]


@pytest.fixture
def site() -> Iterator[Site]:
    """A site of this test alone."""
    made = Site()
    yield made
    made.down()


@pytest.fixture
async def stage(lent: Lent, site: Site, content_worker: Worker) -> AsyncIterator[FeedStage]:
    """The feed connector before it."""
    made = FeedStage(lent, site, content_worker)
    yield made
    for connector in made.made:
        await connector.close()
