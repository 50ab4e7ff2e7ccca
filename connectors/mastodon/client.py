"""Asking a Mastodon server: its paths, its pages, its limits, and its refusals in its own words.

https://docs.joinmastodon.org/api/guidelines/ and /api/rate-limits/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final, Protocol
from urllib.parse import parse_qs, quote, urlsplit

from connectors.mastodon.fields import Fields
from inbox_app.contract.decoding import parse_json
from inbox_app.contract.errors import BadAnswer, Busy, Rejected, SignInNeeded
from inbox_app.contract.http import Answer, Http, Question
from inbox_app.contract.limits import RateLimit
from inbox_app.contract.outcomes import refused
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject

Params = Mapping[str, str | int | list[str]]
_GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_REFUSED: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY})
_EXPECTED: Final = _GONE | _REFUSED | {HTTPStatus.TOO_MANY_REQUESTS}
_REASON: Final = 300
_LONGEST_WAIT: Final = timedelta(hours=24)
_USUAL_WAIT: Final = timedelta(minutes=5)
"""The server's window, for one that names no time."""


class Gone(Rejected):
    """What was asked for is not there: deleted, or not ours to see. Or the server has no such path."""


class Forbidden(Rejected):
    """The server knows us and does not let us do this."""


class Keys(Protocol):
    """Where the token comes from: one made by hand, or one that is renewed."""

    async def access(self) -> str:
        """The token to show now; empty before there is one."""

    async def access_after(self, refused: str) -> str:
        """The token to show after this one was refused. Raises `SignInNeeded` where there is no other."""


@dataclass(frozen=True, slots=True)
class OneToken:
    """A token that was made by hand, or given for good."""

    token: str

    async def access(self) -> str:
        return self.token

    async def access_after(self, refused: str) -> str:
        raise SignInNeeded(_("The server no longer accepts the sign-in. Sign in again."))


@dataclass(frozen=True, slots=True)
class Client:
    """One account's requests."""

    http: Http
    keys: Keys
    note_limit: Callable[[RateLimit], None]
    now: Callable[[], datetime]

    async def get(self, path: str, params: Params | None = None) -> Answer:
        """Read something."""
        return await self.ask(Question("GET", path, params=params))

    async def post(self, path: str, body: JsonObject | None = None) -> Answer:
        """Change something; doing it twice is doing it once, but for a new status (see `sending`)."""
        return await self.ask(Question("POST", path, json=body))

    async def ask(self, question: Question) -> Answer:
        """One request with our token.

        Raises:
            Gone, Forbidden, Rejected: refused, with the server's own reason.
            Busy: at the limit, until the time that the server says.
            ConnectorError: as the outcome table has it.
        """
        token = await self.keys.access()
        try:
            return await self._ask(question, token)
        except SignInNeeded:
            return await self._ask(question, await self.keys.access_after(token))

    async def authorization(self) -> dict[str, str]:
        """The header that shows our token."""
        return _bearer(await self.keys.access())

    async def _ask(self, question: Question, token: str) -> Answer:
        headers = {**(question.headers or {}), **_bearer(token)}
        answer = await self.http.ask(replace(question, headers=headers, expected=question.expected | _EXPECTED))
        if question.method != "DELETE" and question.files is None:
            self._note_limit(answer)
        if answer.status in _EXPECTED:
            raise self._refusal(answer)
        return answer

    def _refusal(self, answer: Answer) -> Rejected | Busy:
        host = urlsplit(answer.url).hostname or ""
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            return Busy(_("{host} asks us to wait.").format(host=host), retry_after=self._wait(answer))
        reason = _reason(answer)
        if answer.status in _GONE:
            return Gone(_("{host} has no such message (any more).").format(host=host))
        sentence = refused(host, answer.status, reason)
        return Forbidden(sentence) if answer.status == HTTPStatus.FORBIDDEN else Rejected(sentence)

    def _note_limit(self, answer: Answer) -> None:
        """Uploads and deletions have limits of their own, which must not hold up a reply."""
        headers = answer.headers
        left, total = headers.get("x-ratelimit-remaining", ""), headers.get("x-ratelimit-limit", "")
        resets_at = _moment(headers.get("x-ratelimit-reset", ""))
        if left.isdecimal() and total.isdecimal() and resets_at is not None:
            self.note_limit(RateLimit("requests", int(left[:9]), int(total[:9]), resets_at))

    def _wait(self, answer: Answer) -> timedelta:
        said = answer.headers.get("retry-after", "")
        if said.isdecimal():
            return min(timedelta(seconds=int(said[:6])), _LONGEST_WAIT)
        resets_at = _moment(answer.headers.get("x-ratelimit-reset", ""))
        wait = _USUAL_WAIT if resets_at is None else resets_at - self.now()
        return min(max(wait, timedelta(seconds=1)), _LONGEST_WAIT)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def path_of(*parts: str) -> str:
    """A path below `/api`; ids are somebody else's words."""
    return "/api/" + "/".join(quote(part, safe="") for part in parts)


def place_after(answer: Answer, relation: str, name: str) -> str:
    """Where the next page begins, from the Link header's parameter; a link's address is never followed."""
    url = answer.links().get(relation, "")
    try:
        return parse_qs(urlsplit(url).query).get(name, [""])[0][:200]
    except ValueError:
        return ""


def _reason(answer: Answer) -> str:
    try:
        said = Fields.of(parse_json(answer.body))
    except BadAnswer:
        return ""
    text = said.text("error_description") or said.text("error")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text[:_REASON]).split())


def _moment(said: str) -> datetime | None:
    """The limit's end: ISO 8601 as documented, seconds since 1970 on some servers."""
    try:
        moment = datetime.fromtimestamp(int(said[:12]), UTC) if said.isdecimal() else datetime.fromisoformat(said)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
