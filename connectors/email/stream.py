"""Hears from the IMAP server that the inbox changed (IDLE, https://www.rfc-editor.org/rfc/rfc2177).

It waits in a thread of its own: a wait of minutes would hold a place of the bounded executor that short calls need.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import AsyncGenerator
from contextlib import suppress
from functools import partial
from time import monotonic

from connectors.email.access import Access, Credential, let_in
from connectors.email.client import Session
from connectors.email.folders import INBOX
from connectors.email.mailroom import silent
from connectors.email.settings import Server
from inbox_app.contract.errors import ConnectorError

RENEW_SECONDS = 9 * 60.0
"""Servers may hang up after 29 minutes and routers forget a quiet line sooner; renewing also finds out a dead one."""

THREAD_NAME = "mail-idle"


class _Waiter:
    """The thread's side: it waits, and tells the loop what it heard."""

    def __init__(self, server: Server, credential: Credential, trust: ssl.SSLContext) -> None:
        self._server = server
        self._credential = credential
        self._trust = trust
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._stopped = False
        self._opened = asyncio.Event()
        self.news = asyncio.Event()
        self.failure: ConnectorError | None = None

    def start(self) -> None:
        threading.Thread(target=self._run, name=THREAD_NAME, daemon=True).start()

    async def signed_in(self) -> None:
        """Wait until the server let us in. Raises what kept us out."""
        await self._opened.wait()
        if self.failure is not None:
            raise self.failure

    def stop(self) -> None:
        """End the wait at once by breaking the line."""
        with self._lock:
            self._stopped = True
            if self._session is not None:
                self._session.abort()

    def _run(self) -> None:
        try:
            self._listen()
        except ConnectorError as error:
            self.failure = error
            self._tell(self._opened)
            self._tell(self.news)

    def _listen(self) -> None:
        session = Session.open(self._server, self._credential, self._trust, silent)
        with self._lock:
            self._session = session
            stopped = self._stopped
        self._tell(self._opened)
        try:
            with session.in_use():
                if not stopped and session.can_idle:
                    self._idle(session)
        finally:
            session.abort()

    def _idle(self, session: Session) -> None:
        session.open_folder(INBOX)
        while not self._stopped:
            renew_at = monotonic() + RENEW_SECONDS
            session.idle()
            self._tell(self.news)  # what came between the last pull and now was not announced
            while session.idle_check(max(0.0, renew_at - monotonic())):
                self._tell(self.news)
            session.idle_done()

    def _tell(self, event: asyncio.Event) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody listens any more
            self._loop.call_soon_threadsafe(event.set)


async def _start(server: Server, trust: ssl.SSLContext, credential: Credential) -> _Waiter:
    waiter = _Waiter(server, credential, trust)
    waiter.start()
    try:
        await waiter.signed_in()
    except BaseException:
        waiter.stop()
        raise
    return waiter


async def wait_for_news(server: Server, access: Access, trust: ssl.SSLContext) -> AsyncGenerator[None, None]:
    """Yields once when it listens and at each change. Raises when the line breaks.

    Where the server cannot announce anything it yields nothing, for ever: the timed pulls do the work.
    """
    waiter = await let_in(access, partial(_start, server, trust))
    try:
        while True:
            await waiter.news.wait()
            waiter.news.clear()
            if waiter.failure is not None:
                raise waiter.failure
            yield
    finally:
        waiter.stop()
