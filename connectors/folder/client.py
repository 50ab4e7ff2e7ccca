"""The folder itself: what was dropped there is read, answers are put down, and a death leaves nothing half done.

A file is dropped by renaming it into `events`, and so is an answer into `answers`: within one disk that is atomic
(https://pubs.opengroup.org/onlinepubs/9699919799/functions/rename.html). Nothing here follows a link.
"""

from __future__ import annotations

import heapq
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from inbox_app.content.names import safe_name
from inbox_app.contract.errors import Offline, Rejected, SignInNeeded
from inbox_app.contract.texts import _

EVENT_LIMIT: Final = 1024 * 1024
"""Bytes of one event's file."""
FILE_LIMIT: Final = 100 * 1024 * 1024
"""Bytes of one attachment."""
_PIECE: Final = 256 * 1024
_ONLY_READ: Final = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)


@dataclass(frozen=True, slots=True)
class Dropped:
    """One file that lies in `events`; a file that is put there later under the same name is another one."""

    name: str
    size: int
    changed: int
    number: int
    """The file's own number on its disk."""

    @classmethod
    def of(cls, name: str, known: os.stat_result) -> Dropped:
        return cls(name, known.st_size, known.st_mtime_ns, known.st_ino)


class Refused(Exception):
    """A file that is set aside; the text says why."""


