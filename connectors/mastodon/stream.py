"""Hearing from the server that something is new: its event stream, which is asked for nothing but the moment.

https://docs.joinmastodon.org/methods/streaming/ (server-sent events). The stream may live on a host of its own.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from connectors.mastodon.fields import Fields
from connectors.mastodon.server import Server
from inbox_app.contract.addresses import Address, is_loopback
from inbox_app.contract.errors import Rejected
from inbox_app.contract.http import Http

NOTICES: Final = frozenset({"notification", "conversation"})
UPDATE: Final = "update"
EDIT: Final = "status.update"
DELETE: Final = "delete"
_PATH: Final = "/api/v1/streaming/user"
_ASK_AGAIN: Final = 3600.0
"""Seconds after which a server without a stream is asked again."""
_LONGEST_LINE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Heard:
    """One event: its name, and the id and the author of the status that it is about, where it says so."""

    name: str
    status: str = ""
    account: str = ""


def stream_home(home: str, server: Server) -> str:
    """The address of the stream: the server's own, or a host below it that the server names.

    No other host is given our token, whatever the server says.
    """
    own = Address.of(home)
    try:
        named = Address.of(server.streaming.replace("wss://", "https://", 1).replace("ws://", "http://", 1))
    except Rejected:
        return home
    below = named.host == own.host or named.host.endswith(f".{own.host}")
    return str(named) if below and (named.scheme == "https" or is_loopback(named.host)) else home


async def listen(http: Http, headers: dict[str, str], concerns: Callable[[Heard], bool]) -> AsyncGenerator[None, None]:
    """A nudge when the line stands, and at each event that concerns us."""
    reader, stands = _Lines(), False
    try:
        async with aclosing(_pieces(http, headers)) as pieces:
            async for piece in pieces:
                heard = [concerns(one) for one in reader.events(piece)]
                if any(heard) or not stands:
                    stands = True
                    yield
    except Rejected:
        await asyncio.sleep(_ASK_AGAIN)  # this server does not stream; the timed pulls go on


async def _pieces(http: Http, headers: dict[str, str]) -> AsyncGenerator[bytes, None]:
    async for piece in http.download(_PATH, headers={**headers, "Accept": "text/event-stream"}):
        yield piece


def read_event(name: bytes, data: bytes) -> Heard:
    """A deletion says the bare id, all others a JSON object."""
    told = name.decode("utf-8", "replace")
    if told == DELETE:
        return Heard(told, data.decode("utf-8", "replace").strip())
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return Heard(told)
    fields = Fields(said if isinstance(said, dict) else {})
    return Heard(told, fields.text("id"), fields.inner("account").text("id"))


class _Lines:
    """Cuts the stream into events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

    def __init__(self) -> None:
        self._rest = b""
        self._name = b""
        self._data = b""

    def events(self, piece: bytes) -> list[Heard]:
        """The events that end in this piece. A line without an end is dropped when it grows too long."""
        *lines, rest = (self._rest + piece).split(b"\n")
        self._rest = rest if len(rest) <= _LONGEST_LINE else b""
        return [read_event(*event) for line in lines if (event := self._take(line.rstrip(b"\r")))]

    def _take(self, line: bytes) -> tuple[bytes, bytes] | None:
        if not line:
            event, self._name, self._data = (self._name, self._data), b"", b""
            return event if event[0] else None
        field, _colon, value = line.partition(b":")
        if field == b"event":
            self._name = value.strip()
        elif field == b"data":
            self._data = value.removeprefix(b" ")
        return None
