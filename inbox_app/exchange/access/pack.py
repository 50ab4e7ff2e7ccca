"""Asks how much a subject access pack is, and writes it: a ZIP with a book, a document for programs, and the files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZipFile

from inbox_app.domain.ids import ColleagueId, MemberId
from inbox_app.domain.people import Card
from inbox_app.exchange.access.front import RECORD, front
from inbox_app.exchange.access.record import Record
from inbox_app.exchange.access.subject import Decisions, Subject, chosen_for
from inbox_app.exchange.book.files import Files
from inbox_app.exchange.book.source import Writes
from inbox_app.exchange.book.writing import write_book
from inbox_app.exchange.exporting import Exported, Format, Step, export
from inbox_app.exchange.target import Target
from inbox_app.i18n import _, lazy_gettext
from inbox_app.storage.exporting.reading import History
from inbox_app.storage.exporting.subject import Shares, shares
from inbox_app.storage.store import Store

ENDING = ".zip"
KEY = "access"


async def preview(store: Store, me: ColleagueId, card: Card) -> Shares:
    """How much there is, and whose words it is."""
    return await store.read(partial(shares, chosen=chosen_for(card.id, Decisions()), me=me))


async def pack(
    store: Store, me: ColleagueId, card: Card, decided: Decisions, out: Path, report: Callable[[Step], None]
) -> Exported:
    """Write the pack about the member of a card. Cancelled, it returns when nothing of it is left.

    Raises:
        Refused: something else stands at `out`, or it cannot be written.
    """
    form = pack_format(card, decided)
    return await export(store, me, form, chosen_for(MemberId(card.id), decided), out, report)


def pack_format(card: Card, decided: Decisions) -> Format:
    """The pack about somebody as a format of its own."""
    stated = replace(decided, reason=decided.reason.strip() or usual_reason())
    return Format(KEY, lazy_gettext("Subject access pack"), ENDING, partial(_write, card=card, decided=stated))


def usual_reason() -> str:
    """Why notes are withheld, where nobody said why."""
    return _("they are the team's own working notes")


def _write(history: History, target: Target, *, card: Card, decided: Decisions) -> None:
    with ZipFile(target.place(""), "w", ZIP_DEFLATED) as archive:
        shelf, subject = _Archive(archive), Subject(history, card, decided)
        files = Files(subject, shelf)
        record = Record(subject, card, decided, files)
        subject.heard_by(record.hear)
        about = front(card, history.workspace(), decided)
        write_book(subject, shelf, files, title=card.name, kicker=_("Subject access pack"), about=about)
        with shelf.file(RECORD) as file:
            record.write(file)
    target.note("")


class _Archive:
    """A ZIP as a place for a book."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive

    @contextmanager
    def file(self, path: str = "") -> Iterator[Writes]:
        """Write a file."""
        with self._archive.open(path, "w", force_zip64=True) as file:
            yield cast(Writes, file)

    def copy(self, path: str, source: BinaryIO) -> None:
        """Bring a file along as it is."""
        with self._archive.open(path, "w", force_zip64=True) as file:
            copyfileobj(source, file)
