"""The files of a mail archive one after the other: mailbox files, Maildirs, and files that hold one mail. Blocking.

Maildir: https://cr.yp.to/proto/maildir.html, with subfolders in the way of
https://www.courier-mta.org/imap/README.maildirquota.html and nested as programs do. Folders are walked in the order of
names, so that a place in them can be found again.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from connectors.email.mbox import BOM, HEADER, LARGEST, split
from inbox_app.content.dates import parse_date
from inbox_app.contract.archive import NoArchive, Skipped
from inbox_app.contract.texts import _

_MAILDIR_PARTS = ("cur", "new")
_FLAGS = re.compile(r"[:;!]2,[A-Za-z,]*$")
_FIELD_LINE = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,8}(?:>?From [^\n]*\n)?[!-9;-~]{1,100}[ \t]*:")
_SIGN_DATE = re.compile(rb"(\w{3}) {1,2}(\d{1,2}) (\d{1,2}:\d\d(?::\d\d)?)\b.{0,30}?\b((?:19|20)\d\d)")
_WAY = re.compile(rb"^Received:((?:[^\n]|\n[ \t]){1,4000})", re.IGNORECASE | re.MULTILINE)
_SEVERAL = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,8}From [^\n]*\n(?s:.*?)\r?\n\r?\nFrom [^\n]*\n[!-9;-~]{1,100}:")
_SECOND = re.compile(r"\d{9,10}(?=\.)")
UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
"""Of a mail that no date is known of: below all others, since the file's own time would put it on top."""
_ZIPPED = b"\x1f\x8b"
_DELETED = re.compile(
    rb"^X-Mozilla-Status:[ \t]*[0-9a-f]{3}[89a-f]|^X-Status:[ \t]*[A-Z]*D", re.IGNORECASE | re.MULTILINE
)
_DRAFT = re.compile(
    rb"^X-Status:[ \t]*[A-Z]*T|^X-Gmail-Labels:[^\n]{0,500}\b(?:Drafts?|Bozz[ae])\b", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Source:
    """One file of an archive, or a folder that cannot be looked into (`problem`).

    `name` is its place for people, `mark` is what stays of it when flags change.
    """

    name: str
    mark: str
    path: Path
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail with its place, and the time to give it should it have no date of its own."""

    raw: bytes
    where: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """What was found in a file, and the place behind it: 0 is its beginning. `read` counts the bytes on the disk."""

    found: Mail | Skipped
    end: int
    read: int = 0


@dataclass(frozen=True, slots=True)
class Pile:
    """How one format lies on the disk. `per_byte` says that progress is counted in bytes and not in files."""

    walk: Callable[[], Iterator[Source]]
    open: Callable[[Source, int], Iterator[Step]]
    per_byte: bool

    def read(self, source: Source, at: int) -> Iterator[Step]:
        """What a file holds from a place on."""
        if not source.problem:
            yield from self.open(source, at)
        elif not at:
            yield Step(Skipped(source.name, source.problem), 1)


def open_mbox(root: Path) -> Pile:
    """A mailbox file, or every one in a folder. Raises `NoArchive`."""
    if root.is_file() and not _is_mbox(root):
        raise NoArchive(
            _(
                "“{name}” is no mailbox file (mbox): no line begins with “From ”. A single mail is imported as “eml”."
            ).format(name=root.name)
        )
    return Pile(lambda: _walk(root), _read_mbox, per_byte=True)


def open_maildir(root: Path) -> Pile:
    """A Maildir with its subfolders. Raises `NoArchive`."""
    if not any(True for _folder in _maildirs(root)):
        raise NoArchive(
            _("“{name}” is no Maildir: neither it nor a folder in it has the folders “cur” and “new”.").format(
                name=root.name
            )
        )
    return Pile(lambda: _walk_maildir(root), _read_maildir_file, per_byte=False)


def open_eml(root: Path) -> Pile:
    """A file with one mail, or every one in a folder."""
    return Pile(lambda: _walk(root), _read_file, per_byte=False)


# --- walking --------------------------------------------------------------------------------------------------------


def _walk(root: Path) -> Iterator[Source]:
    """Every file below a folder, or the file itself."""
    if root.is_file():
        yield Source(root.name, root.name, root)
        return
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        inside, problem = _look_into(folder)
        yield from _closed(root, folder, problem)
        waiting += [path for path in reversed(inside) if path.is_dir() and not path.is_symlink()]
        for path in inside:
            if path.is_file():
                name = str(path.relative_to(root))
                yield Source(name, name, path)


def _walk_maildir(root: Path) -> Iterator[Source]:
    for folder in _maildirs(root):
        named: list[tuple[str, Path]] = []
        for part in _MAILDIR_PARTS:
            inside, problem = _look_into(folder / part) if (folder / part).is_dir() else ([], "")
            yield from _closed(root, folder / part, problem)
            named += [(_FLAGS.sub("", path.name), path) for path in inside]
        for bare, path in sorted(named):
            if not path.name.startswith(".") and path.is_file():
                yield Source(str(path.relative_to(root)), str(folder.relative_to(root) / bare), path)


def _maildirs(root: Path) -> Iterator[Path]:
    waiting = [root] if root.is_dir() else []
    while waiting:
        folder = waiting.pop()
        inside = [path for path in _look_into(folder)[0] if path.is_dir() and not path.is_symlink()]
        if not {path.name for path in inside}.isdisjoint(_MAILDIR_PARTS):
            yield folder
        waiting += [path for path in reversed(inside) if path.name not in (*_MAILDIR_PARTS, "tmp")]


def _look_into(folder: Path) -> tuple[list[Path], str]:
    """What is in a folder, in the order of names, or why that cannot be known."""
    try:
        return sorted(path for path in folder.iterdir() if path.is_file() or path.is_dir()), ""
    except OSError as problem:
        return [], _cannot_be_read(problem)


def _closed(root: Path, folder: Path, problem: str) -> Iterator[Source]:
    if problem:
        name = str(folder.relative_to(root))
        yield Source(name, name, folder, problem)


# --- reading --------------------------------------------------------------------------------------------------------


def _read_maildir_file(source: Source, at: int) -> Iterator[Step]:
    flags = _FLAGS.search(source.path.name)
    letters = flags[0].partition(",")[2] if flags else ""
    unwanted = _unwanted(deleted="T" in letters, draft="D" in letters)
    if unwanted and not at:
        yield Step(Skipped(source.name, unwanted), 1)
    else:
        yield from _read_file(source, at)


def _read_file(source: Source, at: int) -> Iterator[Step]:
    if not at:
        try:
            yield Step(_whole(source), 1)
        except OSError as problem:
            yield Step(Skipped(source.name, _cannot_be_read(problem)), 1)


def _whole(source: Source) -> Mail | Skipped:
    status = source.path.stat()
    if status.st_size > LARGEST:
        return _too_large(source.name)
    raw = source.path.read_bytes()
    if not raw.strip():
        return Skipped(source.name, _("The file is empty."))
    if source.path.suffix.lower() != ".eml" and not _FIELD_LINE.match(raw, 0, HEADER):
        return Skipped(source.name, _("It does not look like a mail: it does not begin with header lines."))
    if _SEVERAL.match(raw):
        return Skipped(source.name, _("It is a mailbox file with several mails: import it as “mbox”."))
    return Mail(raw, source.name, _delivered(raw) or _named(source.path.name) or UNKNOWN)


def _read_mbox(source: Source, at: int) -> Iterator[Step]:
    try:
        with source.path.open("rb") as file:
            if file.read(1) and not at and not _is_mbox(source.path):
                yield Step(Skipped(source.name, _("It is not a mailbox file.")), 1)
                return
            yield from _split(source, file, at)
    except OSError as problem:
        yield Step(Skipped(source.name, _cannot_be_read(problem)), at + 1)


def _split(source: Source, file: BinaryIO, at: int) -> Iterator[Step]:
    stream = _Stream(file, at)
    end = at
    for found in split(stream, at):
        where = _("{file}, at byte {place}").format(file=source.name, place=found.begin)
        end = found.end
        if found.raw is None:
            yield Step(_too_large(where), end, file.tell())
        elif found.sign:
            unwanted = _unwanted_by_header(found.raw)
            mail = Mail(found.raw, where, _date_of(found.sign) or _delivered(found.raw) or UNKNOWN)
            yield Step(Skipped(where, unwanted) if unwanted else mail, end, file.tell())
        elif found.raw.strip():
            yield Step(Skipped(where, _("This text belongs to no mail.")), end, file.tell())
    if stream.problem:
        yield Step(
            Skipped(_("{file}, from byte {place} on").format(file=source.name, place=end), stream.problem), end + 1
        )


class _Stream:
    """A file, unpacked where it is packed (gzip). What fails ends it, and `problem` says why."""

    def __init__(self, file: BinaryIO, at: int) -> None:
        self.problem = ""
        self._file = file
        file.seek(0)
        self._zip = zlib.decompressobj(31) if file.read(2) == _ZIPPED else None
        file.seek(at if self._zip is None else 0)
        if self._zip is not None:
            while at and (piece := self.read(min(at, 2**20))):
                at -= len(piece)

    def read(self, size: int, /) -> bytes:
        try:
            return self._file.read(size) if self._zip is None else self._unpack(size)
        except (OSError, zlib.error) as problem:
            self.problem = _cannot_be_read(problem)
            return b""

    def _unpack(self, size: int) -> bytes:
        while self._zip is not None and not self.problem:
            packed = self._zip.unconsumed_tail or self._zip.unused_data or self._file.read(2**16)
            if not packed:
                self.problem = "" if self._zip.eof else _cannot_be_read(zlib.error())
                return b"" if self._zip.eof else self._zip.flush()
            if self._zip.eof:  # several packed files one behind the other are one
                self._zip = zlib.decompressobj(31)
            before = self._zip.copy()
            try:
                piece = self._zip.decompress(packed, size)
            except zlib.error as problem:
                self.problem = _cannot_be_read(problem)
                piece = _up_to_damage(before, packed)
            if piece:
                return piece
        return b""


def _up_to_damage(unzip: zlib._Decompress, packed: bytes) -> bytes:
    """What a damaged piece still gives."""
    whole = bytearray()
    with suppress(zlib.error):
        for place in range(len(packed)):
            whole += unzip.decompress(packed[place : place + 1])
    return bytes(whole)


def _is_mbox(path: Path) -> bool:
    """Whether a mail is announced near the beginning; an empty file is a mailbox without mails."""
    with path.open("rb") as file:
        begin = _Stream(file, 0).read(HEADER).removeprefix(BOM).lstrip()
    return not begin or begin.startswith(b"From ") or b"\nFrom " in begin


def _date_of(sign: bytes) -> datetime | None:
    """The time at which a mail was put into its mailbox; without a zone, as it is usually written, in UTC."""
    parts = _SIGN_DATE.search(sign)
    if parts is None:
        return None
    month, day, clock, year = (part.decode("ascii", "replace") for part in parts.groups())
    form = "%b %d %H:%M:%S %Y" if clock.count(":") == 2 else "%b %d %H:%M %Y"
    try:
        return datetime.strptime(f"{month} {day} {clock} {year}", form).replace(tzinfo=UTC)
    except ValueError:
        return None


def _delivered(raw: bytes) -> datetime | None:
    """When the last server took a mail: it stands behind the last semicolon of the first line of its way."""
    way = _WAY.search(raw, 0, HEADER)
    return parse_date(way[1].rpartition(b";")[2].decode("ascii", "replace").strip()) if way else None


def _named(name: str) -> datetime | None:
    """A Maildir's files begin with the second of the delivery."""
    second = _SECOND.match(name)
    return datetime.fromtimestamp(int(second[0]), UTC) if second else None


def _unwanted_by_header(raw: bytes) -> str:
    """What programs leave in the file with a mark: deleted mails and drafts."""
    head = raw[:HEADER]
    if b"-Status:" not in head and b"X-Gmail-Labels:" not in head:
        return ""
    head = head[: max(head.find(b"\n\n"), head.find(b"\n\r\n"))]
    return _unwanted(deleted=_DELETED.search(head) is not None, draft=_DRAFT.search(head) is not None)


def _unwanted(*, deleted: bool, draft: bool) -> str:
    if deleted:
        return _("It is marked as deleted.")
    return _("It is a draft that was not sent.") if draft else ""


def _too_large(where: str) -> Skipped:
    return Skipped(where, _("It is larger than {size} MiB.").format(size=LARGEST // 2**20))


def _cannot_be_read(problem: Exception) -> str:
    reason = (isinstance(problem, OSError) and problem.strerror) or _("the file is damaged")
    return _("It cannot be read: {reason}.").format(reason=reason)
