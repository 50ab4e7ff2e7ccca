"""Tokens that are worth nothing to whoever steals them: each request proves that it has the key they were given to.

https://www.rfc-editor.org/rfc/rfc9449
"""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from connectors.bluesky.client import read_refusal
from connectors.shared.oauth2.endpoint import Asks
from inbox_app.contract.errors import SignInNeeded
from inbox_app.contract.http import Answer, Question
from inbox_app.contract.texts import _

KIND: Final = "dpop"
WANTS_NONCE: Final = "use_dpop_nonce"
_NONCE: Final = "dpop-nonce"
_LONGEST: Final = 512
_COORDINATE: Final = 32


@dataclass(frozen=True, slots=True)
class ProofKey:
    """A key on P-256 that never leaves this computer."""

    private: ec.EllipticCurvePrivateKey

    @classmethod
    def new(cls) -> Self:
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def from_secret(cls, kept: str) -> Self:
        """The inverse of `to_secret`.

        Raises:
            SignInNeeded: there is none.
        """
        try:
            private = serialization.load_pem_private_key(kept.encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            private = None
        if not isinstance(private, ec.EllipticCurvePrivateKey):
            raise SignInNeeded(_("The key of this sign-in is lost. Sign in again."))
        return cls(private)

    def to_secret(self) -> str:
        """As an account keeps it."""
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    def prove(self, method: str, url: str, now: datetime, *, nonce: str = "", token: str = "") -> str:
        """The proof for one request; `token` is the one that it shows, if any."""
        numbers = self.private.public_key().public_numbers()
        jwk = {"kty": "EC", "crv": "P-256", "x": _coordinate(numbers.x), "y": _coordinate(numbers.y)}
        claims: dict[str, str | int] = {
            "jti": secrets.token_urlsafe(16),
            "htm": method,
            "htu": url.partition("?")[0].partition("#")[0],
            "iat": int(now.timestamp()),
        }
        if nonce:
            claims["nonce"] = nonce
        if token:
            claims["ath"] = _encode(hashlib.sha256(token.encode("ascii")).digest())
        signed = f"{_json({'typ': 'dpop+jwt', 'alg': 'ES256', 'jwk': jwk})}.{_json(claims)}"
        r, s = utils.decode_dss_signature(self.private.sign(signed.encode("ascii"), ec.ECDSA(hashes.SHA256())))
        return f"{signed}.{_encode(r.to_bytes(_COORDINATE, 'big') + s.to_bytes(_COORDINATE, 'big'))}"


class ProvingHttp:
    """Asks one server with a proof; a nonce that it wants to see is shown when it says so."""

    def __init__(self, http: Asks, key: ProofKey, now: Callable[[], datetime]) -> None:
        self._http = http
        self._key = key
        self._now = now
        self._nonce = ""

    async def ask(self, question: Question) -> Answer:
        """As `Http.ask`. A request that was refused for its nonce was not carried out."""
        answer = await self._ask(question)
        if read_refusal(answer).name == WANTS_NONCE:
            answer = await self._ask(question)
        return answer

    async def _ask(self, question: Question) -> Answer:
        proof = self._key.prove(question.method, question.url, self._now(), nonce=self._nonce)
        answer = await self._http.ask(replace(question, headers={**(question.headers or {}), "DPoP": proof}))
        self._nonce = read_nonce(answer.headers) or self._nonce
        return answer


def read_nonce(headers: Mapping[str, str]) -> str:
    """What a server wants to see in the next proof; empty where it says nothing, or nothing of sense."""
    said = headers.get(_NONCE, "")
    return said if len(said) <= _LONGEST and said.isascii() and said.isprintable() else ""


def _coordinate(number: int) -> str:
    return _encode(number.to_bytes(_COORDINATE, "big"))


def _json(value: object) -> str:
    return _encode(json.dumps(value, separators=(",", ":")).encode())


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
