"""Asking an authorization server for tokens, and what its refusals mean.

https://www.rfc-editor.org/rfc/rfc6749#section-5.2
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from connectors.shared.oauth2.authorization import Authorization
from connectors.shared.oauth2.service import Client, Service
from connectors.shared.oauth2.tokens import BEARER, Tokens
from inbox_app.contract.errors import BadAnswer, Busy, ConnectorError, Offline, Rejected, SignInNeeded, Unsure
from inbox_app.contract.http import Answer, Question
from inbox_app.contract.outcomes import retry_after
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject

_REFUSALS = frozenset({400, 401, 403})
_IN_TROUBLE = frozenset({500, 502, 503, 504})
_ANSWER_BYTES = 256 * 1024
_OURS = frozenset({"invalid_client", "unauthorized_client"})
_LATER = frozenset({"temporarily_unavailable", "server_error", "slow_down"})
_ENDED = frozenset({"invalid_grant", "access_denied", "consent_required", "interaction_required", "login_required"})
"""A renewal that a person has to see to; the last three are OpenID Connect's (Core 1.0, 3.1.2.6)."""
_SAID_CHARS = 200


class Asks(Protocol):
    """What sends requests: an `Http`, or what adds to each of them a proof of who asks."""

    async def ask(self, question: Question) -> Answer:
        """As `Http.ask`."""


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """`http` has to have the endpoint's own server as its home (`Service.open_http`, or the account's)."""

    service: Service
    client: Client
    http: Asks
    kind: str = BEARER
    """The kind of token that it has to give."""

    async def exchange(self, authorization: Authorization, code: str, now: datetime) -> Tokens:
        """The first tokens, for the code that the browser brought."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": authorization.redirect_uri,
            "code_verifier": authorization.verifier,
        }
        return await self._ask(Tokens(""), form, now)

    async def refresh(self, tokens: Tokens, now: datetime) -> Tokens:
        """Newer tokens; keep them before you use them: the old ones may be void already.

        Raises:
            SignInNeeded: the person has to consent anew.
            Offline, Busy, Rejected, BadAnswer: nothing came of it; the tokens are as before, as far as we know.
        """
        if not tokens.refresh:
            raise SignInNeeded(_("The sign-in at {host} has ended. Sign in again.").format(host=self.service.host))
        return await self._ask(tokens, {"grant_type": "refresh_token", "refresh_token": tokens.refresh}, now)

    async def _ask(self, before: Tokens, form: dict[str, str], now: datetime) -> Tokens:
        """A write for `Http`, which follows no redirect then: what is in the form is for this server alone."""
        secret = {"client_secret": self.client.secret} if self.client.secret else {}
        question = Question(
            "POST",
            self.service.token_url,
            headers={"Accept": "application/json"},
            form={**form, "client_id": self.client.id, **secret},
            expected=_REFUSALS | _IN_TROUBLE,
            limit=_ANSWER_BYTES,
        )
        try:
            answer = await self.http.ask(question)
            if answer.status in _IN_TROUBLE:
                raise self._trouble(answer)
            document = answer.json()
        except Unsure as doubt:
            # The doubt is about a token, not about a reply: asking once more harms nobody.
            raise self._silence() from doubt
        if answer.status in _REFUSALS:
            raise self._refusal(document if isinstance(document, dict) else {}, answer, form, secret)
        try:
            return before.renewed_by(document, now, self.kind)
        except BadAnswer as bad:
            raise BadAnswer(f"{self.service.host}: {bad}") from None

    def _silence(self) -> Offline:
        return Offline(_("{host} did not answer the sign-in. It is tried again later.").format(host=self.service.host))

    def _trouble(self, answer: Answer) -> ConnectorError:
        """Whoever says how long it takes is not asked before."""
        wait = retry_after(answer.headers)
        return self._silence() if wait is None else self._later(wait)

    def _later(self, wait: timedelta | None) -> Busy:
        text = _("{host} cannot sign anybody in just now. It is tried again later.")
        return Busy(text.format(host=self.service.host), retry_after=wait)

    def _refusal(
        self, said: JsonObject, answer: Answer, form: dict[str, str], secret: dict[str, str]
    ) -> ConnectorError:
        """An account pauses only where the server says that the person is needed, in the standard's own words."""
        host, error = self.service.host, said.get("error")
        error = error if isinstance(error, str) else ""
        words = _quoted(said, (*form.values(), *secret.values()))
        if error in _OURS:
            text = _("{host} does not accept the OAuth client. Check its id and its secret.")
            return SignInNeeded(text.format(host=host) + words)
        if error in _LATER:
            return self._later(retry_after(answer.headers))
        if error == "invalid_scope":
            return Rejected(_("{host} does not let this OAuth client ask for what Portavoce needs.").format(host=host))
        if form["grant_type"] == "authorization_code":
            text = _("{host} did not accept the browser’s answer. Start the sign-in again.")
            return SignInNeeded(text.format(host=host) + words)
        if error in _ENDED:
            return SignInNeeded(_("{host} has ended this sign-in. Sign in again.").format(host=host) + words)
        text = _("{host} did not renew the sign-in. It is tried again later; if it goes on, sign in again.")
        return Busy(text.format(host=host) + words, retry_after=retry_after(answer.headers))


def _quoted(said: JsonObject, hidden: tuple[str, ...]) -> str:
    """The server's own words, in one line, without what we sent it."""
    words = said.get("error_description")
    if not isinstance(words, str):
        return ""
    for value in hidden:
        words = words.replace(value, "…")
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())[:_SAID_CHARS]
    return " " + _("It says: “{said}”").format(said=line) if line else ""
