"""Asking a server of the AT Protocol: its methods, its limits, and its refusals in its own words.

https://docs.bsky.app/docs/api/at-protocol-xrpc-api, https://docs.bsky.app/docs/advanced-guides/rate-limits
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final, Protocol
from urllib.parse import urlsplit

from connectors.bluesky.fields import Fields
from inbox_app.contract.decoding import parse_json
from inbox_app.contract.errors import BadAnswer, Busy, ConnectorError, Rejected, SignInNeeded
from inbox_app.contract.http import Answer, Http, Question
from inbox_app.contract.limits import RateLimit
from inbox_app.contract.outcomes import LONGEST_WAIT, refused, retry_after
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject, JsonValue

Params = Mapping[str, str | int | list[str]]
_EXPECTED: Final = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)
_GONE: Final = frozenset({"NotFound", "RecordNotFound", "BlobNotFound"})
_SIGNED_OUT: Final = frozenset(
    {"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired", "invalid_token", "AccountNotFound"}
)
_CLOSED: Final = frozenset({"AccountTakedown", "AccountDeactivated", "AccountSuspended"})
_NO_RIGHT: Final = "Bad token method"
"""What an app password that may not read chats is told, under the name of a token that is wrong."""
_TRIES: Final = 3
_REASON: Final = 300
_USUAL_WAIT: Final = timedelta(minutes=5)
"""The server's window, for one that names no time."""


class Gone(Rejected):
    """What was asked for is not there: deleted, or not ours to see."""


class Forbidden(Rejected):
    """The server knows us and does not let us do this."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a server says when it does not do something."""

    status: int
    name: str
    message: str
    headers: Mapping[str, str]


class Keys(Protocol):
    """What shows the server who asks."""

    async def headers(self, method: str, url: str) -> dict[str, str]:
        """The headers of one request."""

    async def mend(self, refusal: Refusal, shown: Mapping[str, str]) -> bool:
        """Whether the same request may do now, after other headers were refused. Raises `SignInNeeded`."""


class Nobody:
    """Asks without a name."""

    async def headers(self, method: str, url: str) -> dict[str, str]:
        return {}

    async def mend(self, refusal: Refusal, shown: Mapping[str, str]) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Client:
    """One account's requests to the server at `home`."""

    http: Http
    home: str
    keys: Keys
    note_limit: Callable[[RateLimit], None]
    now: Callable[[], datetime]

    async def get(self, method: str, params: Params | None = None, *, proxy: str = "") -> JsonValue:
        """Read something; `proxy` is the service that the server is to pass this on to."""
        return (await self.ask(Question("GET", _path(method), params=params, headers=_to(proxy)))).json()

    async def post(self, method: str, body: JsonObject, *, proxy: str = "", changes: bool | None = None) -> JsonValue:
        """Change something."""
        answer = await self.ask(Question("POST", _path(method), json=body, headers=_to(proxy), changes=changes))
        return answer.json() if answer.body else {}

    async def upload(self, data: bytes, media_type: str) -> JsonValue:
        """A file alone is seen by nobody, so that an upload in doubt is certainly no post that was sent."""
        headers = {"Content-Type": media_type}
        path = _path("com.atproto.repo.uploadBlob")
        return (await self.ask(Question("POST", path, content=data, headers=headers, changes=False))).json()

    async def ask(self, question: Question) -> Answer:
        """One request as us; a token that has ended is renewed first.

        Raises:
            Gone, Forbidden, Rejected: refused, with the server's own reason.
            Busy: at the limit, until the time that the server says.
            ConnectorError: as the outcome table has it.
        """
        url = f"{self.home}{question.url}"
        for _number in range(_TRIES):
            shown = await self.keys.headers(question.method, url)
            headers = {**(question.headers or {}), **shown}
            answer = await self.http.ask(replace(question, headers=headers, expected=question.expected | _EXPECTED))
            self._note_limit(answer)
            if answer.status not in _EXPECTED:
                return answer
            refusal = read_refusal(answer)
            if not _concerns_token(refusal) or not await self.keys.mend(refusal, shown):
                break
        raise self._error(refusal)

    def _error(self, refusal: Refusal) -> ConnectorError:
        host = urlsplit(self.home).hostname or ""
        if refusal.status == HTTPStatus.TOO_MANY_REQUESTS:
            return Busy(_("{host} asks us to wait.").format(host=host), retry_after=self._wait(refusal.headers))
        if _closes_us(refusal):
            return SignInNeeded(
                _("{host} has closed this account, or it is deactivated: {reason}").format(
                    host=host, reason=refusal.message or refusal.name
                )
            )
        if refusal.message == _NO_RIGHT:
            return Forbidden(_("This app password may not see direct messages. Make one that may."))
        if refusal.status == HTTPStatus.UNAUTHORIZED or refusal.name in _SIGNED_OUT:
            return SignInNeeded(_("{host} no longer accepts the sign-in. Sign in again.").format(host=host))
        if refusal.name in _GONE or refusal.message.startswith("Could not locate record"):
            return Gone(_("{host} has no such message (any more).").format(host=host))
        sentence = refused(host, refusal.status, refusal.message or refusal.name)
        return Forbidden(sentence) if refusal.status == HTTPStatus.FORBIDDEN else Rejected(sentence)

    def _note_limit(self, answer: Answer) -> None:
        headers = answer.headers
        left, total = headers.get("ratelimit-remaining", ""), headers.get("ratelimit-limit", "")
        resets_at = _moment(headers.get("ratelimit-reset", ""))
        if left.isdecimal() and total.isdecimal() and resets_at is not None:
            name = "points" if answer.wrote else "requests"
            self.note_limit(RateLimit(name, int(left[:9]), int(total[:9]), resets_at))

    def _wait(self, headers: Mapping[str, str]) -> timedelta:
        said = retry_after(headers)
        resets_at = _moment(headers.get("ratelimit-reset", ""))
        wait = said or (_USUAL_WAIT if resets_at is None else resets_at - self.now())
        return min(max(wait, timedelta(seconds=1)), LONGEST_WAIT)


def read_refusal(answer: Answer) -> Refusal:
    """The name and the words of a refusal, as far as it has any."""
    try:
        said = Fields.of(parse_json(answer.body))
    except BadAnswer:
        said = Fields({})
    message = said.text("message") or said.text("error_description")
    return Refusal(answer.status, said.text("error")[:100], _in_one_line(message), answer.headers)


def _closes_us(refusal: Refusal) -> bool:
    """Whether it is our account that is closed: of somebody else's it says the same with another status."""
    return refusal.status == HTTPStatus.UNAUTHORIZED and refusal.name in _CLOSED


def _concerns_token(refusal: Refusal) -> bool:
    """Whether other headers could help: the token has ended, or the server wants to see a fresh proof."""
    if refusal.message == _NO_RIGHT or _closes_us(refusal):
        return False
    return refusal.status == HTTPStatus.UNAUTHORIZED or refusal.name in _SIGNED_OUT


def _in_one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text[:_REASON]).split())


def _path(method: str) -> str:
    return f"/xrpc/{method}"


def _to(proxy: str) -> dict[str, str]:
    return {"atproto-proxy": proxy} if proxy else {}


def _moment(said: str) -> datetime | None:
    """The limit's end, in seconds since 1970."""
    try:
        return datetime.fromtimestamp(int(said[:12]), UTC) if said.isdecimal() else None
    except (ValueError, OverflowError):
        return None
