"""Asking a homeserver: its paths, its limits, and its refusals in its own words.

https://spec.matrix.org/latest/client-server-api/#standard-error-response
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlsplit

from connectors.matrix.fields import Fields
from connectors.shared.oauth2.renewal import Renewal
from inbox_app.contract.decoding import parse_json
from inbox_app.contract.errors import BadAnswer, Busy, ConnectorError, Rejected, SignInNeeded
from inbox_app.contract.http import Answer, Http, Question
from inbox_app.contract.outcomes import refused
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject

Params = Mapping[str, str | int | list[str]]
_REFUSED: Final = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE,
     HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.TOO_MANY_REQUESTS}
)  # fmt: skip
_REASON: Final = 300
_LONGEST_WAIT: Final = timedelta(hours=24)
_USUAL_WAIT: Final = timedelta(seconds=30)
"""For a server that names no time."""


class Refusal(Rejected):
    """The server refuses; `errcode` is its own word for why."""

    def __init__(self, message: str, errcode: str) -> None:
        super().__init__(message)
        self.errcode = errcode


class Gone(Refusal):
    """What was asked for is not there, or not ours to see. Or the server has no such path."""


class Forbidden(Refusal):
    """The server knows us and does not let us do this."""


@dataclass(frozen=True, slots=True)
class Client:
    """One account's requests. Without a token, those that need none. With a renewal the token is what it has."""

    http: Http
    token: Callable[[], str]
    renewal: Renewal | None = None

    async def get(self, path: str, params: Params | None = None) -> Fields:
        """Read something."""
        return Fields.of((await self.ask(Question("GET", path, params=params))).json())

    async def post(self, path: str, body: JsonObject | None = None, *, changes: bool | None = None) -> Fields:
        """Change something."""
        return Fields.of((await self.ask(Question("POST", path, json=body or {}, changes=changes))).json())

    async def put(self, path: str, body: JsonObject) -> Fields:
        """Change something; under the same path it is one and the same change."""
        return Fields.of((await self.ask(Question("PUT", path, json=body))).json())

    async def ask(self, question: Question) -> Answer:
        """One request with our token.

        Raises:
            Gone, Forbidden, Refusal: refused, with the server's own reason.
            SignInNeeded: the token is worth nothing (any more).
            Busy: at the limit, until the time that the server says.
            ConnectorError: as the outcome table has it.
        """
        shown = await self.shown()
        answer = await self._ask(question, shown)
        if answer.status == HTTPStatus.UNAUTHORIZED and self.renewal is not None:
            answer = await self._ask(question, await self.renewal.access_after(shown))
        if answer.status in _REFUSED:
            raise refusal(answer)
        return answer

    async def shown(self) -> str:
        """The token to show now, empty where there is none."""
        return self.token() if self.renewal is None else await self.renewal.access()

    async def _ask(self, question: Question, token: str) -> Answer:
        headers = {**(question.headers or {}), **authorization(token)}
        return await self.http.ask(replace(question, headers=headers, expected=question.expected | _REFUSED))


def authorization(token: str) -> dict[str, str]:
    """The header that shows a token."""
    return {"Authorization": f"Bearer {token}"} if token else {}


def path_of(*parts: str, version: str = "v3") -> str:
    """A path below `/_matrix/client`; ids are somebody else's words."""
    return f"/_matrix/client/{version}/" + "/".join(quote(part, safe="") for part in parts)


def refusal(answer: Answer) -> ConnectorError:
    """What a refused request means."""
    said = _error(answer)
    host, errcode = urlsplit(answer.url).hostname or "", said.text("errcode")[:100]
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return Busy(_("{host} asks us to wait.").format(host=host), retry_after=_wait(answer, said))
    if answer.status == HTTPStatus.UNAUTHORIZED or errcode in ("M_UNKNOWN_TOKEN", "M_USER_DEACTIVATED"):
        return SignInNeeded(_why_out(host, said))
    if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return Gone(_("{host} has no such message or room (any more).").format(host=host), errcode)
    if answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE or errcode == "M_TOO_LARGE":
        return Refusal(_("This is larger than {host} takes.").format(host=host), errcode)
    sentence = refused(host, answer.status, _reason(said))
    return (Forbidden if answer.status == HTTPStatus.FORBIDDEN else Refusal)(sentence, errcode)


def _why_out(host: str, said: Fields) -> str:
    """A soft sign-out keeps the device: the same one goes on after the next sign-in."""
    if said.text("errcode") == "M_USER_DEACTIVATED":
        return _("{host} says that this account was closed.").format(host=host)
    if said.flag("soft_logout"):
        return _("{host} wants to see the sign-in once more. Sign in again, and all goes on as it was.").format(
            host=host
        )
    return _("{host} no longer accepts the sign-in. Sign in again.").format(host=host)


def _error(answer: Answer) -> Fields:
    try:
        return Fields.of(parse_json(answer.body))
    except BadAnswer:
        return Fields({})


def _reason(said: Fields) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in said.text("error")[:_REASON]).split())


def _wait(answer: Answer, said: Fields) -> timedelta:
    """The header of newer servers, the body's milliseconds of older ones (MSC4041)."""
    header = answer.headers.get("retry-after", "")
    if header.isascii() and header.isdecimal():
        return min(max(timedelta(seconds=int(header[:6])), timedelta(seconds=1)), _LONGEST_WAIT)
    milliseconds = min(said.number("retry_after_ms"), 10**9)
    wait = timedelta(milliseconds=milliseconds) if milliseconds > 0 else _USUAL_WAIT
    return min(max(wait, timedelta(seconds=1)), _LONGEST_WAIT)
