"""Asking the Bot API (https://core.telegram.org/bots/api): its answers, refusals and waits.

The token is a part of every address. So no sentence names an address, only its host, and nothing is ever logged here.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlsplit

from connectors.telegram.fields import Fields
from inbox_app.contract.decoding import parse_json
from inbox_app.contract.errors import BadAnswer, Busy, ConnectorError, Rejected, SignInNeeded, Unsure
from inbox_app.contract.http import Answer, Http, Question
from inbox_app.contract.outcomes import refused
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject, JsonValue

DOWNLOAD_LIMIT: Final = 20 * 1024 * 1024
"""Bytes of a file that the Bot API gives out."""
_EXPECTED: Final = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.CONFLICT,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)
_LONGEST_WAIT: Final = timedelta(hours=24)
_ANOTHER_POLLER: Final = timedelta(minutes=1)
_REASON: Final = 200


class Refusal(Rejected):
    """Refused; `reason` is what the service wrote, in English."""

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Client:
    """One bot's requests."""

    http: Http
    token: str

    async def read(self, method: str, params: JsonObject | None = None) -> JsonValue:
        """Ask for something."""
        return await self._ask(Question("POST", self._path(method), json=params or {}, changes=False))

    async def write(
        self, method: str, params: JsonObject, files: Mapping[str, tuple[str, bytes, str]] | None = None
    ) -> JsonValue:
        """Change something; with files as a form, in which what is no text is JSON."""
        if not files:
            return await self._ask(Question("POST", self._path(method), json=params))
        form = {name: one if isinstance(one, str) else json.dumps(one) for name, one in params.items()}
        return await self._ask(Question("POST", self._path(method), form=form, files=files))

    async def download(self, file_id: str) -> AsyncIterator[bytes]:
        """A file's bytes; its place is asked for anew, since it holds for an hour."""
        said = Fields.of(await self.read("getFile", {"file_id": file_id}))
        place = said.text("file_path")
        if not place or ".." in place.split("/"):
            raise Rejected(_("This file is no longer at Telegram."))
        async for piece in self.http.download(f"file/bot{self.token}/{quote(place)}", limit=DOWNLOAD_LIMIT):
            yield piece

    def _path(self, method: str) -> str:
        return f"bot{self.token}/{method}"

    async def _ask(self, question: Question) -> JsonValue:
        """One request and its result.

        Raises:
            SignInNeeded: the token is not valid (any more).
            Busy: to be asked again later; another program asks too.
            Refusal: everything else that is refused.
            ConnectorError: as the outcome table has it.
        """
        answer = await self.http.ask(replace(question, expected=_EXPECTED))
        try:
            said = Fields.of(parse_json(answer.body))
            if answer.status == HTTPStatus.OK:
                return _result(said)
        except BadAnswer as bad:
            raise _unreadable(answer, bad) from None
        raise _refusal(answer, said)


def _result(said: Fields) -> JsonValue:
    if not said.flag("ok") or "result" not in said:
        raise BadAnswer(_("Telegram's answer is not understood: it lacks “{name}”.").format(name="result"))
    return said.values["result"]


def _unreadable(answer: Answer, bad: BadAnswer) -> ConnectorError:
    if answer.status == HTTPStatus.OK and answer.wrote:
        return Unsure(_("{host} did not say whether it took this.").format(host=_host(answer)))
    if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND):
        return _no_such_bot()
    return bad if answer.status == HTTPStatus.OK else Rejected(refused(_host(answer), answer.status))


def _refusal(answer: Answer, said: Fields) -> ConnectorError:
    reason = " ".join(said.text("description")[:_REASON].split())
    match answer.status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.NOT_FOUND:
            return _no_such_bot()
        case HTTPStatus.TOO_MANY_REQUESTS:
            seconds = min(max(said.inner("parameters").number("retry_after"), 1), int(_LONGEST_WAIT.total_seconds()))
            return Busy(_("Telegram asks us to wait."), retry_after=timedelta(seconds=seconds))
        case HTTPStatus.CONFLICT:
            return _conflict(reason)
    sentence = refused("Telegram", answer.status, reason.partition(": ")[2] or reason)
    return Refusal(sentence, reason)


def _no_such_bot() -> SignInNeeded:
    return SignInNeeded(_("Telegram does not accept the bot's token (any more). Get the current one from BotFather."))


def _conflict(reason: str) -> Busy:
    if "webhook" in reason.lower():
        sentence = _(
            "This bot hands its messages to a web address (a webhook), so that nobody can ask for them. "
            "Remove that one, or make another bot for Portavoce."
        )
    else:
        sentence = _(
            "Another program asks for this bot's messages, and Telegram gives them to one only. "
            "Stop that one, or make another bot for Portavoce."
        )
    return Busy(sentence, retry_after=_ANOTHER_POLLER)


def _host(answer: Answer) -> str:
    return urlsplit(answer.url).hostname or ""
