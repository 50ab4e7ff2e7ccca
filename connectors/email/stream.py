"""Hears from the IMAP server that the inbox changed (IDLE, https://www.rfc-editor.org/rfc/rfc2177).

It waits in a thread of its own: a wait of minutes would hold a place of the bounded executor that short calls need.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import AsyncGenerator
from contextlib import suppress
from time import monotonic

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

    def __init__(self, server: Server, password: str, trust: ssl.SSLContext) -> None:
        self._server = server
        self._password = password
        self._trust = trust
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._stopped = False
        self.news = asyncio.Event()
        self.failure: ConnectorError | None = None

    def start(self) -> None:
        threading.Thread(target=self._run, name=THREAD_NAME, daemon=True).start()

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
            self._tell()

    def _listen(self) -> None:
        session = Session.open(self._server, self._password, self._trust, silent)
        with self._lock:
            self._session = session
            stopped = self._stopped
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
            self._tell()  # what came between the last pull and now was not announced
            while session.idle_check(max(0.0, renew_at - monotonic())):
                self._tell()
            session.idle_done()

    def _tell(self) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody listens any more
            self._loop.call_soon_threadsafe(self.news.set)


async def wait_for_news(server: Server, password: str, trust: ssl.SSLContext) -> AsyncGenerator[None, None]:
    """Yields once when it listens and at each change. Raises when the line breaks.

    Where the server cannot announce anything it yields nothing, for ever: the timed pulls do the work.
    """
    waiter = _Waiter(server, password, trust)
    waiter.start()
    try:
        while True:
            await waiter.news.wait()
            waiter.news.clear()
            if waiter.failure is not None:
                raise waiter.failure
            yield
    finally:
        waiter.stop()
