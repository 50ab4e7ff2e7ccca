"""Registering Portavoce with a server and signing in there through the browser.

Every server gives out clients of its own, so nobody has to bring one (https://docs.joinmastodon.org/methods/apps/#create).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from connectors.mastodon.client import Client as Asking
from connectors.mastodon.client import Keys, OneToken, path_of
from connectors.mastodon.fields import Fields
from connectors.shared.oauth2.endpoint import TokenEndpoint
from connectors.shared.oauth2.loopback import Loopback
from connectors.shared.oauth2.renewal import Renewal
from connectors.shared.oauth2.service import Client, Service
from connectors.shared.oauth2.visit import BrowserVisit
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import Rejected
from inbox_app.contract.http import Http
from inbox_app.domain.jsonvalue import JsonValue

CLIENT: Final = "oauth_client_id"
CLIENT_SECRET: Final = "oauth_client_secret"  # noqa: S105 - the name of a secret
_NAME: Final = "Portavoce"
_SCOPES: Final = ("read", "write")


def service_of(server: str) -> Service:
    """A server as what signs people in."""
    return Service(f"{server}/oauth/authorize", f"{server}/oauth/token", _SCOPES)


def keys_of(host: Host, server: str) -> Keys:
    """The token made by hand, or what the browser's sign-in left, renewed where the server lets it end."""
    if host.secrets.get("token") or not host.secrets.get(CLIENT):
        return OneToken(host.secrets.get("token", ""))
    client = Client(host.secrets[CLIENT], host.secrets.get(CLIENT_SECRET, ""))
    return Renewal(host, TokenEndpoint(service_of(server), client, host.http))


class Registration:
    """One attempt to sign in through the browser; `http` has the server as its home."""

    def __init__(self, server: str, http: Http) -> None:
        self._service = service_of(server)
        self._http = http
        self._client = Client("")
        self._visit: BrowserVisit | None = None

    async def begin(self, asking: Asking) -> str:
        """Register with the server; the page that the browser has to open."""
        door = await Loopback.open(self._service.loopback)
        try:
            self._client = await _register(asking, door.redirect_uri)
        except BaseException:
            await door.close()
            raise
        self._visit = BrowserVisit.begin(self._service, self._client, door)
        return self._visit.url

    async def finish(self, now: datetime) -> Mapping[str, str]:
        """Wait for the browser; the secrets to keep."""
        if self._visit is None:
            raise RuntimeError("nothing was begun")
        tokens = await self._visit.finish(TokenEndpoint(self._service, self._client, self._http), now)
        return {**tokens.to_secrets(), CLIENT: self._client.id, CLIENT_SECRET: self._client.secret}

    async def close(self) -> None:
        """Stop waiting."""
        if self._visit is not None:
            await self._visit.close()


async def _register(asking: Asking, redirect: str) -> Client:
    """Servers before 4.3 take one address as a text and do not see a list of them."""
    try:
        return await _ask_for_client(asking, [redirect])
    except Rejected:
        return await _ask_for_client(asking, redirect)


async def _ask_for_client(asking: Asking, redirects: JsonValue) -> Client:
    answer = await asking.post(
        path_of("v1", "apps"), {"client_name": _NAME, "redirect_uris": redirects, "scopes": " ".join(_SCOPES)}
    )
    said = Fields.of(answer.json())
    return Client(said.need_id("client_id"), said.need_id("client_secret"))
