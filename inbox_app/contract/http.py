"""The one HTTP client of all connectors: limits, deadlines, and failures as the contract's errors.

httpx has no total deadline and no limit on a body, and inflates whatever it gets. Here every request ends within its
deadline, every body is counted after decoding, and every outcome answers the outbox's question: did it arrive?
(RFC 9110 for the statuses, RFC 8288 for links; `outcomes` is the table.)
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import httpx

from inbox_app import __version__
from inbox_app.contract import outcomes
from inbox_app.contract.addresses import Address, is_loopback, public_address
from inbox_app.contract.decoding import JSON_LIMIT, parse_json, read_body
from inbox_app.contract.errors import BadAnswer, Rejected
from inbox_app.domain.jsonvalue import JsonValue
from inbox_app.i18n import _

DEADLINE: Final = 60.0
"""Seconds a request may take in all, answer included."""
REDIRECTS: Final = 3
FILE_LIMIT: Final = 100 * 1024 * 1024
"""Bytes of a file that a service serves."""
_SAFE_METHODS: Final = frozenset({"GET", "HEAD"})
_CREDENTIALS: Final = frozenset(
    {"authorization", "cookie", "proxy-authorization", "api-key", "user-api-key", "x-api-key", "private-token"}
)
_ASKED: Final = "asked"
"""Where a request keeps the address as it was named, after its host was replaced by a number."""
# It writes down whole addresses, and some services have the sign-in in them.
logging.getLogger("httpx").setLevel(logging.WARNING)
_HEADERS: Final = {"User-Agent": f"Portavoce/{__version__}", "Accept-Encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer (or one whose status the caller expected), read to its end and within the limit."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    url: str
    wrote: bool

    def json(self) -> JsonValue:
        """The body as JSON.

        Raises:
            BadAnswer: it is no JSON, or nests too deep.
            Unsure: the same, where the request changed something: it may have arrived.
        """
        try:
            return parse_json(self.body)
        except BadAnswer as bad:
            if self.wrote:
                raise outcomes.unsure(httpx.URL(self.url).host) from bad
            raise

    def links(self) -> Mapping[str, str]:
        """Link headers by relation (`next`, `prev`)."""
        links = httpx.Response(self.status, headers={"Link": self.headers.get("link", "")}).links
        return {relation: link["url"] for relation, link in links.items() if relation}


@dataclass(frozen=True, slots=True)
class Question:
    """One request. `url` may be relative to the account's home; at most one of the four bodies is given,
    but for `form`, whose fields may go along with `files`.

    `files` are (name, bytes, media type) by field. `expected` statuses are returned, not raised. `changes` says whether
    the request changes something on the service; None leaves that to the method. `limit` is the answer's size in bytes.
    """

    method: str
    url: str
    headers: Mapping[str, str] | None = None
    params: Mapping[str, str | int | list[str]] | None = None
    json: JsonValue = None
    form: Mapping[str, str] | None = None
    files: Mapping[str, tuple[str, bytes, str]] | None = None
    content: bytes | None = None
    expected: frozenset[int] = frozenset()
    limit: int = JSON_LIMIT
    changes: bool | None = None

    @property
    def writes(self) -> bool:
        """Whether sending it twice would matter."""
        return self.method not in _SAFE_METHODS if self.changes is None else self.changes


class Http:
    """Requests of one account.

    `home` is the address of the account's own server: the only one that is given credentials, and the only one that may
    live on a private address. Plain http is allowed for a home on loopback and for nothing else.
    """

    def __init__(self, home: str = "", *, tls: ssl.SSLContext | None = None, deadline: float = DEADLINE) -> None:
        self._home = Address.of(home) if home else None
        self._deadline = deadline
        self._tls = tls
        self._client: httpx.AsyncClient | None = None

    async def ask(self, question: Question) -> Answer:
        """One request and its whole answer.

        Raises:
            ConnectorError: by the outcome table; `Unsure` only where the question changes something.
        """
        request = self._open_client().build_request(
            question.method,
            self._absolute(question.url),
            params=None if question.params is None else httpx.QueryParams(question.params),
            headers=question.headers,
            json=question.json,
            data=question.form,
            files=question.files,
            content=question.content,
        )
        return await self._answer(request, question)

    async def download(
        self, url: str, *, headers: Mapping[str, str] | None = None, limit: int = FILE_LIMIT
    ) -> AsyncIterator[bytes]:
        """A file's bytes in pieces, within `limit` bytes.

        Raises:
            Offline, Rejected, BadAnswer: nothing that was yielded before is worth keeping then.
        """
        request = self._open_client().build_request("GET", self._absolute(url), headers=headers)
        try:
            async with asyncio.timeout(self._deadline * 10), self._following(request, writes=False) as response:
                outcomes.check(response, writes=False)
                async for piece in read_body(response, limit):
                    yield piece
        except (httpx.HTTPError, TimeoutError, OSError) as failure:
            raise outcomes.of_failure(failure, str(request.url), writes=False) from failure

    async def close(self) -> None:
        """Close all connections; a later request opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _answer(self, request: httpx.Request, question: Question) -> Answer:
        writes = question.writes
        try:
            async with asyncio.timeout(self._deadline), self._following(request, writes=writes) as response:
                if response.status_code not in question.expected:
                    outcomes.check(response, writes=writes)
                body = b"".join([piece async for piece in read_body(response, question.limit)])
                return Answer(response.status_code, _lower(response.headers), body, _asked(response), writes)
        except (httpx.HTTPError, TimeoutError, OSError) as failure:
            raise outcomes.of_failure(failure, str(request.url), writes=writes) from failure
        except BadAnswer as bad:
            if writes:
                raise outcomes.unsure(request.url.host) from bad
            raise

    @asynccontextmanager
    async def _following(self, request: httpx.Request, *, writes: bool) -> AsyncIterator[httpx.Response]:
        """The answer to a request, after at most a few redirects of a read; a write is never sent elsewhere."""
        for _hop in range(REDIRECTS + 1):
            response = await self._send(await self._guarded(request))
            try:
                if writes or not response.has_redirect_location:
                    yield response
                    return
                request = self._redirected(request, response)
            finally:
                await response.aclose()
        raise BadAnswer(_("{host} sends us round in circles.").format(host=request.url.host))

    async def _send(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._open_client().send(request, stream=True)
        except httpx.InvalidURL as bad:
            # It looks at where an answer leads before we do.
            host = request.extensions.get(_ASKED, request.url).host
            raise BadAnswer(_("{host} sends us to an address that is none.").format(host=host)) from bad

    def _redirected(self, request: httpx.Request, response: httpx.Response) -> httpx.Request:
        base = request.extensions.get(_ASKED, request.url)
        try:
            target = base.join(response.headers["Location"])
        except httpx.InvalidURL as bad:
            raise BadAnswer(_("{host} sends us to an address that is none.").format(host=base.host)) from bad
        headers = dict(request.headers)
        headers.pop("host", None)
        if Address.of(str(target)) != self._home:
            headers = {name: value for name, value in headers.items() if name.lower() not in _CREDENTIALS}
        return self._open_client().build_request(request.method, target, headers=headers)

    async def _guarded(self, request: httpx.Request) -> httpx.Request:
        """The request, if it may leave: https, and to a public address unless it goes home.

        A foreign host, and another port of our own, get no credentials, also when a service named them as the place of
        the next page. The name is resolved here and connected to by that very address, so that a name which answers
        differently the second time gains nothing.
        """
        target = Address.of(str(request.url))
        if target == self._home:
            if target.scheme == "https" or is_loopback(target.host):
                return request
            raise Rejected(_("{host} wants to talk without encryption. Use https.").format(host=target.host))
        if target.scheme != "https":
            raise Rejected(_("{host} wants to talk without encryption. Use https.").format(host=target.host))
        for name in _CREDENTIALS & {*request.headers}:
            del request.headers[name]
        number = await public_address(target)
        request.extensions = {**request.extensions, "sni_hostname": target.host, _ASKED: request.url}
        request.url = request.url.copy_with(host=number)
        return request

    def _absolute(self, url: str) -> str:
        full = url if self._home is None or "://" in url else f"{self._home}/{url.lstrip('/')}"
        Address.of(full)
        return full

    def _open_client(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                verify=self._tls or ssl.create_default_context(),
                headers=_HEADERS,
                timeout=httpx.Timeout(self._deadline / 2, connect=min(15.0, self._deadline)),
                limits=httpx.Limits(max_connections=8, max_keepalive_connections=4, keepalive_expiry=30),
                trust_env=False,
            )
        return self._client


def _lower(headers: httpx.Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _asked(response: httpx.Response) -> str:
    return str(response.request.extensions.get(_ASKED, response.url))
