"""The workspaces that are measured: a seeded community, taken in by our own ingest, kept and used again."""

from __future__ import annotations

import hashlib
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from inbox_app.contract.remote import Event, MessageSeen
from inbox_app.domain.ids import AccountId
from inbox_app.events import Bus
from inbox_app.ingest.ingest import MOST_EVENTS, ingest
from inbox_app.paths import WorkspaceAddress, resolve_workspace
from inbox_app.storage import accounts
from inbox_app.storage.opening import open_database
from inbox_app.storage.schema import metadata
from inbox_app.storage.search_index import SQLITE_OBJECTS
from inbox_app.storage.store import wall_clock
from inbox_app.storage.transaction import Tx
from inbox_app.storage.writer import Writer
from tests.bench import community
from tests.bench.community import CHANNELS, US, Community

CACHE = Path.home() / ".cache" / "portavoce-bench"
LATER = 10_000
"""How many messages the community still has to tell when the corpus is made."""

Told = tuple[int, MessageSeen]
Batch = tuple[AccountId, Sequence[Event]]


@dataclass(frozen=True, slots=True)
class Corpus:
    """One workspace with so many messages."""

    folder: Path
    messages: int
    later: int
    """How many more can be asked of `news`."""

    @property
    def address(self) -> WorkspaceAddress:
        """Where it is opened."""
        return resolve_workspace(str(self.folder))

    def copy(self, folder: Path) -> Corpus:
        """A copy to write to."""
        shutil.copytree(self.folder, folder)
        return Corpus(folder, self.messages, self.later)

    def news(self) -> Iterator[Told]:
        """What the community tells after this."""
        return islice(Community(self.messages, more=self.later).tell(), self.messages, None)


def prepare(messages: int, *, later: int = LATER, cache: Path = CACHE) -> Corpus:
    """The corpus of this size: the one that is there, if tables and community are what they were, or a new one."""
    folder = cache / f"corpus-{messages}-{later}-{_fingerprint()}"
    if not folder.exists():
        _build(folder.with_name(folder.name + ".new"), messages, later).rename(folder)
    return Corpus(folder, messages, later)


def open_writer(address: WorkspaceAddress, *, create: bool = False) -> Writer:
    """The one that commits, without its thread: a measurement needs no other."""
    return Writer(open_database(address, create=create, now=wall_clock()), Bus(), wall_clock)


def open_reader(corpus: Corpus) -> Connection:
    """A connection as the store's readers have it."""
    return open_database(corpus.address, create=False, now=0).connect_reader()


def batches(home: Sequence[AccountId], told: Iterable[Told]) -> Iterator[Batch]:
    """What is told, as it comes in: per account, at most as much as one transaction takes."""
    waiting: defaultdict[int, list[Event]] = defaultdict(list)
    for channel, event in told:
        waiting[channel].append(event)
        if len(waiting[channel]) == MOST_EVENTS:
            yield home[channel], waiting.pop(channel)
    for channel, rest in waiting.items():
        yield home[channel], rest


def take_in(writer: Writer, coming: Iterable[Batch]) -> None:
    """Ingest, a transaction for each batch."""
    for account, events in coming:
        writer.run(partial(ingest, account=account, events=events))


def home(writer: Writer) -> list[AccountId]:
    """The accounts, in the order of the channels' numbers."""
    known = {account.channel: account.id for account in writer.run(lambda tx: accounts.every(tx.conn))}
    return [known[f"channel{number}"] for number in range(CHANNELS)]


def _build(folder: Path, messages: int, later: int) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    writer = open_writer(resolve_workspace(str(folder)), create=True)
    writer.run(_connect)
    take_in(writer, batches(home(writer), islice(Community(messages, more=later).tell(), messages)))
    writer.close()
    return folder


def _connect(tx: Tx) -> None:
    for number in range(CHANNELS):
        accounts.add(tx, f"channel{number}", accounts.OurselvesThere(US.remote_id, US.handle, US.name), {})


def _fingerprint() -> str:
    dialect = sqlite.dialect()
    told = [Path(community.__file__).read_text("utf-8"), *SQLITE_OBJECTS]
    for table in metadata.sorted_tables:
        told.append(str(CreateTable(table).compile(dialect=dialect)))
        told += sorted(f"{CreateIndex(index).compile(dialect=dialect)} {index.info}" for index in table.indexes)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]
