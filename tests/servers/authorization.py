"""An authorization server for tests, on a real socket and with a memory: it refuses all that the standards refuse.

https://www.rfc-editor.org/rfc/rfc6749, https://www.rfc-editor.org/rfc/rfc7636 (S256 demanded),
https://www.rfc-editor.org/rfc/rfc7662 (for Dovecot), https://www.rfc-editor.org/rfc/rfc8252 (any port of loopback)
"""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from tests.servers.programs import LOOPBACK

CLIENT, CLIENT_SECRET = "portavoce-client", "portavoce-client-secret"
Parameters = Mapping[str, str]


class Person(Enum):
    """What the person at the consent page does."""

    CONSENTS = auto()
    DECLINES = auto()


@dataclass(slots=True)
class _Grant:
    """One consent, and the tokens that hang on it."""

    subject: str
    scope: str
    redirect_uri: str
    challenge: str
    used: bool = False
    refresh: str = ""
    revoked: bool = False


@dataclass(slots=True)
class _Access:
    grant: _Grant
    ends: datetime


class RefusedRequest(Exception):
    """An OAuth error: its code, and the status it is told with."""

    def __init__(self, error: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.status = error, status


@dataclass
class AuthorizationServer:
    """`start` and `stop` it; everything else says how it behaves from then on."""

    person: Person = Person.CONSENTS
    subject: str = "anna@example.test"
    """Who is signed in at the consent page where the request names nobody."""
    access_life: timedelta = timedelta(hours=1)
    rotates: bool = True
    gives_refresh: bool = True
    secret: str = CLIENT_SECRET
    """Empty for a client that has none."""
    answers_instead: list[tuple[int, bytes]] = field(default_factory=list)
    """Status and body of the next answers of the token endpoint, whatever was asked."""
    retry_after: str = ""
    """What those answers ask to wait."""
    asked: list[dict[str, str]] = field(default_factory=list)
    """What the token endpoint was asked."""
    authorized: list[dict[str, str]] = field(default_factory=list)
    """What the consent page was asked."""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._codes: dict[str, _Grant] = {}
        self._refresh: dict[str, _Grant] = {}
        self._access: dict[str, _Access] = {}
        self._server = ThreadingHTTPServer((LOOPBACK, 0), type("Handler", (_Handler,), {"oauth": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self._server.server_port}"

    @property
    def authorize_url(self) -> str:
        return f"{self.url}/authorize"

    @property
    def token_url(self) -> str:
        return f"{self.url}/token"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def end_access(self) -> None:
        """Every access token ends now, before its time."""
        with self._lock:
            self._access.clear()

    def revoke(self) -> None:
        """The person withdraws every consent."""
        with self._lock:
            for grant in (*self._codes.values(), *self._refresh.values()):
                grant.revoked = True
            self._access.clear()

    def subject_of(self, access: str) -> str | None:
        """Whose access token this is, while it is good."""
        with self._lock:
            known = self._access.get(access)
            good = known is not None and not known.grant.revoked and datetime.now(UTC) < known.ends
            return known.grant.subject if known is not None and good else None

    # --- the three endpoints ----------------------------------------------------------------------------------------

    def authorize(self, asked: Parameters) -> str:
        """Where the browser is sent; raises `RefusedRequest` where it must not be sent anywhere."""
        with self._lock:
            self.authorized.append(dict(asked))
            back = urlsplit(asked.get("redirect_uri", ""))
            ours = back.scheme == "http" and back.hostname in (LOOPBACK, "localhost") and back.path in ("", "/")
            if asked.get("client_id") != CLIENT or not ours:
                raise RefusedRequest("invalid_request")
            return f"{asked['redirect_uri']}?{urlencode({**self._decide(asked), 'state': asked.get('state', '')})}"

    def _decide(self, asked: Parameters) -> dict[str, str]:
        if asked.get("response_type") != "code":
            return {"error": "unsupported_response_type"}
        if asked.get("code_challenge_method") != "S256" or len(asked.get("code_challenge", "")) != 43:
            return {"error": "invalid_request"}
        if self.person is Person.DECLINES:
            return {"error": "access_denied"}
        code = secrets.token_urlsafe(24)
        subject = asked.get("login_hint") or self.subject
        self._codes[code] = _Grant(subject, asked.get("scope", ""), asked["redirect_uri"], asked["code_challenge"])
        return {"code": code}

    def give_tokens(self, asked: Parameters) -> dict[str, object]:
        """The answer of the token endpoint."""
        with self._lock:
            self.asked.append(dict(asked))
            if asked.get("client_id") != CLIENT or asked.get("client_secret", "") != self.secret:
                raise RefusedRequest("invalid_client", 401)
            match asked.get("grant_type"):
                case "authorization_code":
                    grant = self._redeem(asked)
                    return self._answer(grant, with_refresh=self.gives_refresh)
                case "refresh_token":
                    grant = self._renew(asked)
                    return self._answer(grant, with_refresh=self.rotates)
            raise RefusedRequest("unsupported_grant_type")

    def _redeem(self, asked: Parameters) -> _Grant:
        grant = self._codes.get(asked.get("code", ""))
        if grant is None or grant.redirect_uri != asked.get("redirect_uri"):
            raise RefusedRequest("invalid_grant")
        if grant.used:  # somebody has the code besides its owner
            grant.revoked = True
            raise RefusedRequest("invalid_grant")
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != grant.challenge:
            raise RefusedRequest("invalid_grant")
        grant.used = True
        return grant

    def _renew(self, asked: Parameters) -> _Grant:
        shown = asked.get("refresh_token", "")
        grant = self._refresh.get(shown)
        if grant is None or grant.revoked:
            raise RefusedRequest("invalid_grant")
        if grant.refresh != shown:  # a token that was used before: the whole family is void
            grant.revoked = True
            raise RefusedRequest("invalid_grant")
        return grant

    def _answer(self, grant: _Grant, *, with_refresh: bool) -> dict[str, object]:
        access = f"access-{secrets.token_urlsafe(24)}"
        self._access[access] = _Access(grant, datetime.now(UTC) + self.access_life)
        life = int(self.access_life.total_seconds())
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": life, "scope": grant.scope}
        if not with_refresh:
            return answer
        grant.refresh = f"refresh-{secrets.token_urlsafe(24)}"
        self._refresh[grant.refresh] = grant
        return {**answer, "refresh_token": grant.refresh}

    def introspect(self, asked: Parameters) -> dict[str, object]:
        """Whether a token is good, for a resource server."""
        subject = self.subject_of(asked.get("token", ""))
        return {"active": True, "username": subject, "email": subject} if subject else {"active": False}


def browse(url: str) -> httpx.Response:
    """What the person's browser does with a page: it follows wherever it is sent."""
    with httpx.Client(follow_redirects=True, trust_env=False, timeout=10) as browser:
        return browser.get(url)


class _Handler(BaseHTTPRequestHandler):
    """HTTP in front of the server's three endpoints."""

    oauth: AuthorizationServer

    def do_GET(self) -> None:
        try:
            self._say(302, b"", self.oauth.authorize(_single(urlsplit(self.path).query)))
        except RefusedRequest as refused:
            self._say(refused.status, refused.error.encode())

    def do_POST(self) -> None:
        asked = _single(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
        if self.path == "/introspect":
            self._say(200, json.dumps(self.oauth.introspect(asked)).encode())
        elif self.oauth.answers_instead:
            self._say(*self.oauth.answers_instead.pop(0), retry_after=self.oauth.retry_after)
        else:
            self._give_tokens(asked)

    def _give_tokens(self, asked: Parameters) -> None:
        try:
            self._say(200, json.dumps(self.oauth.give_tokens(asked)).encode())
        except RefusedRequest as refused:
            told = {"error": refused.error, "error_description": f"no: {' '.join(asked.values())}"}
            self._say(refused.status, json.dumps(told).encode())

    def _say(self, status: int, body: bytes, location: str = "", retry_after: str = "") -> None:
        self.send_response(status)
        if retry_after:
            self.send_header("Retry-After", retry_after)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def _single(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
