"""Asking a WordPress site: its two kinds of addresses, our application password, and its refusals in its own words.

https://developer.wordpress.org/rest-api/using-the-rest-api/
https://developer.wordpress.org/rest-api/reference/application-passwords/
"""

from __future__ import annotations

import html
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from connectors.shared.sites import place_of
from connectors.wordpress.fields import Fields
from inbox_app.contract.decoding import parse_json
from inbox_app.contract.errors import BadAnswer, Busy, ConnectorError, Rejected, SignInNeeded
from inbox_app.contract.http import Answer, Http, Question
from inbox_app.contract.outcomes import refused
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject

Params = Mapping[str, str | int | list[str]]
_GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_EXPECTED: Final = _GONE | {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.CONFLICT,
}
_REASON: Final = 300
_FLOOD: Final = timedelta(seconds=20)
"""The site takes one comment in fifteen seconds from those who are no moderators."""


class Gone(Rejected):
    """What was asked for is not there."""


class Forbidden(Rejected):
    """The site knows us and does not let us do or see this."""


class Duplicate(Rejected):
    """The site has this very comment already."""


@dataclass(frozen=True, slots=True)
class Client:
    """One account's requests. `pretty` says that the site has `/wp-json/`; every site understands `?rest_route=`."""

    http: Http
    site: str
    user: str = ""
    password: str = field(default="", repr=False)
    pretty: bool = True

    async def get(self, path: str, params: Params | None = None) -> Answer:
        """Read something."""
        return await self.ask("GET", path, params)

    async def post(self, path: str, body: JsonObject, *, changes: bool | None = None) -> Answer:
        """Change something. `changes` is False for what may be done twice as well as once."""
        return await self.ask("POST", path, body=body, changes=changes)

    async def ask(
        self,
        method: str,
        path: str,
        params: Params | None = None,
        *,
        body: JsonObject | None = None,
        changes: bool | None = None,
    ) -> Answer:
        """One request with our password.

        Raises:
            Gone, Forbidden, Duplicate, Rejected, SignInNeeded: refused, with the site's own reason.
            ConnectorError: as the outcome table has it.
        """
        answer = await self.http.ask(
            Question(
                method,
                f"{self.site}/wp-json{path}" if self.pretty else f"{self.site}/",
                params=params or {} if self.pretty else {"rest_route": path, **(params or {})},
                headers=self._headers(),
                json=body,
                expected=_EXPECTED,
                changes=changes,
            )
        )
        if answer.status in _EXPECTED:
            raise self._refusal(answer)
        return answer

    def _headers(self) -> dict[str, str]:
        if not self.user:
            return {}
        return {"Authorization": f"Basic {b64encode(f'{self.user}:{self.password}'.encode()).decode('ascii')}"}

    def _refusal(self, answer: Answer) -> ConnectorError:
        place, (code, reason) = place_of(self.site), _said(answer)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            text = _("{site} does not accept the application password of {user}. Sign in again.")
            return SignInNeeded(text.format(site=place, user=self.user or _("nobody")))
        if code == "comment_flood":
            return Busy(_("{site} asks us to wait.").format(site=place), retry_after=_FLOOD)
        if answer.status in _GONE:
            return Gone(_("{site} does not have this (any more).").format(site=place))
        sentence = refused(place, answer.status, reason)
        if answer.status == HTTPStatus.CONFLICT:
            return Duplicate(sentence)
        return Forbidden(sentence) if answer.status == HTTPStatus.FORBIDDEN else Rejected(sentence)


def _said(answer: Answer) -> tuple[str, str]:
    """The code and the sentence of a refusal; empty where it is none of WordPress's."""
    try:
        said = Fields.of(parse_json(answer.body))
    except BadAnswer:
        return "", ""
    text = html.unescape(said.text("message")[:_REASON])
    return said.text("code"), " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
