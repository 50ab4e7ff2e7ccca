"""The stage of the Matrix connector's tests: us, people outside, a direct chat and a room, a gateway between."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from uuid import uuid4

from connectors.matrix import MANIFEST
from connectors.matrix.connector import MatrixConnector
from connectors.matrix.tokens import TOKEN
from inbox_app.content.worker import Worker
from inbox_app.contract.acts import Act
from inbox_app.contract.connector import Host
from inbox_app.contract.remote import Event, RemoteMessage, RemoteRecipient
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import ActKind, Kind
from tests.contract.connector_tests import messages, pull_all
from tests.contract.stage import Lent, Nonsense, Stage
from tests.servers.gateway import Gateway, Request, Response
from tests.servers.synapse import MatrixUser, SynapseServer

_NONSENSE = {
    Nonsense.GARBAGE: b"[" * 200_000,
    Nonsense.CUT: b'{"next_batch": "s1", "rooms": {"join": {"!a',
    Nonsense.ENDLESS: b'{"next_batch": "s1", "rooms": [' + b"1," * 8_000_000,
}


class MatrixStage(Stage):
    """`brand` is us; `anna` and `ben` are outside. `chat` is direct with Anna, `room` has all three in it."""

    manifest = MANIFEST
    more_than_a_page = 55

    def __init__(self, lent: Lent, server: SynapseServer, gateway: Gateway, content: Worker) -> None:
        self.lent, self.server, self.gateway = lent, server, gateway
        self.brand, self.anna, self.ben = server.new_user("brand"), server.new_user("anna"), server.new_user("ben")
        self.chat = self.anna.make_room("", self.brand, direct=True)
        self.brand.ask("PUT", f"user/{quote(self.brand.id)}/account_data/m.direct", json={self.anna.id: [self.chat]})
        self.room = self.anna.make_room("Kiln", self.brand, self.ben)
        self.secrets = (self.brand.token,)
        self.later = timedelta(0)
        self.made: list[MatrixConnector] = []
        self._content = content

    def now(self) -> datetime:
        """The clock that connectors see."""
        return datetime.now(UTC) + self.later

    @property
    def settings(self) -> dict[str, str]:
        return {"server": self.gateway.url, "user": self.brand.id}

    def host(self, history_since: datetime | None = None) -> Host:
        """What a connector is lent."""
        secrets = {TOKEN: self.brand.token}
        lent = self.lent.host(self.settings, secrets, home=self.gateway.url, history_since=history_since)
        return replace(lent, now=self.now, content=self._content)

    async def connector(self, *, history_since: datetime | None = None) -> MatrixConnector:
        self.made.append(MatrixConnector(self.host(history_since)))
        return self.made[-1]

    async def started(self) -> tuple[MatrixConnector, JsonObject]:
        """A connector that is connected, and the cursor of its first pull."""
        connector = await self.connector()
        await connector.connect()
        return connector, (await pull_all(connector, None))[1]

    async def news(self, connector: MatrixConnector, cursor: JsonObject) -> tuple[list[RemoteMessage], JsonObject]:
        """The messages that a pull brings now."""
        events, cursor = await pull_all(connector, cursor)
        return messages(events), cursor

    async def events(self, connector: MatrixConnector, cursor: JsonObject) -> tuple[list[Event], JsonObject]:
        """Everything that a pull brings now."""
        return await pull_all(connector, cursor)

    async def arrive(self, text: str, *, to: RemoteMessage | None = None) -> None:
        if to is None:
            self.anna.say(self.chat, text)
        else:
            self.anna.say(str((to.extra or {})["room"]), text, answers=to.remote_id)

    async def copies(self, text: str) -> int:
        return sum(text in one["content"].get("body", "") for one in self.anna.messages(self.chat))

    async def go_down(self) -> None:
        self.gateway.down()

    async def come_up(self) -> None:
        self.gateway.up()

    async def refuse_sign_in(self) -> None:
        self.brand.ask("POST", "logout", json={})

    async def speak_nonsense(self, kind: Nonsense) -> None:
        self.gateway.before.append(lambda _: Response(200, {"content-type": "application/json"}, _NONSENSE[kind]))

    async def close(self) -> None:
        """Close every connector."""
        for connector in self.made:
            await connector.close()


def asks_for(request: Request, part: str) -> bool:
    """Whether a request is for a path with this in it."""
    return f"/{part}" in request.path


def privately(text: str, to: MatrixUser) -> Act:
    """What begins a private conversation, as the outbox would make it."""
    whom = (RemoteRecipient("to", to.id),)
    return Act(uuid4().hex, ActKind.NEW, Kind.DIRECT, datetime.now(UTC), text, recipients=whom)


def directs(user: MatrixUser) -> dict[str, list[str]]:
    """The rooms that somebody's account says are direct chats, by whom they are with."""
    found: dict[str, list[str]] = user.ask("GET", f"user/{quote(user.id)}/account_data/m.direct")
    return found
