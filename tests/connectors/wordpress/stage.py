"""The stage of the WordPress connector's tests: a site below a sub-path with a post, and a gateway before it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from connectors.wordpress import MANIFEST
from connectors.wordpress.connector import WordPressConnector
from inbox_app.content.worker import Worker
from inbox_app.contract.connector import Host
from inbox_app.contract.remote import Event, RemoteMessage
from inbox_app.domain.jsonvalue import JsonObject
from tests.contract.connector_tests import messages, pull_all
from tests.contract.stage import Lent, Nonsense, Stage
from tests.servers.gateway import After, Gateway, Request, Response
from tests.servers.wordpress import WordPressSite, WordPressUser

_NONSENSE = {
    Nonsense.GARBAGE: b"[" * 200_000,
    Nonsense.CUT: b'[{"id": 1, "content": {"rendered": "Good mor',
    Nonsense.ENDLESS: b"[" + b"1," * 8_000_000,
}


def under_one_name(site: WordPressSite, gateway: Gateway) -> After:
    """As a web server in front tells WordPress its name; in JSON each slash has a stroke before it."""

    def rename(_request: Request, response: Response) -> Response:
        body = response.body
        for slash in ("/", "\\/"):
            theirs, ours = (url.replace("/", slash).encode() for url in (site.server.url, gateway.url))
            body = body.replace(theirs, ours)
        return replace(response, body=body)

    return rename


class WordPressStage(Stage):
    """`brand` is us. `later` moves our clock. Addresses in answers are the gateway's, where the site lives to us."""

    manifest = MANIFEST
    more_than_a_page = 120

    def __init__(self, lent: Lent, site: WordPressSite, gateway: Gateway, content: Worker) -> None:
        self.lent, self.site, self.gateway = lent, site, gateway
        self.brand = site.new_user("brand")
        self.post = site.new_post("Launch day", "<p>Hello <b>community</b></p>")
        both = f"{self.brand.name}:{self.brand.password}"
        self.secrets = (self.brand.password, b64encode(both.encode()).decode())
        gateway.after.append(under_one_name(site, gateway))
        self.later = timedelta(0)
        self.made: list[WordPressConnector] = []
        self._content = content

    @property
    def url(self) -> str:
        """The site as we know it."""
        return f"{self.gateway.url}{self.site.path}"

    def now(self) -> datetime:
        """The clock that connectors see."""
        return datetime.now(UTC) + self.later

    @property
    def settings(self) -> dict[str, str]:
        return {"site": self.url, "user": self.brand.name}

    def host(self, history_since: datetime | None = None, who: WordPressUser | None = None) -> Host:
        """What a connector is lent."""
        who = who or self.brand
        settings = {**self.settings, "user": who.name}
        secrets = {"password": who.password}
        lent = self.lent.host(settings, secrets, home=self.gateway.url, history_since=history_since)
        return replace(lent, now=self.now, content=self._content)

    async def connector(
        self, *, history_since: datetime | None = None, who: WordPressUser | None = None
    ) -> WordPressConnector:
        self.made.append(WordPressConnector(self.host(history_since, who)))
        return self.made[-1]

    async def started(self, who: WordPressUser | None = None) -> tuple[WordPressConnector, JsonObject]:
        """A connector that is connected, and the cursor of its first pull."""
        connector = await self.connector(who=who)
        await connector.connect()
        return connector, (await pull_all(connector, None))[1]

    async def news(self, connector: WordPressConnector, cursor: JsonObject) -> tuple[list[RemoteMessage], JsonObject]:
        """The messages that a pull brings now."""
        events, cursor = await pull_all(connector, cursor)
        return messages(events), cursor

    async def events(self, connector: WordPressConnector, cursor: JsonObject) -> tuple[list[Event], JsonObject]:
        """Everything that a pull brings now."""
        return await pull_all(connector, cursor)

    async def arrive(self, text: str, *, to: RemoteMessage | None = None) -> None:
        self.site.insert(self.post, [text], comment_parent=int(to.remote_id) if to else 0)

    async def copies(self, text: str) -> int:
        return sum(text in one["comment_content"] for one in self.site.comments())

    async def go_down(self) -> None:
        self.gateway.down()

    async def come_up(self) -> None:
        self.gateway.up()

    async def refuse_sign_in(self) -> None:
        self.site.revoke(self.brand)

    async def speak_nonsense(self, kind: Nonsense) -> None:
        self.gateway.before.append(lambda _: Response(200, {"content-type": "application/json"}, _NONSENSE[kind]))

    async def close(self) -> None:
        """Close every connector."""
        for connector in self.made:
            await connector.close()
