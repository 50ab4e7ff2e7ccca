"""Access tokens that end, and the refresh tokens that bring the next.

https://spec.matrix.org/latest/client-server-api/#refreshing-access-tokens
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

from connectors.matrix.fields import Fields
from connectors.shared.oauth2.tokens import Tokens
from inbox_app.contract.errors import SignInNeeded
from inbox_app.contract.http import Http, Question
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject

TOKEN: Final = "token"  # noqa: S105 - the name of a secret
"""A token that was made elsewhere, or by a server whose tokens do not end."""
_PATH: Final = "/_matrix/client/v3/refresh"
_REFUSED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})


@dataclass(frozen=True, slots=True)
class Refreshing:
    """Asks the account's own server."""

    http: Http

    async def refresh(self, tokens: Tokens, now: datetime) -> Tokens:
        """Newer tokens. The old refresh token is good until the new access token is used, so asking twice is no harm.

        Raises:
            SignInNeeded: the server takes it no more.
            ConnectorError: nothing came of it; the tokens are as before.
        """
        body: JsonObject = {"refresh_token": tokens.refresh}
        answer = await self.http.ask(Question("POST", _PATH, json=body, expected=_REFUSED, changes=False))
        if answer.status in _REFUSED:
            raise SignInNeeded(_("The session on the server has ended. Sign in again."))
        return read_tokens(Fields.of(answer.json()), tokens, now)


def read_tokens(said: Fields, before: Tokens, now: datetime) -> Tokens:
    """From the answer to a sign-in or a refresh.

    Raises:
        BadAnswer: there is no usable token in it.
    """
    milliseconds = said.number("expires_in_ms")
    given = {name: said.values.get(name) for name in ("access_token", "refresh_token")}
    return before.renewed_by({**given, "expires_in": milliseconds / 1000}, now)


def to_secrets(tokens: Tokens) -> dict[str, str]:
    """What an account keeps, with nothing left of what it kept before."""
    if tokens.refresh:
        return {TOKEN: "", **tokens.to_secrets()}
    return {TOKEN: tokens.access, **Tokens("").to_secrets()}


def refreshable(kept: Mapping[str, str]) -> bool:
    """Whether the account's token ends and another can be had for it."""
    return bool(Tokens.from_secrets(kept).refresh)
