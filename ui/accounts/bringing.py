"""What the import dialog can bring in: what other programs kept, and what Portavoce itself exported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from inbox_app.contract.archive import ArchiveFormat, Shape, Skipped, Survey
from inbox_app.exchange import json_import
from inbox_app.exchange.extents import held_in
from inbox_app.exchange.importing import Imported, Preview, Progress, Wish, owner_sentence
from inbox_app.i18n import _, lazy_gettext, ngettext
from ui.core import Core
from ui.theme.numbers import number

OURS = ArchiveFormat(json_import.KEY, lazy_gettext("Portavoce (JSON export)"), Shape.FOLDER)


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of an import, in sentences; `imported` is the account that it made, if it made one."""

    sentences: tuple[str, ...]
    skipped: tuple[Skipped, ...] = ()
    skipped_count: int = 0
    imported: Imported | None = None


class Bringing(Protocol):
    """One way in. Whatever it does raises a `UserFacingError` where it cannot."""

    about: str
    """What comes of it."""
    is_named: bool
    """Whether it gets a name here, and needs to know who in it is us."""

    async def survey(self, wish: Wish) -> Survey:
        """What lies there."""

    async def look_through(self, wish: Wish, report: Callable[[Progress], None]) -> Preview:
        """What would come in."""

    async def take_in(self, wish: Wish, report: Callable[[Progress], None]) -> Brought:
        """Bring it in."""


def bringing(core: Core, kind: ArchiveFormat) -> Bringing:
    """The way in for a format."""
    return _Export(core) if kind is OURS else _Archive(core)


class _Archive:
    """An archive becomes an account."""

    is_named = True

    def __init__(self, core: Core) -> None:
        self._core = core
        self.about = _(
            "It becomes an account of its own: to read and to search, done and read, and nothing is sent from it."
        )

    async def survey(self, wish: Wish) -> Survey:
        return await self._core.archives.survey(wish.kind, wish.path)

    async def look_through(self, wish: Wish, report: Callable[[Progress], None]) -> Preview:
        return await self._core.archives.look_through(wish, report)

    async def take_in(self, wish: Wish, report: Callable[[Progress], None]) -> Brought:
        imported = await self._core.archives.take_in(wish, report)
        added = ngettext("{count} message is new", "{count} messages are new", imported.added)
        first = _("“{name}”: {added}, it holds {held}.").format(
            name=imported.name,
            added=added.format(count=number(imported.added)),
            held=held_in(imported.messages, imported.conversations, number),
        )
        return Brought((first, owner_sentence(imported)), imported.skipped, imported.skipped_count, imported)


class _Export:
    """Our own export comes back as it was."""

    is_named = False

    def __init__(self, core: Core) -> None:
        self._store = core.store
        self.about = _(
            "Everything comes back as it was: into an empty workspace all of it, into one that is in use what is not "
            "there yet. Accounts then want to be signed in to again, and what waited to be sent asks you first."
        )

    async def survey(self, wish: Wish) -> Survey:
        return await json_import.survey(wish.path, number)

    async def look_through(self, wish: Wish, report: Callable[[Progress], None]) -> Preview:
        return await json_import.look_through(self._store, wish.path, report)

    async def take_in(self, wish: Wish, report: Callable[[Progress], None]) -> Brought:
        taken = await json_import.take_in(self._store, wish.path, report)
        return Brought((json_import.taken_sentence(taken, number),))
