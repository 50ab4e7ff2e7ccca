"""A network that fails on demand: a TCP proxy between a client and a test server, switchable while it runs.

It has a thread of its own, so that blocking and async tests can use it alike. With a certificate it speaks TLS to the
client and plain text to the server, which is how any server can show a bad certificate.
"""

import asyncio
import socket
import ssl
import struct
from dataclasses import dataclass, field
from enum import Enum

from tests.servers.background import BackgroundLoop
from tests.servers.programs import LOOPBACK, free_port

_CHUNK = 16 * 1024

# Linger for no time at all: closing then sends a reset, and what was not sent yet is thrown away.
_RESET = struct.pack("ii", 1, 0)


class Direction(Enum):
    TO_SERVER = "to the server"
    TO_CLIENT = "to the client"


@dataclass(eq=False, slots=True)
class _Connection:
    client: asyncio.StreamWriter
    server: asyncio.StreamWriter

    def reset(self) -> None:
        for writer in (self.client, self.server):
            raw = writer.get_extra_info("socket")
            if raw.fileno() >= 0:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()


@dataclass(slots=True)
class _Weather:
    """How the network is now."""

    latency: float = 0.0
    bytes_per_second: float | None = None
    left_until_cut: dict[Direction, int] = field(default_factory=dict)


class FaultProxy:
    """Listens on `port` and passes everything on to the server's port, as well as it is told to."""

    host = LOOPBACK

    def __init__(self, server_port: int, tls: ssl.SSLContext | None = None) -> None:
        self.port = free_port()
        self._server_port = server_port
        self._tls = tls
        self._weather = _Weather()
        self._connections: set[_Connection] = set()
        self._listener: asyncio.Server | None = None
        self._background = BackgroundLoop("fault-proxy")
        self._flowing = self._background.run(_new_open_gate())
        self._background.run(self._open())

    @property
    def connections(self) -> int:
        """How many connections pass through it now."""
        return len(self._connections)

    def delay(self, seconds: float) -> None:
        """Let each piece of data take this much longer, in both directions."""
        self._weather.latency = seconds

    def throttle(self, bytes_per_second: float) -> None:
        """Let no more than this through, in each direction of each connection."""
        self._weather.bytes_per_second = bytes_per_second

    def cut_after(self, count: int, direction: Direction) -> None:
        """Let the next `count` bytes in this direction through, then reset the connection; once."""
        self._weather.left_until_cut[direction] = count

    def reset_connections(self) -> None:
        """Reset every connection there is; new ones may be made."""
        self._background.run(self._reset_all())

    def swallow(self) -> None:
        """Be a black hole: connections stay open and can be made, and nothing passes any more."""
        self._background.run(self._close_gate())

    def down(self) -> None:
        """Take the network away: connections are reset and new ones refused, until `up`."""
        self._background.run(self._close())

    def up(self) -> None:
        """Bring the network back, on the same port."""
        self._background.run(self._open())

    def heal(self) -> None:
        """End every fault; what a black hole holds back passes now."""
        self._weather = _Weather()
        self._background.run(self._open_gate())
        self._background.run(self._open())

    def stop(self) -> None:
        """End the proxy for good."""
        self._background.run(self._close())
        self._background.stop()

    async def _open(self) -> None:
        if self._listener is None:
            self._listener = await asyncio.start_server(self._serve, self.host, self.port, ssl=self._tls)

    async def _close(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        await self._reset_all()

    async def _reset_all(self) -> None:
        for connection in self._connections:
            connection.reset()

    async def _open_gate(self) -> None:
        self._flowing.set()

    async def _close_gate(self) -> None:
        self._flowing.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            from_server, to_server = await asyncio.open_connection(self.host, self._server_port)
        except OSError:
            writer.transport.abort()
            return
        connection = _Connection(writer, to_server)
        self._connections.add(connection)
        try:
            await asyncio.gather(
                self._pass_on(reader, to_server, connection, Direction.TO_SERVER),
                self._pass_on(from_server, writer, connection, Direction.TO_CLIENT),
            )
        except OSError:
            connection.reset()
        finally:
            self._connections.discard(connection)

    async def _pass_on(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        connection: _Connection,
        direction: Direction,
    ) -> None:
        while data := await reader.read(_CHUNK):
            await self._hold_back(len(data))
            allowed = self._allowed(len(data), direction)
            writer.write(data[:allowed])
            await writer.drain()
            if allowed < len(data):
                connection.reset()
                return
        writer.close()

    async def _hold_back(self, size: int) -> None:
        weather = self._weather
        seconds = weather.latency
        if weather.bytes_per_second is not None:
            seconds += size / weather.bytes_per_second
        if seconds:
            await asyncio.sleep(seconds)
        await self._flowing.wait()

    def _allowed(self, size: int, direction: Direction) -> int:
        left = self._weather.left_until_cut.get(direction)
        if left is None:
            return size
        if size > left:
            del self._weather.left_until_cut[direction]
            return left
        self._weather.left_until_cut[direction] = left - size
        return size


async def _new_open_gate() -> asyncio.Event:
    gate = asyncio.Event()
    gate.set()
    return gate
