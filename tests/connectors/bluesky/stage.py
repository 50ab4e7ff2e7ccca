"""The stage of the Bluesky connector's tests: one account of ours, somebody outside, a gateway between."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.bluesky import MANIFEST
from connectors.bluesky.connector import BlueskyConnector
from connectors.bluesky.settings import PASSWORD
from inbox_app.content.worker import Worker
from inbox_app.contract.connector import Host
from inbox_app.contract.remote import Event, RemoteMessage
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Kind
from tests.contract.connector_tests import messages, pull_all
from tests.contract.stage import Lent, Nonsense, Stage
from tests.servers.bluesky import BlueskyNetwork
from tests.servers.gateway import Gateway, Response

_NONSENSE = {
    Nonsense.GARBAGE: b"[" * 200_000,
    Nonsense.CUT: b'{"notifications": [{"uri": "at://did:plc:',
    Nonsense.ENDLESS: b'{"notifications": [' + b"1," * 8_000_000,
}


class BlueskyStage(Stage):
    """`brand` is us; `anna` and `ben` are outside. `later` moves our clock."""

    manifest = MANIFEST
    more_than_a_page = 25

    def __init__(self, lent: Lent, network: BlueskyNetwork, gateway: Gateway, content: Worker) -> None:
        self.lent, self.network, self.gateway = lent, network, gateway
        self.brand, self.anna, self.ben = network.new_users("brand", "anna", "ben")
        self.password = self.brand.app_password()
        self.secrets = (self.password,)
        self.later = timedelta(0)
        self.made: list[BlueskyConnector] = []
        self._content = content

    def now(self) -> datetime:
        """The clock that connectors see."""
        return datetime.now(UTC) + self.later

    @property
    def settings(self) -> dict[str, str]:
        return {
            "handle": self.brand.handle,
            "server": self.gateway.url,
            "chat": self.network.chat,
            "directory": self.network.places["plc"],
        }

    def host(self, history_since: datetime | None = None) -> Host:
        """What a connector is lent."""
        secrets = {PASSWORD: self.password}
        lent = self.lent.host(self.settings, secrets, home=self.gateway.url, history_since=history_since)
        return replace(lent, now=self.now, content=self._content)

    async def connector(self, *, history_since: datetime | None = None) -> BlueskyConnector:
        self.made.append(BlueskyConnector(self.host(history_since)))
        return self.made[-1]

    async def started(self) -> tuple[BlueskyConnector, JsonObject]:
        """A connector that is connected, and the cursor of its first pull."""
        connector = await self.connector()
        await connector.connect()
        return connector, (await pull_all(connector, None))[1]

    async def events(self, connector: BlueskyConnector, cursor: JsonObject) -> tuple[list[Event], JsonObject]:
        """What a pull brings now."""
        return await pull_all(connector, cursor)

    async def news(self, connector: BlueskyConnector, cursor: JsonObject) -> tuple[list[RemoteMessage], JsonObject]:
        """The messages that a pull brings now."""
        events, cursor = await pull_all(connector, cursor)
        return messages(events), cursor

    def mention(self, text: str, **more: Any) -> dict[str, Any]:
        """Anna names us."""
        return self.anna.say(f"@{self.brand.handle} {text}", **more)

    async def arrive(self, text: str, *, to: RemoteMessage | None = None) -> None:
        if to is not None and to.kind is Kind.DIRECT:
            self.anna.chat(self.brand, text)
        else:
            self.mention(text, to=None if to is None else ref(to))

    async def copies(self, text: str) -> int:
        return sum(text in one["value"]["text"] for one in self.brand.posts())

    async def go_down(self) -> None:
        self.gateway.down()

    async def come_up(self) -> None:
        self.gateway.up()

    async def refuse_sign_in(self) -> None:
        """The password is withdrawn, and with it the session, whose token of now is good for two hours more."""
        for one in self.brand.get("com.atproto.server.listAppPasswords")["passwords"]:
            self.brand.post("com.atproto.server.revokeAppPassword", {"name": one["name"]})
        self.lent.kept["oauth_access_token"] = ""

    async def speak_nonsense(self, kind: Nonsense) -> None:
        self.gateway.before.append(lambda _: Response(200, {"content-type": "application/json"}, _NONSENSE[kind]))

    async def close(self) -> None:
        """Close every connector."""
        for connector in self.made:
            await connector.close()


def ref(message: RemoteMessage) -> dict[str, Any]:
    """A message that was pulled, as `say` wants what it answers."""
    extra: dict[str, Any] = dict(message.extra or {})
    found = {"uri": message.remote_id, "cid": extra["cid"]}
    return {**found, "root": extra["root"]} if "root" in extra else found
