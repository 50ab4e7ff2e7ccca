"""An HTTP gateway before a test server: writes down every request and answer, and makes the server an odd one.

Rules change or answer a request before the server sees it, or change or drop its answer when it was carried out
already. It has a thread of its own, so that blocking and async tests can use it alike.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from tests.servers.background import BackgroundLoop
from tests.servers.programs import LOOPBACK, free_port

_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


@dataclass(frozen=True)
class Request:
    """What a client asked."""

    method: str
    target: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes = b""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)


@dataclass(frozen=True)
class Response:
    """What the server answered; `body` is empty for a stream, which is passed on as it comes."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


Before = Callable[[Request], Request | Response]
"""Gives the request to pass on, or the answer without asking the server."""
After = Callable[[Request, Response], Response | None]
"""Gives the answer to pass on; None cuts the line, so that the client never learns what became of it."""


class Gateway:
    """Listens on `port` and asks the server behind it."""

    host = LOOPBACK

    def __init__(self, server_port: int) -> None:
        self.port = free_port()
        self.before: list[Before] = []
        self.after: list[After] = []
        self.seen: list[tuple[Request, Response]] = []
        self.refused = 0
        """How many requests a rule answered instead of the server."""
        self._server_port = server_port
        self._listener: asyncio.Server | None = None
        self._lines: set[asyncio.StreamWriter] = set()
        self._background = BackgroundLoop("gateway")
        self.up()

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def up(self) -> None:
        """Answer (again)."""
        self._background.run(self._open())

    def down(self) -> None:
        """Refuse and cut every connection."""
        self._background.run(self._close())

    def stop(self) -> None:
        """End for good."""
        self.down()
        self._background.stop()

    async def _open(self) -> None:
        if self._listener is None:
            self._listener = await asyncio.start_server(self._talk, LOOPBACK, self.port)

    async def _close(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()
        for line in self._lines:
            line.transport.abort()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._lines.add(writer)
        with suppress(OSError, asyncio.IncompleteReadError):
            while (request := await _read_request(reader)) is not None:
                if not await self._answer(request, writer):
                    break
        self._lines.discard(writer)
        writer.transport.abort()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        for rule in tuple(self.before):
            changed = rule(request)
            if isinstance(changed, Response):
                self.refused += 1
                await _write(writer, changed)
                return True
            request = changed
        response: Response | None = await self._ask(request, writer)
        if response is None:
            return False
        self.seen.append((request, response))
        for after in tuple(self.after):
            response = after(request, response)
            if response is None:
                return False
        await _write(writer, response)
        return True

    async def _ask(self, request: Request, writer: asyncio.StreamWriter) -> Response | None:
        """The server's answer; None where it is a stream, which was passed on until its end."""
        server_reader, server = await asyncio.open_connection(LOOPBACK, self._server_port)
        self._lines.add(server)
        try:
            server.write(_head(request))
            await server.drain()
            status, headers, raw = await _read_head(server_reader)
            if "event-stream" in headers.get("content-type", ""):
                writer.write(raw)
                await _pass_on(server_reader, writer)
                return None
            body = await _read_body(server_reader, headers)
            return Response(status, headers, body)
        finally:
            self._lines.discard(server)
            server.transport.abort()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(16_384):
        writer.write(piece)
        await writer.drain()


async def _read_request(reader: asyncio.StreamReader) -> Request | None:
    first = await reader.readline()
    if not first.strip():
        return None
    method, target, _version = first.decode("latin-1").split()
    headers = await _read_headers(reader)
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, target, headers, body)


async def _read_headers(reader: asyncio.StreamReader) -> dict[str, str]:
    headers: dict[str, str] = {}
    while line := (await reader.readline()).decode("latin-1").strip():
        name, _colon, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return headers


async def _read_head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    raw = await reader.readuntil(b"\r\n\r\n")
    first, *lines = raw.decode("latin-1").strip().split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return int(first.split()[1]), {name.lower(): value.strip() for name, _colon, value in pairs}, raw


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "") != "chunked":
        return await reader.read(-1)
    pieces = []
    while size := int((await reader.readline()).strip() or b"0", 16):
        pieces.append(await reader.readexactly(size))
        await reader.readline()
    return b"".join(pieces)


def _head(request: Request) -> bytes:
    kept = {name: value for name, value in request.headers.items() if name not in _HOP_BY_HOP}
    lines = [f"{request.method} {request.target} HTTP/1.1", *(f"{name}: {value}" for name, value in kept.items())]
    ending = ["connection: close", f"content-length: {len(request.body)}", "", ""]
    return "\r\n".join([*lines, *ending]).encode("latin-1") + request.body


async def _write(writer: asyncio.StreamWriter, response: Response) -> None:
    kept = {name: value for name, value in response.headers.items() if name not in _HOP_BY_HOP}
    lines = [f"HTTP/1.1 {response.status} -", *(f"{name}: {value}" for name, value in kept.items())]
    head = "\r\n".join([*lines, f"content-length: {len(response.body)}", "", ""]).encode("latin-1")
    writer.write(head + response.body)
    await writer.drain()
