"""What the feed connector's tests share: a site and its stage."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.feed import MANIFEST
from connectors.feed.connector import FeedConnector
from inbox_app.content.worker import Worker
from inbox_app.contract.remote import RemoteMessage
from tests.connectors.feed.site import Site
from tests.contract.stage import Lent, Nonsense, Stage

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
        self.made: list[FeedConnector] = []

    async def connector(self, *, history_since: datetime | None = None) -> FeedConnector:
        host = self.lent.host({"url": self.site.url}, {}, home=self.site.home, history_since=history_since)
        self.made.append(FeedConnector(replace(host, content=self._content)))
        return self.made[-1]

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
