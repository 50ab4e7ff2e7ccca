"""What the Discourse connector's tests share: an account on the fake forum, each line checked at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Self

import pytest

from connectors.discourse import MANIFEST
from connectors.discourse.connector import DiscourseConnector
from inbox_app.content.worker import Worker
from inbox_app.contract.connector import Host
from inbox_app.contract.http import Http
from inbox_app.contract.remote import RemoteMessage
from inbox_app.domain.jsonvalue import JsonObject
from tests.connectors.discourse.openapi import DESCRIPTION, specification
from tests.connectors.discourse.server import KEY, DiscourseServer
from tests.connectors.on_engine import store
from tests.contract.connector_tests import pull_all
from tests.contract.stage import Lent, Nonsense, Stage
from tests.servers.gateway import Gateway

__all__ = ["store"]

_NONSENSE = {
    Nonsense.GARBAGE: b"[" * 200_000,
    Nonsense.CUT: b'{"latest_posts": [{"id": 1, "raw": "Good mor',
    Nonsense.ENDLESS: b'{"latest_posts": [' + b"1," * 8_000_000,
}


class DiscourseStage(Stage):
    """`brand` is us, with a topic of ours; Anna and Ben are outside. `later` moves our clock."""

    manifest = MANIFEST
    secrets = (KEY,)
    more_than_a_page = 45

    def __init__(self, lent: Lent, server: DiscourseServer, content: Worker) -> None:
        self.lent, self.server, self._content = lent, server, content
        self.gateway: Gateway
        self.topic = server.begin("Launch day", "Hello community", server.brand).topic
        self.later = timedelta(0)
        self.settings = {"site": server.url, "topics": "mine"}
        self.key = KEY
        self.made: list[DiscourseConnector] = []

    def now(self) -> datetime:
        """The clock that connectors see."""
        return datetime.now(UTC) + self.later

    def host(self, history_since: datetime | None = None) -> Host:
        """What a connector is lent."""
        lent = self.lent.host(self.settings, {"key": self.key}, home=self.settings["site"], history_since=history_since)
        return replace(lent, content=self._content, now=self.now, http=Http(self.settings["site"], deadline=10))

    async def connector(self, *, history_since: datetime | None = None) -> DiscourseConnector:
        self.made.append(DiscourseConnector(self.host(history_since)))
        return self.made[-1]

    async def started(self) -> tuple[DiscourseConnector, JsonObject]:
        """A connector that is connected, and the cursor of its first pull."""
        connector = await self.connector()
        await connector.connect()
        return connector, (await pull_all(connector, None))[1]

    async def arrive(self, text: str, *, to: RemoteMessage | None = None) -> None:
        self.server.say(text, self.topic, to=int(to.remote_id.partition("/")[2]) if to else None)

    async def copies(self, text: str) -> int:
        return len(self.server.ours(text))

    async def go_down(self) -> None:
        self.server.down()

    async def come_up(self) -> None:
        self.server.up()

    async def refuse_sign_in(self) -> None:
        self.server.keys.clear()

    async def speak_nonsense(self, kind: Nonsense) -> None:
        self.server.nonsense = _NONSENSE[kind]

    def behind(self, gateway: Gateway) -> Self:
        """The same forum as it is reached through a gateway."""
        self.gateway = gateway
        self.settings["site"] = gateway.url
        return self

    def violations(self) -> list[str]:
        """What went over the line that is not as described."""
        return [problem for one in self.server.exchanges for problem in specification().violations(one)]


@pytest.fixture
async def stage(lent: Lent, content_worker: Worker) -> AsyncIterator[DiscourseStage]:
    """The account. At the end every request and answer must be as the interface is described."""
    made = DiscourseStage(lent, DiscourseServer(), content_worker)
    yield made
    for connector in made.made:
        await connector.close()
    made.server.down()
    if DESCRIPTION.exists():
        assert made.violations() == []
