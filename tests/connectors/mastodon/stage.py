"""The stage of the Mastodon connector's tests: one account of ours, somebody outside, a gateway between."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from connectors.mastodon import MANIFEST
from connectors.mastodon.connector import MastodonConnector
from inbox_app.content.worker import Worker
from inbox_app.contract.connector import Host
from inbox_app.contract.remote import RemoteMessage
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Kind
from tests.connectors.mastodon.openapi import Specification
from tests.contract.connector_tests import messages, pull_all
from tests.contract.stage import Lent, Nonsense, Stage
from tests.servers.gateway import Gateway, Request, Response
from tests.servers.mastodon import MastodonServer

_NONSENSE = {
    Nonsense.GARBAGE: b"[" * 200_000,
    Nonsense.CUT: b'[{"id": "1", "content": "Good mor',
    Nonsense.ENDLESS: b"[" + b"1," * 8_000_000,
}


class MastodonStage(Stage):
    """`brand` is us; `anna` and `ben` are outside. `later` moves our clock."""

    manifest = MANIFEST
    more_than_a_page = 25

    def __init__(self, lent: Lent, server: MastodonServer, gateway: Gateway, content: Worker) -> None:
        self.lent, self.server, self.gateway = lent, server, gateway
        self.brand, self.anna, self.ben = server.new_user("brand"), server.new_user("anna"), server.new_user("ben")
        self.secrets = (self.brand.token,)
        self.gateway.after.append(self._under_one_name)
        self.later = timedelta(0)
        self.made: list[MastodonConnector] = []
        self._content = content

    def _under_one_name(self, _request: Request, response: Response) -> Response:
        """Files that others uploaded lie at the server's own port; to us it lives at the gateway's."""
        return replace(response, body=response.body.replace(self.server.url.encode(), self.gateway.url.encode()))

    def now(self) -> datetime:
        """The clock that connectors see."""
        return datetime.now(UTC) + self.later

    @property
    def settings(self) -> dict[str, str]:
        return {"server": self.gateway.url}

    def host(self, history_since: datetime | None = None) -> Host:
        """What a connector is lent."""
        secrets = {"token": self.brand.token}
        lent = self.lent.host(self.settings, secrets, home=self.gateway.url, history_since=history_since)
        return replace(lent, now=self.now, content=self._content)

    async def connector(self, *, history_since: datetime | None = None) -> MastodonConnector:
        self.made.append(MastodonConnector(self.host(history_since)))
        return self.made[-1]

    async def started(self) -> tuple[MastodonConnector, JsonObject]:
        """A connector that is connected, and the cursor of its first pull."""
        connector = await self.connector()
        await connector.connect()
        return connector, (await pull_all(connector, None))[1]

    async def news(self, connector: MastodonConnector, cursor: JsonObject) -> tuple[list[RemoteMessage], JsonObject]:
        """The messages that a pull brings now."""
        events, cursor = await pull_all(connector, cursor)
        return messages(events), cursor

    async def arrive(self, text: str, *, to: RemoteMessage | None = None) -> None:
        visibility = "direct" if to is not None and to.kind is Kind.DIRECT else "public"
        parent = None if to is None else to.remote_id
        self.anna.say(f"@{self.brand.name} {text}", to=parent, visibility=visibility)

    async def copies(self, text: str) -> int:
        return sum(text in one["content"] for one in self.brand.statuses())

    async def go_down(self) -> None:
        self.gateway.down()

    async def come_up(self) -> None:
        self.gateway.up()

    async def refuse_sign_in(self) -> None:
        self.server.revoke(self.brand)

    async def speak_nonsense(self, kind: Nonsense) -> None:
        self.gateway.before.append(lambda _: Response(200, {"content-type": "application/json"}, _NONSENSE[kind]))

    async def close(self) -> None:
        """Close every connector."""
        for connector in self.made:
            await connector.close()

    def violations(self, specification: Specification) -> list[str]:
        """What went over the line that is not as described."""
        ours = [one for one in self.gateway.seen if not _is_nonsense(*one)]
        return [problem for request, response in ours for problem in specification.violations(request, response)]


def _is_nonsense(request: Request, response: Response) -> bool:
    return response.body.startswith(b"[[[[")
