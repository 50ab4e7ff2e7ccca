"""Reading an archive: what a service's data download, or another program's files, tell offline.

An archive becomes an account of its own that is never signed in and never synced. A reader gives batches, each with the
cursor behind it; the program commits both in one transaction, so that whatever kills it, the next run goes on from
there. A reader keeps these promises, which the shared tests of `tests/contract` hold it to:

- memory stays flat, however large the archive is, and a batch is as small as one transaction (`MOST_EVENTS`);
- the same archive gives the same events, with the same remote ids: read twice, nothing is added;
- a cursor that does not suit what lies at the path (any more) is passed over, and reading starts at the beginning;
- nothing vanishes: what cannot be parsed comes as a message that keeps its bytes and says so, or as `Skipped`;
- every message is `history`, and says by its direction whether one of `own` wrote it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from enum import StrEnum

from inbox_app.contract.errors import ConnectorError
from inbox_app.contract.remote import Event
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.i18n import LazyText

MOST_EVENTS = 200
"""Events of one batch, which is one transaction."""


class Shape(StrEnum):
    """What a person chooses to be imported."""

    FILE = "file"
    FOLDER = "folder"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class ArchiveFormat:
    """One format that a channel's reader knows; `key` is what the command calls it, one word for all channels."""

    key: str
    name: LazyText
    shape: Shape


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in an archive that did not become a message: where, and why in a sentence."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Survey:
    """A first look at an archive. `own` are the handles that probably mean us, guessed from a sample.

    `size` is what `ArchiveBatch.done` grows to, in whatever unit the reader counts.
    """

    what: str
    size: int
    own: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ArchiveBatch:
    """At most `MOST_EVENTS` events in the archive's own order, what was skipped among them, and the cursor behind."""

    events: tuple[Event, ...]
    cursor: JsonObject
    skipped: tuple[Skipped, ...] = ()
    done: int = 0


class NoArchive(ConnectorError):
    """There is nothing at the path that the format describes; the sentence says what to choose instead."""

    code = "no_archive"


class Archive(ABC):
    """An archive at one path, opened by `ReadsArchive.open_archive`. May be read several times, not at once."""

    @abstractmethod
    async def survey(self) -> Survey:
        """What it is and whose it seems to be; quick, whatever the size. Raises `NoArchive`."""

    @abstractmethod
    def read(self, cursor: JsonObject | None, own: frozenset[str]) -> AsyncGenerator[ArchiveBatch, None]:
        """Everything behind the cursor; `own` are the handles that mean us. Close it when you stop early.

        Raises `NoArchive`, also in the middle where the medium fails: what came before it stays.
        """
