"""An account's access token, kept fresh: renewed before it ends and after it was refused, once for all who wait.

A rotating refresh token can be used once. So the answer is committed before anybody uses it, nobody's giving up stops
it half-way, and what another process or another connector of this account renewed meanwhile is taken over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from connectors.shared.oauth2.tokens import Tokens
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import SignInNeeded


class Refreshes(Protocol):
    """Asks the service for newer tokens: `TokenEndpoint`, or a service's own way."""

    async def refresh(self, tokens: Tokens, now: datetime) -> Tokens:
        """Newer tokens; `SignInNeeded` where the person has to sign in again."""


class Renewal:
    """One connector's hold on the account's tokens."""

    def __init__(self, host: Host, endpoint: Refreshes) -> None:
        self._host = host
        self._endpoint = endpoint
        self._tokens = Tokens.from_secrets(host.secrets)
        self._unkept: Tokens | None = None
        self._work: asyncio.Task[None] | None = None

    @property
    def tokens(self) -> Tokens:
        """The tokens of now, fresh or not."""
        return self._tokens

    @property
    def shown(self) -> str:
        """The token of now, fresh or not: to be kept out of what others say."""
        return self._tokens.access

    async def access(self) -> str:
        """The token to show now.

        Raises:
            ConnectorError: none is to be had; `SignInNeeded` where the person has to sign in again.
        """
        if self._unkept is not None or not self._tokens.is_fresh(self._host.now()):
            await self._renewed()
        return self._tokens.access

    async def access_after(self, refused: str) -> str:
        """The token to show after the service refused this one. Raises as `access` does."""
        if refused == self._tokens.access:
            await self._renewed()
        return self._tokens.access

    async def close(self) -> None:
        """Wait for a renewal under way: its token must not be lost."""
        if self._work is not None:
            await asyncio.wait([self._work])

    async def _renewed(self) -> None:
        if self._work is None or self._work.done():
            self._work = asyncio.ensure_future(self._renew())
            self._work.add_done_callback(_heard)
        await asyncio.shield(self._work)

    async def _renew(self) -> None:
        if self._unkept is not None:
            await self._keep(self._unkept)
            return
        if await self._take_over():
            return
        try:
            renewed = await self._endpoint.refresh(self._tokens, self._host.now())
        except SignInNeeded:
            # Somebody else was quicker and used up the refresh token that we had read.
            if await self._take_over():
                return
            raise
        await self._keep(renewed)

    async def _take_over(self) -> bool:
        """Whether somebody else has renewed the account's tokens since we read them."""
        kept = Tokens.from_secrets(await self._read_kept())
        if not kept.access or kept == self._tokens:
            return False
        self._tokens = kept
        return kept.is_fresh(self._host.now())

    async def _read_kept(self) -> Mapping[str, str]:
        return {} if self._host.kept is None else await self._host.kept()

    async def _keep(self, renewed: Tokens) -> None:
        self._unkept = renewed
        await self._host.keep(renewed.to_secrets())
        self._tokens, self._unkept = renewed, None


def _heard(work: asyncio.Task[None]) -> None:
    """Its failure is known, also when all who waited for it have gone."""
    if not work.cancelled():
        work.exception()
