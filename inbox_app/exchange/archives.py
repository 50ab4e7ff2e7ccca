"""The way in for archives: which channel reads a format, and a worker process of its own for what is in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from inbox_app.content.worker import Worker
from inbox_app.contract.archive import Archive, Survey
from inbox_app.contract.connector import Host, ReadsArchive
from inbox_app.contract.manifest import Manifest, reader_of
from inbox_app.exchange.importing import Imported, Preview, Progress, Wish, look_through, take_in
from inbox_app.storage.store import Store


class Archives:
    """Reads archives into one workspace; `lend` gives a channel what it may use without an account.

    Every method raises:
        WrongUse: no channel reads this format.
        NoArchive: there is no such archive at the path.
    """

    def __init__(self, store: Store, catalogue: Mapping[str, Manifest], lend: Callable[[Manifest], Host]) -> None:
        self._store = store
        self._catalogue = catalogue
        self._lend = lend

    async def survey(self, kind: str, path: Path) -> Survey:
        """What an archive is and whose it seems to be."""
        async with self._reader(kind, path) as (_channel, archive):
            return await archive.survey()

    async def look_through(self, wish: Wish, report: Callable[[Progress], None]) -> Preview:
        """What an import would bring; nothing is kept."""
        async with self._reader(wish.kind, wish.path) as (channel, archive):
            return await look_through(self._store, channel, archive, wish, report)

    async def take_in(self, wish: Wish, report: Callable[[Progress], None]) -> Imported:
        """Take an archive in as an account of its own; cancelled or killed, it goes on the next time."""
        async with self._reader(wish.kind, wish.path) as (channel, archive):
            return await take_in(self._store, channel, archive, wish, report)

    @asynccontextmanager
    async def _reader(self, kind: str, path: Path) -> AsyncIterator[tuple[str, Archive]]:
        """The archive, with a worker process of its own: a person's click must not wait behind a thousand mails."""
        manifest = reader_of(self._catalogue, kind)
        loaded = await asyncio.to_thread(manifest.load)
        if not issubclass(loaded, ReadsArchive):
            raise TypeError(f"{manifest.key} declares formats that it does not read")
        worker = Worker()
        try:
            yield manifest.key, loaded.open_archive(replace(self._lend(manifest), content=worker), kind, path)
        finally:
            await worker.close()
