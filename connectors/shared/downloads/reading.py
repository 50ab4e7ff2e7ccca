"""A download as an archive: batches that fit into a transaction, with a cursor that counts what was told before it.

A cursor is a number and a digest of the files' names, sizes and times. Going on tells everything anew and passes over
what is known: telling is much quicker than storing, and so no format needs a notion of a place in its files.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import IO, ClassVar, Final, TypeVar

from connectors.shared.downloads.tree import Damaged, Tree, open_tree
from inbox_app.content.parsed import Unparsable
from inbox_app.contract.archive import MOST_EVENTS, Archive, ArchiveBatch, NoArchive, Skipped, Survey
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import BadAnswer
from inbox_app.contract.remote import Event, MessageSeen, RemoteAttachment
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject

T = TypeVar("T")
Told = Event | Skipped

LARGEST_FILE: Final = 25 * 2**20
"""A larger file of a message is named and left where it is."""
_LARGEST_TOGETHER: Final = 200 * 2**20
"""Bytes of one message's files, which are in memory together: beyond, files are named and left where they are."""
_BYTES: Final = 32 * 2**20
_WORTH_SAYING: Final = 100_000
"""Bytes of messages from which on it is said how much that is."""
_DAMAGE: Final = (ValueError, KeyError, BadAnswer, OverflowError)


class Telling(ABC):
    """What one format's files tell. Attachments are named by their place in the tree; their bytes are brought later."""

    what: ClassVar[str]
    """The service, as people call it."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    @abstractmethod
    def sources(self) -> tuple[str, ...]:
        """The files that hold messages, in the order in which they are told; empty where it is no such download."""

    @abstractmethod
    def owners(self) -> frozenset[str]:
        """Whose it seems to be, in lower case."""

    @abstractmethod
    def tell(self, source: str, file: IO[bytes], own: frozenset[str]) -> Iterator[Told]:
        """What one file tells, the oldest of each conversation first."""


class Download(Archive):
    """An archive of files that a `Telling` understands."""

    def __init__(self, host: Host, path: Path, understand: Callable[[Tree], Telling]) -> None:
        self._host, self._path, self._understand = host, path, understand

    async def survey(self) -> Survey:
        """How large it is, and whose."""
        return await self._block(self._look)

    async def read(self, cursor: JsonObject | None, own: frozenset[str]) -> AsyncGenerator[ArchiveBatch, None]:
        """Everything behind the cursor."""
        found = _Portions(await self._block(self._open), cursor, frozenset(one.lower() for one in own))
        while (batch := await self._block(found.next)) is not None:
            yield replace(batch, events=tuple([await self._dress(event) for event in batch.events]))

    def _look(self) -> Survey:
        telling = self._open()
        size = _size(telling)
        said = _("{name}: {service}, {size:.1f} MB of messages") if size >= _WORTH_SAYING else _("{name}: {service}")
        return Survey(said.format(name=self._path.name, service=telling.what, size=size / 1e6), size, telling.owners())

    def _open(self) -> Telling:
        telling = self._understand(open_tree(self._path))
        if not telling.sources():
            raise NoArchive(
                _("“{path}” is no download of {service}: none of its message files is in it.").format(
                    path=self._path, service=telling.what
                )
            )
        return telling

    async def _dress(self, event: Event) -> Event:
        """HTML is cleaned as everywhere."""
        if not isinstance(event, MessageSeen) or event.message.html is None:
            return event
        clean = await self._host.content.clean(event.message.html)
        if isinstance(clean, Unparsable):
            return MessageSeen(replace(event.message, html=None))
        return MessageSeen(replace(event.message, html=clean.html, text=event.message.text or clean.text))

    async def _block(self, call: Callable[[], T]) -> T:
        try:
            return await self._host.blocking(call)
        except OSError as problem:
            reason = problem.strerror or type(problem).__name__
            raise NoArchive(_("“{path}” cannot be read: {reason}.").format(path=self._path, reason=reason)) from problem


class _Portions:
    """Batches, one after another."""

    def __init__(self, telling: Telling, cursor: JsonObject | None, own: frozenset[str]) -> None:
        self._telling = telling
        self._size = _size(telling)
        self._proof = _proof(telling)
        self._count = self._done = 0
        self._past = self._behind(cursor)
        self._told = self._tell(own)
        self._waiting: list[Told] = []

    def next(self) -> ArchiveBatch | None:
        """The next batch; None where there is no more."""
        told, size, count, done = self._waiting, _weight(self._waiting), self._count, self._done
        for one in self._told:
            self._count += 1
            if self._count <= self._past:
                continue
            more = self._bring(one)
            if told and (len(told) + len(more) > MOST_EVENTS or size + _weight(more) > _BYTES):
                self._waiting = more
                return self._batch(told, self._count - 1, done)
            told, size, count, done = [*told, *more], size + _weight(more), self._count, self._done
        self._waiting = []
        return self._batch(told, count, self._size) if told else None

    def _batch(self, told: list[Told], count: int, done: int) -> ArchiveBatch:
        events = tuple(one for one in told if not isinstance(one, Skipped))
        skipped = tuple(one for one in told if isinstance(one, Skipped))
        return ArchiveBatch(events, {"told": count, "proof": self._proof}, skipped, min(done, self._size))

    def _behind(self, cursor: JsonObject | None) -> int:
        match cursor:
            case {"told": int(told), "proof": str(proof)} if proof == self._proof and told > 0:
                return told
        return 0

    def _tell(self, own: frozenset[str]) -> Iterator[Told]:
        before = 0
        for source in self._telling.sources():
            try:
                with self._telling.tree.open(source) as file:
                    for one in self._telling.tell(source, file, own):
                        self._done = before + file.tell()
                        yield one
            except _DAMAGE:
                yield Skipped(source, _("The file is damaged: what follows in it cannot be read."))
            before += self._telling.tree.sizes[source]
            self._done = before

    def _bring(self, one: Told) -> list[Told]:
        """A message with the bytes of its files, and what is to be said of those that stay out."""
        if not isinstance(one, MessageSeen) or not one.message.attachments:
            return [one]
        brought, room = list[RemoteAttachment](), _LARGEST_TOGETHER
        for file in one.message.attachments[: MOST_EVENTS // 2]:
            brought.append(self._with_bytes(file) if room > 0 else file)
            room -= len(brought[-1].data or b"")
        why = _("The file of a message is missing, damaged or larger than 25 MB, or its message has too many of them.")
        left = [Skipped(file.remote_id or file.name, why) for file in brought if file.data is None]
        return [MessageSeen(replace(one.message, attachments=tuple(brought))), *left]

    def _with_bytes(self, file: RemoteAttachment) -> RemoteAttachment:
        tree = self._telling.tree
        name = tree.find(file.remote_id)
        if not name or tree.sizes[name] > LARGEST_FILE:
            return file
        try:
            with tree.open(name) as content:
                data = content.read(LARGEST_FILE + 1)
        except Damaged:
            return file
        return replace(file, data=data, size=len(data)) if len(data) <= LARGEST_FILE else file


def _weight(told: list[Told]) -> int:
    files = (file for one in told if isinstance(one, MessageSeen) for file in one.message.attachments)
    return sum(len(file.data or b"") for file in files)


def _size(telling: Telling) -> int:
    return sum(telling.tree.sizes[source] for source in telling.sources())


def _proof(telling: Telling) -> str:
    """Of the very files: another download, or a changed one, is read from its beginning."""
    proof = sha256()
    for name in telling.sources():
        proof.update(telling.tree.mark(name).encode("utf-8", "surrogateescape"))
    return proof.hexdigest()[:32]
