"""One request for a person's consent, and the reading of its answer; pure, but for chance.

https://www.rfc-editor.org/rfc/rfc6749#section-4.1, https://www.rfc-editor.org/rfc/rfc7636#section-4
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qs, quote, urlencode

from connectors.shared.oauth2.service import Client, Service
from inbox_app.contract.errors import SignInNeeded
from inbox_app.contract.texts import _


@dataclass(frozen=True, slots=True)
class Authorization:
    """What binds the browser's answer to this attempt."""

    url: str = field(repr=False)
    """The page at which the person says yes or no."""
    redirect_uri: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)

    @classmethod
    def make(cls, service: Service, client: Client, redirect_uri: str, hint: str = "") -> Self:
        """A new attempt; `hint` is the account that the person means, where the service takes one."""
        state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
        asked = {
            "response_type": "code",
            "client_id": client.id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(service.scopes),
            "state": state,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
            "login_hint": hint,
            **service.extra,
        }
        query = urlencode({name: value for name, value in asked.items() if value}, quote_via=quote)
        joint = "&" if "?" in service.authorize_url else "?"
        return cls(f"{service.authorize_url}{joint}{query}", redirect_uri, state, verifier)

    def read_code(self, query: str) -> str:
        """The code in the query of the browser's request.

        Raises:
            SignInNeeded: it belongs to another attempt, or the person or the service said no.
        """
        answer = parse_qs(query)
        if not secrets.compare_digest(_only(answer, "state").encode(), self.state.encode()):
            raise SignInNeeded(_("The browser’s answer does not belong to this sign-in. Start it again."))
        if error := _only(answer, "error"):
            raise SignInNeeded(_refusal(error))
        if not (code := _only(answer, "code")):
            raise SignInNeeded(_("The browser brought no answer. Start the sign-in again."))
        return code


def challenge_of(verifier: str) -> str:
    """What is shown of a verifier before it is needed (S256)."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")


def _only(answer: dict[str, list[str]], name: str) -> str:
    """A parameter that may occur once; twice is as good as never."""
    values = answer.get(name, [])
    return values[0] if len(values) == 1 else ""


def _refusal(error: str) -> str:
    if error == "access_denied":
        return _("The sign-in was declined in the browser, so nothing was connected.")
    plain = "".join(sign for sign in error if sign.isascii() and sign.isprintable())[:60]
    return _("The service declined the sign-in ({error}). Check the client and what it may ask for.").format(
        error=plain
    )
