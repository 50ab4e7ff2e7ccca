"""What the Telegram connector's tests share: a bot on the fake server, each line of which is checked at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Self

import pytest

from connectors.telegram import MANIFEST
from connectors.telegram.connector import TelegramConnector
from inbox_app.content.worker import Worker
from inbox_app.contract.connector import Host
from inbox_app.contract.http import Http
from inbox_app.contract.remote import Event, RemoteMessage
from inbox_app.domain.jsonvalue import JsonObject
from tests.connectors.on_engine import store
from tests.connectors.telegram.botapi import DESCRIPTION, specification
from tests.connectors.telegram.server import TOKEN, TelegramServer
from tests.contract.connector_tests import pull_all
from tests.contract.stage import Lent, Nonsense, Stage
from tests.servers.gateway import Gateway

__all__ = ["store"]

_NONSENSE = {
    Nonsense.GARBAGE: b"[" * 200_000,
    Nonsense.CUT: b'{"ok": true, "result": [{"update_id": 1, "message": {"text": "Good mor',
    Nonsense.ENDLESS: b'{"ok": true, "result": [' + b"1," * 8_000_000,
}


class TelegramStage(Stage):
    """The bot is us; Anna and Ben are outside. `later` moves our clock."""

    manifest = MANIFEST
    secrets = (TOKEN, TOKEN.partition(":")[2])

    def __init__(self, lent: Lent, server: TelegramServer, content: Worker) -> None:
        self.lent, self.server, self._content = lent, server, content
        self.settings = {"api_base": server.url}
        self.gateway: Gateway
        self.token = TOKEN
        self.later = timedelta(0)
        self.made: list[TelegramConnector] = []

    def now(self) -> datetime:
        """The clock that connectors see."""
        return datetime.now(UTC) + self.later

    def host(self) -> Host:
        """What a connector is lent."""
        lent = self.lent.host(self.settings, {"token": self.token}, home=self.settings["api_base"])
        return replace(lent, content=self._content, now=self.now, http=Http(self.settings["api_base"]))

    async def connector(self, *, history_since: datetime | None = None) -> TelegramConnector:
        self.made.append(TelegramConnector(self.host()))
        return self.made[-1]

    async def started(self) -> tuple[TelegramConnector, JsonObject]:
        """A connector that is connected, and the cursor of its first pull."""
        connector = await self.connector()
        await connector.connect()
        return connector, (await pull_all(connector, None))[1]

    async def arrive(self, text: str, *, to: RemoteMessage | None = None) -> None:
        if to is None:
            self.server.say(text)
        else:
            chat, _colon, number = to.remote_id.partition(":")
            self.server.answer(text, self.server.messages[int(chat), int(number)])

    async def copies(self, text: str) -> int:
        return len(self.server.ours(text))

    async def go_down(self) -> None:
        self.server.down()

    async def come_up(self) -> None:
        self.server.up()

    async def refuse_sign_in(self) -> None:
        self.server.token = "7000001:another"

    async def speak_nonsense(self, kind: Nonsense) -> None:
        self.server.nonsense = _NONSENSE[kind]

    def behind(self, gateway: Gateway) -> Self:
        """The same server as it is reached through a gateway."""
        self.gateway = gateway
        self.settings["api_base"] = gateway.url
        return self

    def violations(self) -> list[str]:
        """What went over the line that is not as described."""
        return [problem for one in self.server.exchanges for problem in specification().violations(one)]


@pytest.fixture
async def stage(lent: Lent, content_worker: Worker) -> AsyncIterator[TelegramStage]:
    """The bot. At the end every request and answer must be as the interface is described."""
    made = TelegramStage(lent, TelegramServer(), content_worker)
    yield made
    for connector in made.made:
        await connector.close()
    made.server.down()
    if DESCRIPTION.exists():
        assert made.violations() == []


async def news(connector: TelegramConnector, cursor: JsonObject | None) -> tuple[list[Event], JsonObject]:
    """What a pull brings now."""
    return await pull_all(connector, cursor)
