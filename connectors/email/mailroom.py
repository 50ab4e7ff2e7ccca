"""The account's one IMAP connection for everything but waiting: opened when needed, dropped when in doubt."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from time import monotonic
from typing import TypeVar

from connectors.email.access import Access, Credential, let_in
from connectors.email.client import Session
from connectors.email.failures import CommandRefused, explain
from connectors.email.folders import Plan, plan_folders
from connectors.email.line import Note
from connectors.email.settings import MailSettings
from inbox_app.contract.connector import Blocking, Report
from inbox_app.contract.errors import ConnectorError, Offline
from inbox_app.contract.login import CheckState, CheckStep
from inbox_app.contract.texts import _

T = TypeVar("T")

OPEN_SECONDS = 60.0


def silent(_: CheckStep) -> None:
    """A note that nobody reads."""


def from_thread(report: Report) -> Note:
    """A report that may be called from the thread that blocks; the steps arrive in their order."""
    loop = asyncio.get_running_loop()

    def note(step: CheckStep) -> None:
        loop.call_soon_threadsafe(report, step)

    return note


class Mailroom:
    """Lends the session to one task at a time; whatever fails in it costs only the connection."""

    def __init__(self, settings: MailSettings, access: Access, trust: ssl.SSLContext, blocking: Blocking) -> None:
        self._settings = settings
        self._access = access
        self._trust = trust
        self._blocking = blocking
        self._lock = asyncio.Lock()
        self._session: Session | None = None
        self._plan: Plan | None = None

    async def open(self, note: Note = silent) -> Plan:
        """Sign in anew and look at the folders, each step noted."""
        async with self._lock:
            await self._drop()
            return await self._open(note)

    async def work(self, call: Callable[[Session, Plan], T]) -> T:
        """Run `call` with the session in the thread that blocks, signing in first where needed."""
        async with self._lock, self._dropped_on_failure():
            plan = self._plan if self._session else None
            plan = plan or await self._open(silent)
            session = self._session
            assert session is not None  # noqa: S101 - just opened
            return await self._in_time(session, lambda: call(session, plan))

    @property
    def ours(self) -> frozenset[str]:
        """The folders that only we fill, as far as they are known."""
        return self._plan.ours if self._plan else frozenset()

    async def close(self) -> None:
        """Hang up; may be called at any time."""
        await self._drop()

    async def _open(self, note: Note) -> Plan:
        session = self._session = await let_in(self._access, partial(self._sign_in, note))
        async with self._dropped_on_failure():
            name = _("Look at the folders")
            note(CheckStep(name, CheckState.RUNNING))
            try:
                listed = await self._in_time(session, session.folders)
                plan = plan_folders(listed, self._settings.folders)
                await self._in_time(session, lambda: session.open_folder(plan.followed[0]))
            except ConnectorError as error:
                note(CheckStep(name, CheckState.FAILED, str(error)))
                raise
            note(CheckStep(name, CheckState.PASSED, ", ".join(plan.followed)))
        self._plan = plan
        return plan

    async def _sign_in(self, note: Note, credential: Credential) -> Session:
        given_up = threading.Event()

        def sign_in() -> Session:
            session = Session.open(self._settings.imap, credential, self._trust, note)
            if given_up.is_set():
                session.abort()
            return session

        try:
            return await _in_time_or(self._blocking(sign_in), OPEN_SECONDS, self._late())
        except BaseException:
            given_up.set()
            raise

    async def _in_time(self, session: Session, call: Callable[[], T]) -> T:
        """Wait for `call` as long as each of its commands ends in its own time."""

        def talk() -> T:
            with session.in_use():
                return call()

        session.start_clock()
        talking = asyncio.ensure_future(self._blocking(talk))
        try:
            while not talking.done():
                left = session.due_at - monotonic()
                if left <= 0:
                    raise self._late()
                await asyncio.wait({talking}, timeout=left)
            return talking.result()
        finally:
            talking.cancel()

    def _late(self) -> Offline:
        return explain(TimeoutError(), self._settings.imap)

    @asynccontextmanager
    async def _dropped_on_failure(self) -> AsyncIterator[None]:
        """Only a plain refusal leaves a session that can be used again."""
        try:
            yield
        except CommandRefused:
            raise
        except BaseException:
            self._abort()
            raise

    def _abort(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.abort()

    async def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(2):
                    await self._blocking(session.close)
            session.abort()


async def _in_time_or(awaited: Awaitable[T], seconds: float, late: Offline) -> T:
    try:
        async with asyncio.timeout(seconds):
            return await awaited
    except TimeoutError:
        raise late from None
