"""Signing in through the browser, as the AT Protocol has it: a request that is pushed first, PKCE, and proofs of a key.

Portavoce is a client that needs no registration, since it runs on the person's own computer
(https://atproto.com/specs/oauth#localhost-client-development).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs, quote, urlencode

from connectors.bluesky.client import Refusal, read_refusal
from connectors.bluesky.dpop import KIND, WANTS_NONCE, ProofKey, ProvingHttp, read_nonce
from connectors.bluesky.fields import Fields
from connectors.shared.oauth2.authorization import Authorization, challenge_of
from connectors.shared.oauth2.endpoint import TokenEndpoint
from connectors.shared.oauth2.loopback import Loopback
from connectors.shared.oauth2.renewal import Renewal
from connectors.shared.oauth2.service import Client, Service
from inbox_app.contract.addresses import Address
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import BadAnswer, Rejected, SignInNeeded
from inbox_app.contract.http import Http, Question
from inbox_app.contract.texts import _

KEY: Final = "dpop_key"
ISSUER: Final = "oauth_issuer"
TOKEN_URL: Final = "oauth_token_url"  # noqa: S105 - the name of what is kept
REVOKE_URL: Final = "oauth_revoke_url"
_SCOPES: Final = ("atproto", "transition:generic", "transition:chat.bsky")
_CLIENT: Final = Client(f"http://localhost?{urlencode({'scope': ' '.join(_SCOPES)}, quote_via=quote)}")
_DOCUMENT_BYTES: Final = 256 * 1024
_REFUSED: Final = frozenset({400, 401, 403})


@dataclass(frozen=True, slots=True)
class Doors:
    """Where an authorization server is asked; all of it lies on that server."""

    issuer: str
    push: str
    authorize: str
    token: str
    revoke: str

    @property
    def service(self) -> Service:
        return Service(self.authorize, self.token, _SCOPES)


class Visit:
    """One attempt to sign in through the browser."""

    def __init__(self, doors: Doors, now: datetime) -> None:
        self._doors = doors
        self._key = ProofKey.new()
        self._http = Http(doors.issuer)
        self._proving = ProvingHttp(self._http, self._key, lambda: now)
        self._door: Loopback | None = None
        self._authorization: Authorization | None = None

    async def begin(self, hint: str) -> str:
        """Push the request; the page that the browser has to open."""
        self._door = await Loopback.open()
        redirect, state, verifier = f"{self._door.redirect_uri}/", secrets.token_urlsafe(32), secrets.token_urlsafe(64)
        form = {
            "response_type": "code",
            "client_id": _CLIENT.id,
            "redirect_uri": redirect,
            "scope": " ".join(_SCOPES),
            "state": state,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
            "login_hint": hint,
        }
        question = Question("POST", self._doors.push, form=form, expected=_REFUSED, limit=_DOCUMENT_BYTES)
        answer = await self._proving.ask(question)
        if answer.status in _REFUSED:
            refusal = read_refusal(answer)
            reason = refusal.message or refusal.name
            raise Rejected(_("The server did not begin the sign-in: {reason}").format(reason=reason))
        request = Fields.of(answer.json()).need_text("request_uri")
        query = urlencode({"client_id": _CLIENT.id, "request_uri": request}, quote_via=quote)
        self._authorization = Authorization(f"{self._doors.authorize}?{query}", redirect, state, verifier)
        return self._authorization.url

    async def finish(self, now: datetime) -> Mapping[str, str]:
        """Wait for the browser; the secrets to keep."""
        if self._door is None or self._authorization is None:
            raise RuntimeError("nothing was begun")
        code = await self._door.take(self._read_code)
        proving = ProvingHttp(self._http, self._key, lambda: now)
        endpoint = TokenEndpoint(self._doors.service, _CLIENT, proving, KIND)
        tokens = await endpoint.exchange(self._authorization, code, now)
        return {
            **tokens.to_secrets(),
            KEY: self._key.to_secret(),
            ISSUER: self._doors.issuer,
            TOKEN_URL: self._doors.token,
            REVOKE_URL: self._doors.revoke,
        }

    async def close(self) -> None:
        """Stop waiting."""
        if self._door is not None:
            await self._door.close()
        await self._http.close()

    def _read_code(self, query: str) -> str:
        """The code, from the server that was asked and from no other (RFC 9207)."""
        if self._authorization is None:
            raise RuntimeError("nothing was begun")
        code = self._authorization.read_code(query)
        if parse_qs(query).get("iss") != [self._doors.issuer]:
            raise SignInNeeded(_("The browser’s answer does not belong to this sign-in. Start it again."))
        return code


class OAuthKeys:
    """Shows the server the token of a browser's sign-in, and the proof for each request."""

    def __init__(self, host: Host) -> None:
        self._now = host.now
        self._key = ProofKey.from_secret(host.secrets.get(KEY, ""))
        self._http = Http(host.secrets.get(ISSUER, ""))
        self._revoke = host.secrets.get(REVOKE_URL, "")
        self._proving = ProvingHttp(self._http, self._key, host.now)
        token_url = host.secrets.get(TOKEN_URL, "")
        self._renewal = Renewal(host, TokenEndpoint(Service(token_url, token_url), _CLIENT, self._proving, KIND))
        self._nonce = ""

    async def headers(self, method: str, url: str) -> dict[str, str]:
        token = await self._renewal.access()
        proof = self._key.prove(method, url, self._now(), nonce=self._nonce, token=token)
        return {"Authorization": f"DPoP {token}", "DPoP": proof}

    async def mend(self, refusal: Refusal, shown: Mapping[str, str]) -> bool:
        nonce = read_nonce(refusal.headers)
        if refusal.name == WANTS_NONCE:
            fresh, self._nonce = nonce != self._nonce, nonce
            return fresh
        before = shown.get("Authorization", "").removeprefix("DPoP ")
        return await self._renewal.access_after(before) != before

    async def end(self) -> None:
        """Revoke the session, where the server has a way for it."""
        if self._revoke:
            form = {"token": self._renewal.tokens.refresh, "client_id": _CLIENT.id}
            await self._proving.ask(Question("POST", self._revoke, form=form, expected=_REFUSED))

    async def close(self) -> None:
        """Wait for a renewal under way."""
        await self._renewal.close()
        await self._http.close()


