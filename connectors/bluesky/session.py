"""A session that an app password began: kept, renewed, and begun anew only when its refresh token has ended.

A service lets somebody sign in 300 times a day, for all their programs together
(https://docs.bsky.app/docs/advanced-guides/rate-limits), so nobody signs in at each start.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.bluesky.client import Refusal, read_refusal
from connectors.bluesky.fields import Fields
from connectors.bluesky.settings import PASSWORD, read_handle
from connectors.shared.oauth2.renewal import Renewal
from connectors.shared.oauth2.tokens import Tokens
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import Offline, Rejected, SignInNeeded, Unsure
from inbox_app.contract.http import Answer, Http, Question
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject

_REFUSED = frozenset({400, 401, 403, 404})
_ENDED = frozenset({"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired"})
_SECOND_FACTOR = "AuthFactorTokenRequired"
_ANSWER_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Session:
    """Begins and renews sessions on the account's server (https://docs.bsky.app/docs/api/com-atproto-server-create-session)."""

    http: Http
    handle: str
    password: str

    async def refresh(self, tokens: Tokens, now: datetime) -> Tokens:
        """Newer tokens. Raises as a token endpoint does."""
        if tokens.refresh:
            answer = await self._ask("refreshSession", headers={"Authorization": f"Bearer {tokens.refresh}"})
            if answer.status not in _REFUSED:
                return _tokens(answer, now)
            if read_refusal(answer).name not in _ENDED:
                raise _refused(read_refusal(answer))
        return await self._begin(now)

    async def end(self, tokens: Tokens) -> None:
        """Sign out."""
        if tokens.refresh:
            await self._ask("deleteSession", headers={"Authorization": f"Bearer {tokens.refresh}"})

    async def _begin(self, now: datetime) -> Tokens:
        if not self.password:
            raise SignInNeeded(_("The session has ended, and there is no app password. Sign in again."))
        answer = await self._ask("createSession", body={"identifier": self.handle, "password": self.password})
        if answer.status in _REFUSED:
            raise _refused(read_refusal(answer))
        return _tokens(answer, now)

    async def _ask(
        self, method: str, *, body: JsonObject | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        question = Question(
            "POST",
            f"/xrpc/com.atproto.server.{method}",
            json=body,
            headers=headers,
            expected=_REFUSED,
            limit=_ANSWER_BYTES,
        )
        try:
            return await self.http.ask(question)
        except Unsure as doubt:
            # The doubt is about a token, not about a reply: asking once more harms nobody.
            raise Offline(_("The server did not answer the sign-in. It is tried again later.")) from doubt


class SessionKeys:
    """Shows the session's token."""

    def __init__(self, host: Host) -> None:
        handle = read_handle(host.settings.get("handle", ""))
        self._session = Session(host.http, handle, host.secrets.get(PASSWORD, ""))
        self._host = host
        self._renewal = Renewal(host, self._session)

    async def headers(self, method: str, url: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {await self._renewal.access()}"}

    async def mend(self, refusal: Refusal, shown: Mapping[str, str]) -> bool:
        before = shown.get("Authorization", "").removeprefix("Bearer ")
        return await self._renewal.access_after(before) != before

    async def end(self) -> None:
        """Sign out."""
        await self._session.end(self._renewal.tokens)

    async def close(self) -> None:
        """Wait for a renewal under way."""
        await self._renewal.close()


def _tokens(answer: Answer, now: datetime) -> Tokens:
    said = Fields.of(answer.json())
    return Tokens("").renewed_by(
        {
            "access_token": said.text("accessJwt"),
            "refresh_token": said.text("refreshJwt"),
            "expires_in": _seconds_left(said.text("accessJwt"), now),
        },
        now,
    )


def _seconds_left(token: str, now: datetime) -> float:
    """How long a token is good, as it says itself; whether that is true is the server's to know."""
    part = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        said = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        return (datetime.fromtimestamp(said["exp"], UTC) - now).total_seconds()
    except (ValueError, TypeError, KeyError, OverflowError):
        return 0


def _refused(refusal: Refusal) -> SignInNeeded | Rejected:
    if refusal.name == _SECOND_FACTOR:
        return SignInNeeded(_("The server wants a code from your mail: use an app password, which needs none."))
    if refusal.status in (401, 403) or refusal.name in _ENDED:
        return SignInNeeded(_("The server does not accept this handle with this app password. Make a new one."))
    return Rejected(_("The server refused the sign-in: {reason}").format(reason=refusal.message or refusal.name))
