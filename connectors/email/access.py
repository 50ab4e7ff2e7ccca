"""What a mail server is shown to let us in: a password, or a token that is renewed when it is refused."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from connectors.shared.oauth2.endpoint import TokenEndpoint
from connectors.shared.oauth2.renewal import Renewal
from connectors.shared.oauth2.service import Client, Service
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import SignInNeeded

T = TypeVar("T")

PASSWORD, CLIENT_SECRET = "password", "oauth_client_secret"


@dataclass(frozen=True, slots=True)
class Password:
    """A person's, or one made for this program alone."""

    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Bearer:
    """An OAuth access token."""

    secret: str = field(repr=False)


Credential = Password | Bearer


class Access(ABC):
    """An account's credentials, as they are now."""

    @abstractmethod
    async def show(self) -> Credential:
        """What to show first. Raises `SignInNeeded` and what else keeps a token from being renewed."""

    @abstractmethod
    async def show_after(self, refused: Credential) -> Credential | None:
        """What to show after the server refused this; None where there is nothing else."""

    @property
    @abstractmethod
    def secrets(self) -> tuple[str, ...]:
        """What was shown, and must not come back in a server's words."""

    async def close(self) -> None:
        """Let go of what was needed for it."""


class PasswordAccess(Access):
    """A password; another one only where the person gave it meanwhile."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._password = host.secrets.get(PASSWORD, "")

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self._password,)

    async def show(self) -> Password:
        return Password(self._password)

    async def show_after(self, refused: Credential) -> Password | None:
        kept = {} if self._host.kept is None else await self._host.kept()
        if kept.get(PASSWORD, refused.secret) == refused.secret:
            return None
        self._password = kept[PASSWORD]
        return Password(self._password)


class TokenAccess(Access):
    """Access tokens of an authorization server."""

    def __init__(self, host: Host, service: Service, client: Client) -> None:
        self._http = service.open_http()
        self._renewal = Renewal(host, TokenEndpoint(service, client, self._http))

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self._renewal.shown,)

    async def show(self) -> Bearer:
        return Bearer(await self._renewal.access())

    async def show_after(self, refused: Credential) -> Bearer:
        return Bearer(await self._renewal.access_after(refused.secret))

    async def close(self) -> None:
        await self._renewal.close()
        await self._http.close()


async def let_in(access: Access, knock: Callable[[Credential], Awaitable[T]]) -> T:
    """What `knock` brings with the credential of now; after a refusal once more, with a newer one if there is any."""
    credential = await access.show()
    try:
        return await knock(credential)
    except SignInNeeded:
        newer = await access.show_after(credential)
        if newer is None:
            raise
    return await knock(newer)
