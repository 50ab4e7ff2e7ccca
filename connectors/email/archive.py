"""Mail from other programs: mailbox files, Maildirs and single mails, read as history (see `contract.archive`)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from connectors.email import wire
from connectors.email.archive_files import Mail, Pile, open_eml, open_maildir, open_mbox
from connectors.email.archive_owner import SAMPLE, guess_own
from connectors.email.archive_portions import Portion, measure, portions
from connectors.email.mailbox import Fetched
from connectors.email.reading import read_mails
from inbox_app.content.parsed import ParsedMail
from inbox_app.contract.archive import Archive, ArchiveBatch, NoArchive, Survey
from inbox_app.contract.connector import Host
from inbox_app.contract.remote import MessageSeen, RemoteMessage
from inbox_app.contract.texts import _, ngettext
from inbox_app.domain.jsonvalue import JsonObject

T = TypeVar("T")

OPENERS: Mapping[str, Callable[[Path], Pile]] = {"mbox": open_mbox, "maildir": open_maildir, "eml": open_eml}
_SPREAD = 20
"""Files of which a sample takes its mails."""


class MailArchive(Archive):
    """One archive. Files are read on the executor that may block, mails are parsed in the worker process."""

    def __init__(self, host: Host, kind: str, path: Path) -> None:
        self._host = host
        self._kind = kind
        self._path = path

    async def survey(self) -> Survey:
        """How large it is, and whose."""
        pile = await self._open()
        size = await self._block(lambda: measure(pile))
        mails = await self._block(lambda: _sample(pile, size))
        heads = [wire.header_part(mail.raw) for mail in mails]
        read = await self._host.content.parse(heads)
        sample = [(raw, mail) for raw, mail in zip(heads, read, strict=True) if isinstance(mail, ParsedMail)]
        return Survey(self._describe(pile, size), size, guess_own(sample))

    async def read(self, cursor: JsonObject | None, own: frozenset[str]) -> AsyncGenerator[ArchiveBatch, None]:
        """The mails, each batch read ahead while the one before is stored."""
        pile = await self._open()
        ours = wire.Own(frozenset(address.lower() for address in own), domain="")
        found = portions(pile, cursor)
        coming = asyncio.ensure_future(self._next(found, ours))
        try:
            while (batch := await coming) is not None:
                coming = asyncio.ensure_future(self._next(found, ours))
                yield batch
        finally:
            coming.cancel()
            with suppress(asyncio.CancelledError, NoArchive):
                await coming

    async def _next(self, found: Iterator[Portion], ours: wire.Own) -> ArchiveBatch | None:
        portion = await self._block(lambda: next(found, None))
        if portion is None:
            return None
        mails = [_as_fetched(mail) for mail in portion.mails]
        messages = await read_mails(self._host.content, mails, ours, frozenset(range(len(mails))))
        events = tuple(MessageSeen(_placeless(message)) for message in messages)
        return ArchiveBatch(events, portion.cursor, portion.skipped, portion.done)

    async def _open(self) -> Pile:
        if not await self._block(self._path.exists):
            raise NoArchive(_("There is no file or folder “{path}”.").format(path=self._path))
        return await self._block(lambda: OPENERS[self._kind](self._path))

    async def _block(self, call: Callable[[], T]) -> T:
        """Off the loop; what the disk refuses is told in a sentence."""
        try:
            return await self._host.blocking(call)
        except OSError as problem:
            reason = problem.strerror or type(problem).__name__
            raise NoArchive(_("“{path}” cannot be read: {reason}.").format(path=self._path, reason=reason)) from problem

    def _describe(self, pile: Pile, size: int) -> str:
        name = self._path.name or str(self._path)
        if pile.per_byte:
            return _("{name}: {size:.1f} MB of mail").format(name=name, size=size / 1e6)
        return ngettext("{name}: {count} file", "{name}: {count} files", size).format(name=name, count=size)


def _sample(pile: Pile, size: int) -> list[Mail]:
    """Some mails, from all over the archive."""
    if pile.per_byte:
        sources = list(islice(pile.walk(), _SPREAD))
        most = SAMPLE // max(len(sources), 1)
    else:
        sources, most = list(islice(pile.walk(), 0, None, max(1, size // SAMPLE))), 1
    steps = (step for source in sources for step in islice(pile.read(source, 0), most))
    return [replace(mail, raw=wire.header_part(mail.raw)) for step in steps if isinstance(mail := step.found, Mail)]


def _as_fetched(mail: Mail) -> Fetched:
    return Fetched(folder="", validity=0, uid=0, at=mail.at, seen=True, size=len(mail.raw), raw=mail.raw)


def _placeless(message: RemoteMessage) -> RemoteMessage:
    """A file is no folder on a server, so nothing will ever be said about that place."""
    return replace(message, location=None)
