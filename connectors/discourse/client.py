"""Asking a forum: our key, its refusals in its own words, its limit of requests, and the questions themselves.

https://docs.discourse.org/#section/Authentication, https://meta.discourse.org/t/user-api-keys-specification/48536
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from connectors.discourse.fields import Fields
from connectors.discourse.wire import (
    Chat,
    Notice,
    Post,
    Topic,
    User,
    read_chats,
    read_latest,
    read_notices,
    read_post,
    read_stream,
    read_topic,
    read_user,
)
from connectors.shared.sites import place_of
from inbox_app.contract.decoding import parse_json
from inbox_app.contract.errors import BadAnswer, Busy, ConnectorError, Rejected, SignInNeeded
from inbox_app.contract.http import Answer, Http, Question
from inbox_app.contract.limits import RateLimit, pass_over
from inbox_app.contract.outcomes import refused
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject

Params = Mapping[str, str | int | list[str]]
CHUNK: Final = 20
"""Posts of a topic that are asked for at once, as the forum's own page does."""
_GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_EXPECTED: Final = _GONE | {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.CONFLICT,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
}
_ME: Final = "/session/current.json"
_REASON: Final = 300
_A_MINUTE: Final = timedelta(minutes=1)
_PER_MINUTE: Final = 60
"""Requests that every forum grants a key of a user, unless its owner changed that."""
_LONGEST_WAIT: Final = 24 * 60 * 60


class Gone(Rejected):
    """What was asked for is not there."""


class Forbidden(Rejected):
    """The forum knows us and does not let us do or see this."""


@dataclass(frozen=True, slots=True)
class Keys:
    """By what the forum knows us. With a `user` the key is one that an administrator made."""

    key: str = field(default="", repr=False)
    user: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """What goes with every request."""
        if not self.key:
            return {}
        return {"Api-Key": self.key, "Api-Username": self.user} if self.user else {"User-Api-Key": self.key}


@dataclass(frozen=True, slots=True)
class Client:
    """One account's requests; the forum says nothing of its limit until it is passed, so they are counted here."""

    http: Http
    site: str
    keys: Keys
    now: Callable[[], datetime]
    note_limit: Callable[[RateLimit], None] = pass_over
    _asked: deque[datetime] = field(default_factory=deque)

    async def me(self) -> User:
        """Who we are.

        Raises:
            SignInNeeded: the key is not taken (any more).
        """
        try:
            return read_user((await self.ask("GET", _ME)).json())
        except (Gone, Forbidden) as refused:
            raise self._unknown() from refused

    async def latest(self, before: int = 0) -> tuple[Post, ...]:
        """The newest posts of public topics, up to about `before`."""
        answer = await self.ask("GET", "/posts.json", {"before": before} if before else None)
        return read_latest(answer.json())

    async def post(self, number: int) -> Post:
        """One post by its id."""
        return read_post((await self.ask("GET", f"/posts/{number}.json")).json())

    async def topic(self, number: int) -> Topic:
        """One topic with its first posts."""
        return read_topic((await self.ask("GET", f"/t/{number}.json", {"include_raw": "true"})).json())

    async def some_of(self, topic: int, posts: Sequence[int]) -> tuple[Post, ...]:
        """Those posts of a topic, newest first; at most `CHUNK` of them."""
        wanted: Params = {"post_ids[]": [str(one) for one in posts[:CHUNK]], "include_raw": "true"}
        return read_stream((await self.ask("GET", f"/t/{topic}/posts.json", wanted)).json())

    async def chats(self, username: str, *, sent: bool = False, page: int = 0) -> tuple[Chat, ...]:
        """A page of our private conversations."""
        path = f"/topics/private-messages{'-sent' if sent else ''}/{quote(username, safe='')}.json"
        return read_chats((await self.ask("GET", path, {"page": page} if page else None)).json())

    async def notices(self) -> tuple[Notice, ...]:
        """Our newest notifications, oldest first."""
        return read_notices((await self.ask("GET", "/notifications.json")).json())

    async def ask(
        self,
        method: str,
        path: str,
        params: Params | None = None,
        *,
        body: JsonObject | None = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        changes: bool | None = None,
    ) -> Answer:
        """One request with our key.

        Raises:
            Gone, Forbidden, Rejected, SignInNeeded, Busy: refused, with the forum's own reason.
            ConnectorError: as the outcome table has it.
        """
        self._count()
        answer = await self.http.ask(
            Question(
                method,
                f"{self.site}{path}",
                params=params,
                headers={"Accept": "application/json", **self.keys.headers},
                json=body,
                form=form,
                files=files,
                expected=_EXPECTED,
                changes=changes,
            )
        )
        if answer.status not in _EXPECTED:
            return answer
        refusal = self._refusal(answer)
        if isinstance(refusal, Forbidden) and path != _ME:
            await self.me()  # the same status says that our key was withdrawn
        raise refusal

    def _count(self) -> None:
        now = self.now()
        while self._asked and self._asked[0] <= now - _A_MINUTE:
            self._asked.popleft()
        self._asked.append(now)
        left = max(_PER_MINUTE - len(self._asked), 0)
        self.note_limit(RateLimit("requests", left, _PER_MINUTE, self._asked[0] + _A_MINUTE))

    def _refusal(self, answer: Answer) -> ConnectorError:
        place, (reason, wait) = place_of(self.site), _said(answer)
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            return Busy(_("{site} asks us to wait.").format(site=place), retry_after=wait)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            return self._unknown()
        if answer.status in _GONE:
            return Gone(_("{site} does not have this (any more).").format(site=place))
        sentence = refused(place, answer.status, reason)
        return Forbidden(sentence) if answer.status == HTTPStatus.FORBIDDEN else Rejected(sentence)

    def _unknown(self) -> SignInNeeded:
        return SignInNeeded(
            _("{site} does not accept the key, or it was withdrawn. Sign in again.").format(site=place_of(self.site))
        )


def _said(answer: Answer) -> tuple[str, timedelta]:
    """The sentence of a refusal, and how long it asks to wait; a minute where it names nothing."""
    try:
        said = Fields.of(parse_json(answer.body))
    except BadAnswer:
        said = Fields({})
    text = " ".join(said.texts("errors"))[:_REASON]
    header = answer.headers.get("retry-after", "").strip()[:9]
    named = int(header) if header.isascii() and header.isdigit() else 0
    seconds = max(named, said.inner("extras").number("wait_seconds")) or _A_MINUTE.seconds
    clean = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return clean, timedelta(seconds=min(seconds, _LONGEST_WAIT))
