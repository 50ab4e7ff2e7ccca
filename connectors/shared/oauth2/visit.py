"""One visit of the person's browser, from the page that asks to the first tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from connectors.shared.oauth2.authorization import Authorization
from connectors.shared.oauth2.endpoint import TokenEndpoint
from connectors.shared.oauth2.loopback import WAIT_SECONDS, Loopback
from connectors.shared.oauth2.service import Client, Service
from connectors.shared.oauth2.tokens import Tokens


@dataclass(frozen=True, slots=True)
class BrowserVisit:
    """Show `url`, wait for `finish`, and `close` however it ended."""

    door: Loopback
    authorization: Authorization

    @classmethod
    def begin(cls, service: Service, client: Client, door: Loopback, hint: str = "") -> Self:
        """A visit whose answer comes to this door."""
        return cls(door, Authorization.make(service, client, door.redirect_uri, hint))

    @property
    def url(self) -> str:
        """The page to open."""
        return self.authorization.url

    async def finish(self, endpoint: TokenEndpoint, now: datetime, seconds: float = WAIT_SECONDS) -> Tokens:
        """Wait for the person, then ask for the tokens.

        Raises:
            SignInNeeded: declined, too late, or not the answer to this visit; the sentence says which.
            ConnectorError: the service gave no tokens.
        """
        code = await self.door.take(self.authorization.read_code, seconds)
        return await endpoint.exchange(self.authorization, code, now)

    async def close(self) -> None:
        """Stop waiting."""
        await self.door.close()
