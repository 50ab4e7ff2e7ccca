"""Our own export back in: every id as it was, into an empty workspace or beside what is there; twice adds nothing.

The export is checked first, file by file, against its manifest. Then it comes in kind by kind, a batch a transaction:
an import that was interrupted is simply done again.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from inbox_app.contract.archive import Survey
from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import ConversationId
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.speaking_dates import date_in
from inbox_app.exchange.exporting import VERSION
from inbox_app.exchange.extents import Say, held_in
from inbox_app.exchange.importing import Preview, Progress
from inbox_app.exchange.json_export import FILES, file_path
from inbox_app.exchange.target import MANIFEST, MARK
from inbox_app.i18n import _, current_language, ngettext
from inbox_app.storage.erasing import anonymised, erase_suppressed
from inbox_app.storage.exporting import taking_in
from inbox_app.storage.exporting.records import KINDS, Kind
from inbox_app.storage.exporting.taking_in import LookingThrough, TakingIn
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from inbox_app.storage.workspace import begin_coming_in, end_coming_in

KEY = "json"
"""The format that is no channel's: our own export."""
T = TypeVar("T")
_BATCH = 200
_LONGEST = 256 << 20
"""Bytes of one record: more than any message may have."""
_NAMES = re.compile(r"[a-z_]+\.json|files/[0-9a-f]{2}/[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an import: how much the export holds, and how many messages were not here before."""

    messages: int
    conversations: int
    added: int


def taken_sentence(taken: Taken, say: Say = str) -> str:
    """What became of an import."""
    added = ngettext("{count} new message", "{count} new messages", taken.added).format(count=say(taken.added))
    held = held_in(taken.messages, taken.conversations, say)
    return _("The export holds {held}: {added}.").format(held=held, added=added)


class NoExport(Refused):
    """What was named is no export that can be read in; the sentence says why."""

    code = "no_export"


async def survey(folder: Path, say: Say = str) -> Survey:
    """What lies there, as its manifest tells it.

    Raises:
        NoExport: no export, or one that was made by a later version.
    """
    bundle = await asyncio.to_thread(_open, folder)
    told = _("The export of “{workspace}”, made on {day}: {held}")
    sentence = told.format(
        workspace=bundle.workspace,
        day=date_in(bundle.made_at.astimezone().date(), current_language()),
        held=held_in(bundle.counts.get("messages", 0), bundle.counts.get("conversations", 0), say),
    )
    return Survey(sentence, 2 * bundle.size)


async def look_through(store: Store, folder: Path, report: Callable[[Progress], None]) -> Preview:
    """Check an export and say how much of it is new here; nothing is kept.

    Raises:
        NoExport: as `take_in` says.
    """
    importing = _Import(store, await asyncio.to_thread(_open, folder), report)
    await importing.check()
    return await importing.look_through()


async def take_in(store: Store, folder: Path, report: Callable[[Progress], None]) -> Taken:
    """Bring an export in, and say how much was new.

    Raises:
        NoExport: there is none, it was made by a later version, or a file of it is damaged; nothing was changed.
        Refused: a record in it means nothing; what came before it was kept. Or another one is coming in.
    """
    bundle = await asyncio.to_thread(_open, folder)
    importing = _Import(store, bundle, report)
    await importing.check()
    async with store.coming_in() as alone:
        if not alone:
            raise Refused(
                _("Another export is coming in just now. Wait until that is done, then import this one."), code="busy"
            )
        return await importing.run()


@dataclass(frozen=True, slots=True)
class _Bundle:
    """An export on the disk, as its manifest describes it."""

    folder: Path
    workspace: str
    made_at: datetime
    complete: bool
    counts: Mapping[str, int]
    files: Mapping[str, tuple[int, str]]
    """Length and SHA-256 by path."""

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(size for size, _digest in self.files.values())


class _Import:
    """One import of one export."""

    def __init__(self, store: Store, bundle: _Bundle, report: Callable[[Progress], None]) -> None:
        self._store = store
        self._bundle = bundle
        self._report = report
        # Every byte is read twice: to be checked, and to come in.
        self._size = 2 * bundle.size
        self._done = 0
        self._added = 0

    async def check(self) -> None:
        """Compare every file with the manifest. Raises `NoExport`."""
        for path, (size, digest) in self._bundle.files.items():
            if await asyncio.to_thread(_hash, self._bundle.folder / path) != (size, digest):
                raise NoExport(
                    _("{file} is missing or was changed since the export was made. Nothing was imported.").format(
                        file=self._bundle.folder / path
                    )
                )
            self._step(size)

    async def run(self) -> Taken:
        """Files first, then the records in an order in which what is referred to comes before.

        Stopped, what came in by then is counted as it is, and nobody who was erased is in it.
        """
        empty = await self._store.read(taking_in.is_empty)
        was_killed, nameless = await self._store.write(begin_coming_in), await self._store.read(anonymised)
        into = TakingIn(into_empty=empty, after_killed=was_killed, nameless=nameless)
        is_whole = False
        try:
            await self._take_files()
            for kind in KINDS:
                if kind.name == "conversations" and not empty:
                    await self._meet(into)
                await self._take_kind(into, kind)
            is_whole = empty and self._bundle.complete
        finally:
            if not is_whole:
                await self._recount(into)
            gone = await self._store.write(erase_suppressed)
            self._added = max(self._added - gone.messages, 0)
            await self._store.write(partial(self._store.blobs.remove, digests=gone.files))
            await self._store.write(end_coming_in)
        counts = self._bundle.counts
        return Taken(counts.get("messages", 0), counts.get("conversations", 0), self._added)

    async def look_through(self) -> Preview:
        """Count the messages that are not here yet."""
        looking, messages = LookingThrough(), 0
        async for batch in self._records("accounts"):
            await self._store.read(partial(looking.meet_accounts, records=batch))
        async for batch in self._records("messages"):
            self._added += await self._store.read(partial(looking.count_new, records=batch))
            messages += len(batch)
            self._step(0)
        self._step(self._bundle.size)
        return Preview(messages, self._added, (), 0)

    async def _take_files(self) -> None:
        digests = [path.rpartition("/")[2] for path in self._bundle.files if path.startswith(f"{FILES}/")]
        for batch in _batches(iter(digests)):
            missing = await self._store.read(partial(taking_in.missing_files, digests=batch))
            for digest in batch:
                if digest in missing:
                    content = await asyncio.to_thread((self._bundle.folder / file_path(digest)).read_bytes)
                    await self._store.lay_down([content] if not self._store.blobs.in_row(content) else [])
                    await self._store.write(partial(taking_in.keep_files, blobs=self._store.blobs, contents=[content]))
                self._step(self._bundle.files[file_path(digest)][0])

    async def _meet(self, into: TakingIn) -> None:
        async for batch in self._records("threads"):
            await self._store.read(partial(into.meet, threads=batch))

    async def _take_kind(self, into: TakingIn, kind: Kind) -> None:
        async for batch in self._records(kind.name):
            new = await self._store.write(partial(into.take, kind=kind, records=batch))
            self._added += new if kind.name == "messages" else 0
            self._step(0)
        await self._store.write(into.settle)
        self._step(self._bundle.files.get(f"{kind.name}.json", (0, ""))[0])

    async def _recount(self, into: TakingIn) -> None:
        for batch in _batches(iter(sorted(into.touched))):
            await self._store.write(partial(_recount, into=into, wanted=batch))

    async def _records(self, name: str) -> AsyncIterator[Sequence[JsonObject]]:
        if f"{name}.json" in self._bundle.files:
            batches = _batches(_read(self._bundle.folder / f"{name}.json"))
            while (batch := await asyncio.to_thread(next, batches, None)) is not None:
                yield batch

    def _step(self, more: int) -> None:
        self._done += more
        self._report(Progress(self._done, self._size, self._added))


def _recount(tx: Tx, into: TakingIn, wanted: Sequence[ConversationId]) -> None:
    into.recount(tx, wanted)


def _open(folder: Path) -> _Bundle:
    try:
        match json.loads((folder / MANIFEST).read_bytes()):
            case {
                "format": str(mark),
                "kind": "json",
                "version": int(version),
                "workspace": str(workspace),
                "made_at": str(made_at),
                "complete": bool(complete),
                "counts": dict(said),
                "files": list(listed),
            } if mark == MARK:
                files = {str(one["path"]): (int(one["size"]), str(one["sha256"])) for one in listed}
                counts = {str(name): int(count) for name, count in said.items()}
                moment = datetime.fromisoformat(made_at)
            case _:
                raise NoExport(_no_export(folder))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise NoExport(_no_export(folder)) from problem
    if version > VERSION:
        raise NoExport(
            _("{path} was made by a later version of Portavoce. Update Portavoce and import it again.").format(
                path=folder
            )
        )
    if not all(_NAMES.fullmatch(path) for path in files):
        raise NoExport(_no_export(folder))
    return _Bundle(folder, workspace, moment, complete, counts, files)


def _no_export(folder: Path) -> str:
    return _("{path} is no JSON export of Portavoce: name the folder that “portavoce export” made.").format(path=folder)


def _read(path: Path) -> Iterator[JsonObject]:
    """The records of a file, one a line."""
    with path.open("rb") as file:
        while line := file.readline(_LONGEST):
            text = line.strip().removesuffix(b",")
            if text in (b"[", b"]", b"[]", b""):
                continue
            try:
                record = json.loads(text)
            except (ValueError, RecursionError) as problem:
                raise NoExport(_no_export(path)) from problem
            if not isinstance(record, dict):
                raise NoExport(_no_export(path))
            yield record


def _hash(path: Path) -> tuple[int, str] | None:
    try:
        with path.open("rb") as file:
            return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _batches(records: Iterator[T]) -> Iterator[list[T]]:
    while batch := list(islice(records, _BATCH)):
        yield batch