@dataclass(frozen=True, slots=True)
class Client:
    """One folder. Every call blocks, and raises `Offline` where the folder is not there."""

    root: Path

    @property
    def events(self) -> Path:
        return self.root / "events"

    @property
    def answers(self) -> Path:
        return self.root / "answers"

    def prepare(self) -> None:
        """Make the folders inside where they are missing, and see that we may write there."""
        with self._reached():
            self.root.stat()
            for name in ("events", "answers", "answers/taken", "taken", "refused"):
                (self.root / name).mkdir(exist_ok=True)
            trial = self.answers / ".portavoce"
            trial.write_bytes(b"")
            trial.unlink()

    def look(self, most: int, besides: frozenset[Dropped]) -> tuple[list[Dropped], bool]:
        """The oldest files that were dropped and not read, and whether there are more."""
        with self._reached():
            self.events.mkdir(exist_ok=True)
            with os.scandir(self.events) as entries:
                dropped = self._dropped(entries, besides)
                found = heapq.nsmallest(most + 1, dropped, key=lambda one: (one.changed, one.name))
        return found[:most], len(found) > most

    def _dropped(self, entries: Iterator[os.DirEntry[str]], besides: frozenset[Dropped]) -> Iterator[Dropped]:
        for entry in entries:
            if entry.name.startswith(".") or not entry.name.endswith(".json") or entry.is_dir(follow_symlinks=False):
                continue
            with suppress(FileNotFoundError):
                one = Dropped.of(entry.name, entry.stat(follow_symlinks=False))
                if one not in besides:
                    yield one

    def changed(self) -> int:
        """A number that is another one after something was dropped; costs one look at the folder."""
        with self._reached():
            return self.events.stat().st_mtime_ns

    def read(self, one: Dropped) -> bytes:
        """A dropped file's bytes.

        Raises:
            Refused: it is no ordinary file, or too large.
            FileNotFoundError: it was taken away again.
        """
        with self._opened(self.events / one.name) as handle:
            body = handle.read(EVENT_LIMIT + 1)
        if len(body) > EVENT_LIMIT:
            raise Refused(_("It is larger than {limit} MiB.").format(limit=EVENT_LIMIT >> 20))
        return body

    def take(self, read: Sequence[Dropped]) -> None:
        """Move to `taken` what was read and is kept by now; what was put there anew meanwhile stays."""
        with self._reached():
            for one in read:
                with suppress(FileNotFoundError):
                    if Dropped.of(one.name, (self.events / one.name).lstat()) == one:
                        _move(self.events / one.name, self.root / "taken", one.name)

    def refuse(self, one: Dropped, reason: str) -> None:
        """Set a file aside, with the reason in a file beside it."""
        with self._reached(), suppress(FileNotFoundError):
            kept = _move(self.events / one.name, self.root / "refused", _printable(one.name))
            kept.with_name(f"{kept.name}.reason.txt").write_text(f"{reason}\n", "utf-8")

    # --- files that go along -----------------------------------------------------------------------------------------

    def size_of(self, named: str) -> int:
        """How large an attachment is.

        Raises:
            Refused: it is not there, not an ordinary file inside the folder, or too large.
        """
        try:
            with self._opened(self._inside(named)) as handle:
                size = os.fstat(handle.fileno()).st_size
        except OSError:
            raise Refused(_("There is no file “{name}” in the folder.").format(name=named[:200])) from None
        if size > FILE_LIMIT:
            raise Refused(_("“{name}” is larger than {limit} MiB.").format(name=named[:200], limit=FILE_LIMIT >> 20))
        return size

    def piece_of(self, named: str, at: int) -> bytes:
        """The next piece of an attachment; empty at its end.

        Raises:
            Rejected: it is not there any more.
        """
        try:
            with self._opened(self._inside(named)) as handle:
                handle.seek(at)
                return handle.read(min(_PIECE, max(FILE_LIMIT - at, 0)))
        except (OSError, Refused) as gone:
            raise Rejected(_("“{name}” is no longer in the folder.").format(name=named[:200])) from gone

    def _inside(self, named: str) -> Path:
        """An attachment's place: below the folder, and reached through no link."""
        parts = PurePosixPath(named).parts
        escapes = not parts or any(part in ("..", "/") or "\\" in part or ":" in part or "\0" in part for part in parts)
        if escapes or len(named) > 1000:
            raise Refused(_("“{name}” does not name a file inside the folder.").format(name=named[:200]))
        place = self.root
        for part in parts:
            place = place / part
            if stat.S_ISLNK(place.lstat().st_mode):
                raise Refused(_("“{name}” is a link, and links are not followed.").format(name=named[:200]))
        return place

    @contextmanager
    def _opened(self, path: Path) -> Iterator[BinaryIO]:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise Refused(_("It is not an ordinary file."))
        handle = os.fdopen(os.open(path, _ONLY_READ), "rb")
        try:
            if not stat.S_ISREG(os.fstat(handle.fileno()).st_mode):
                raise Refused(_("It is not an ordinary file."))
            yield handle
        finally:
            handle.close()

    # --- answers -----------------------------------------------------------------------------------------------------

    def answer(self, key: str, body: bytes, files: Sequence[tuple[str, bytes]]) -> None:
        """Put an answer down, once: one that lies there, or was taken by the other program, stays the only one.

        The files that go along come first, so that whoever finds the answer finds them too.
        """
        name = f"{key}.json"
        with self._reached():
            if any(os.path.lexists(place / name) for place in (self.answers, self.answers / "taken")):
                return
            for named, data in files:
                _write(self.root / named, data)
            _write(self.answers / name, body)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as missing:
            raise Offline(_("The folder {path} is not there.").format(path=self.root)) from missing
        except (PermissionError, NotADirectoryError) as closed:
            sentence = _("Portavoce may not read and write in the folder {path}. Open it to Portavoce or name another.")
            raise SignInNeeded(sentence.format(path=self.root)) from closed
        except OSError as failure:
            raise Offline(
                _("The folder {path} cannot be used: {reason}.").format(path=self.root, reason=failure.strerror)
            ) from failure


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, also when the power fails."""
    path.parent.mkdir(exist_ok=True)
    waiting = path.with_name(f".{path.name}.part")
    try:
        with waiting.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        waiting.replace(path)
    finally:
        waiting.unlink(missing_ok=True)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _move(path: Path, folder: Path, name: str) -> Path:
    """Into another folder, beside whatever bears the name there."""
    folder.mkdir(exist_ok=True)
    target, number = folder / name, 1
    while os.path.lexists(target):
        number += 1
        target = folder / f"{number}-{name}"
    path.rename(target)
    return target


def _printable(name: str) -> str:
    return safe_name(name.encode("utf-8", "replace").decode())
