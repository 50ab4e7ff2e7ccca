"""The door on this computer through which the browser brings its one answer.

https://www.rfc-editor.org/rfc/rfc8252#section-7.3
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Self, TypeVar

from connectors.shared.oauth2.page import render_failure, render_nothing, render_success
from connectors.shared.oauth2.service import THIS_COMPUTER
from inbox_app.contract.errors import ConnectorError, SignInNeeded
from inbox_app.contract.texts import _

T = TypeVar("T")

WAIT_SECONDS = 600.0
"""How long a person may take in the browser."""
_HEAD_BYTES = 16 * 1024
_HEAD_SECONDS = 10.0
_PATH = "/"


class Loopback:
    """Listens on a port of its own until one request came to its address, the time is over, or it is closed.

    A browser may ask for other things besides (an icon); they get nothing and do not count.
    """

    def __init__(self, named: str) -> None:
        self.port = 0
        self._named = named
        self._server: asyncio.Server | None = None
        self._undecided: set[asyncio.StreamWriter] = set()
        self._query: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._page: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    @classmethod
    async def open(cls, named: str = THIS_COMPUTER) -> Self:
        """Begin to listen, on a port that the system chooses; `named` is the host in the redirect's address."""
        door = cls(named)
        door._server = await asyncio.start_server(door._receive, THIS_COMPUTER, 0, limit=_HEAD_BYTES)
        door.port = door._server.sockets[0].getsockname()[1]
        return door

    @property
    def redirect_uri(self) -> str:
        """Where the service sends the browser, spelled as services have it registered: without a path."""
        return f"http://{self._named}:{self.port}"

    async def take(self, read: Callable[[str], T], seconds: float = WAIT_SECONDS) -> T:
        """What `read` makes of the one request's query; the browser is told how it went. Call it once.

        Raises:
            SignInNeeded: nobody came in time; or what `read` raises.
        """
        try:
            async with asyncio.timeout(seconds):
                query = await self._query
            answer = read(query)
        except TimeoutError:
            await self.close()
            raise SignInNeeded(
                _("No answer came from the browser within {minutes} minutes. Start the sign-in again.").format(
                    minutes=max(1, round(seconds / 60))
                )
            ) from None
        except ConnectorError as failed:
            self._tell(render_failure(str(failed)))
            raise
        self._tell(render_success())
        return answer

    async def close(self) -> None:
        """Stop listening; may be called at any time, also twice. Whoever waits for the page is told."""
        self._stop_listening()
        self._query.cancel()
        self._page.cancel()

    def _stop_listening(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for visitor in self._undecided:
            visitor.close()

    def _tell(self, page: bytes) -> None:
        if not self._page.done():
            self._page.set_result(page)

    async def _receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._undecided.add(writer)
        try:
            async with asyncio.timeout(_HEAD_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
            self._undecided.discard(writer)
            writer.write(await self._answer(head))
            await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # whoever it was, it was not a browser with an answer
        finally:
            self._undecided.discard(writer)
            writer.close()

    async def _answer(self, head: bytes) -> bytes:
        method, _space, rest = head.split(b"\r\n", 1)[0].decode("latin-1").partition(" ")
        path, _mark, query = rest.partition(" ")[0].partition("?")
        if method != "GET" or path != _PATH or self._query.done():
            return render_nothing()
        self._query.set_result(query)
        self._stop_listening()
        await asyncio.wait([self._page])
        return render_failure(_("The sign-in was given up.")) if self._page.cancelled() else self._page.result()
