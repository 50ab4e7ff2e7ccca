"""One opened workspace database: one thread writes, a few read, and every commit is told on the bus.

Functions given to `write` and `read` are plain module functions; they run in a thread of the store, so
they touch nothing but their arguments.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from inbox_app.domain.changes import Changes
from inbox_app.domain.ids import OperationId
from inbox_app.events import Bus
from inbox_app.paths import WorkspaceAddress
from inbox_app.storage import change_log
from inbox_app.storage.blobs import BlobStore, FileBlobs, RowBlobs
from inbox_app.storage.database import Database
from inbox_app.storage.errors import Closed
from inbox_app.storage.opening import open_database
from inbox_app.storage.readers import Readers
from inbox_app.storage.side_by_side import Both
from inbox_app.storage.transaction import Tx
from inbox_app.storage.writer import Writer

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")
Clock = Callable[[], int]
_recorded: ContextVar[dict[OperationId, None] | None] = ContextVar("recorded", default=None)
"""Where the running task gathers the names of what it decides."""


def wall_clock() -> int:
    """Now, in milliseconds since 1970 (UTC)."""
    return time.time_ns() // 1_000_000


class Store:
    """Made by `Store.open`; every method may be awaited under asyncio and under qasync alike."""

    def __init__(
        self,
        address: WorkspaceAddress,
        database: Database,
        bus: Bus,
        clock: Clock,
        thread: ThreadPoolExecutor,
        seen: int,
    ) -> None:
        self.dialect = database.dialect
        is_file = self.dialect == "sqlite"
        self.blobs: BlobStore = FileBlobs(address.attachments, address.key) if is_file else RowBlobs()
        self._database = database
        self._bus = bus
        self._clock = clock
        self._thread = thread
        self._writer = Writer(database, bus, clock)
        self._readers = Readers(database)
        self._seen = seen
        self._watch = ThreadPoolExecutor(1, thread_name_prefix="storage-watch")
        self._stop_watching = threading.Event()
        self._closed = False

    @classmethod
    async def open(
        cls, address: WorkspaceAddress, bus: Bus, *, create: bool = False, clock: Clock = wall_clock
    ) -> Store:
        """Open a workspace; with `create` make it where there is none. Raises `StorageError`s."""
        thread = ThreadPoolExecutor(1, thread_name_prefix="storage-write")
        try:
            database = await _run(thread, partial(open_database, address, create=create, now=clock()))
        except BaseException:
            thread.shutdown(wait=False)
            raise
        store = cls(address, database, bus, clock, thread, 0)
        store._seen = await store.read(change_log.last_seq)
        return store

    async def write(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in one transaction; after its commit publish what it noted, then return its result.

        Whatever it raises leaves nothing behind. Cancelled while it waits, it never runs; once it runs it
        is committed whole or not at all, whoever still waits.
        """
        self._refuse_when_closed()
        result, recorded = await _run(self._thread, partial(self._writer.run, partial(_and_recorded, work)))
        if (gathered := _recorded.get()) is not None:
            gathered.update(dict.fromkeys(recorded))
        return result

    @contextmanager
    def recording(self) -> Iterator[dict[OperationId, None]]:
        """Gathers, in their order, the names of the operations that this task and no other records meanwhile."""
        gathered: dict[OperationId, None] = {}
        token = _recorded.set(gathered)
        try:
            yield gathered
        finally:
            _recorded.reset(token)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on one moment of the database; it cannot change anything."""
        self._refuse_when_closed()
        return await asyncio.wrap_future(self._readers.submit(work))

    async def read_both(self, one: Callable[[Connection], A], other: Callable[[Connection], B]) -> tuple[A, B]:
        """Run both side by side on one moment of the database: for what takes a good part of a second."""
        self._refuse_when_closed()
        both = Both(one, other)
        await asyncio.gather(*(asyncio.wrap_future(self._readers.submit(both.answer)) for _ in range(2)))
        return both.answers

    async def read_aside(self, work: Callable[[Connection], T]) -> T:
        """Like `read`, for what takes minutes: one at a time, beside all other questions.

        It goes on when nobody waits for it any more: what must be able to end early asks for that itself.
        """
        self._refuse_when_closed()
        return await asyncio.wrap_future(self._readers.submit_aside(work))

    async def lay_down(self, contents: Sequence[bytes]) -> Collection[str]:
        """Bring files to the disk before `write` puts them: a batch of mails would hold the writer for seconds."""
        self._refuse_when_closed()
        return await asyncio.to_thread(self.blobs.lay_down, contents) if contents else ()

    def now(self) -> int:
        """This moment, in milliseconds since 1970."""
        return self._clock()

    async def changed_elsewhere(self) -> Changes:
        """What other processes committed since this was last asked. Our own commits are on the bus already."""
        news = await self.read(partial(change_log.read_since, seen=self._seen, origin=self._writer.origin))
        self._seen = max(self._seen, news.seen)
        return news.changes

    async def wait_elsewhere(self, seconds: float) -> None:
        """Return when another process may have committed, or after so many seconds: then ask `changed_elsewhere`."""
        self._refuse_when_closed()
        stop = self._stop_watching
        try:
            await _run(self._watch, partial(self._database.wait, seconds, self._writer.origin, stop))
        except asyncio.CancelledError:
            stop.set()
            self._stop_watching = threading.Event()
            raise

    @property
    def ended_badly(self) -> bool:
        """Whether the last process was killed, or one is at work now: the engine looks it over before it writes."""
        return self._database.ended_badly

    async def look_over(self) -> None:
        """Read the whole database, beside other questions. Raises `Damaged`; then nothing more is written.

        On a new connection: SQLite's check of the full-text index takes for damage whatever was written since the
        connection read the index.
        """
        self._refuse_when_closed()
        if not await asyncio.wrap_future(self._readers.submit_anew(self._database.is_sound)):
            self._database.condemn()
        self.refuse_damaged()

    def refuse_damaged(self) -> None:
        """Raises `Damaged` where this or another process found it damaged."""
        if self._database.is_condemned():
            raise self._database.damage()

    @asynccontextmanager
    async def coming_in(self) -> AsyncIterator[bool]:
        """Held while an export comes in; whether no other process holds it."""
        held = self._database.coming_in()
        alone = await asyncio.to_thread(held.__enter__)
        try:
            yield alone
        finally:
            await asyncio.to_thread(held.__exit__, None, None, None)

    async def scrub(self) -> None:
        """Make certain that what was deleted stands in no file of the database any more."""
        self._refuse_when_closed()
        await _run(self._thread, partial(self._writer.run_alone, self._database.scrub))

    async def backup_to(self, target: Path) -> None:
        """Write a whole, compact copy of this moment into a new private file. Raises `Refused` on PostgreSQL.

        Others write on meanwhile: it has a thread and a connection of its own.
        """
        self._refuse_when_closed()
        self.refuse_damaged()
        await asyncio.to_thread(self._database.copy_to, target)

    async def close(self) -> None:
        """Finish what is queued, then close. Twice is once."""
        if self._closed:
            return
        self._closed = True
        self._stop_watching.set()
        await _run(self._thread, self._close_all)
        self._thread.shutdown(wait=False)

    def _close_all(self) -> None:
        self._watch.shutdown(wait=True, cancel_futures=True)
        self._readers.close()
        self._writer.close()
        self._database.close()

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise Closed(self._database.where)


def _and_recorded(work: Callable[[Tx], T], tx: Tx) -> tuple[T, tuple[OperationId, ...]]:
    return work(tx), tuple(tx.operations)


async def _run(thread: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    return await asyncio.wrap_future(thread.submit(work))