async def find_doors(server: str) -> Doors:
    """The authorization server of an account's server (RFC 9728), and where it is asked (RFC 8414).

    Raises:
        ConnectorError: it signs nobody in through the browser, or points elsewhere.
    """
    resource = await _read(server, "oauth-protected-resource")
    issuers = resource.texts("authorization_servers")
    if len(issuers) != 1:
        raise Rejected(_("This server does not sign anybody in through the browser. Use an app password."))
    said = await _read(issuers[0], "oauth-authorization-server")
    doors = Doors(
        said.need_text("issuer"),
        said.need_text("pushed_authorization_request_endpoint"),
        said.need_text("authorization_endpoint"),
        said.need_text("token_endpoint"),
        said.text("revocation_endpoint"),
    )
    home = Address.of(issuers[0])
    asked = [one for one in (doors.push, doors.authorize, doors.token, doors.revoke) if one]
    if doors.issuer != issuers[0] or any(Address.of(one) != home for one in asked):
        raise BadAnswer(_("The server that signs people in points to another one; that is not followed."))
    return doors


async def _read(server: str, document: str) -> Fields:
    http = Http(server)
    try:
        answer = await http.ask(Question("GET", f"/.well-known/{document}", limit=_DOCUMENT_BYTES))
        return Fields.of(answer.json())
    except Rejected as refused:
        text = _("This server does not sign anybody in through the browser. Use an app password.")
        raise Rejected(text) from refused
    finally:
        await http.close()
