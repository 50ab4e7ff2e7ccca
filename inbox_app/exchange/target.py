"""Where an export goes: a file or a folder that is there when it is whole, and not before.

Everything is written beside its place, in a hidden folder, and moved when the manifest is written. A process that was
killed leaves that folder behind; the next export to the same place sweeps it, which it may where nobody holds its lock.
What stands in that place already is replaced only where a manifest of ours vouches for every file, unchanged.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import BinaryIO, Self

from inbox_app.domain.errors import Refused
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.i18n import _
from inbox_app.paths import LockTimeout, hold_lock

MANIFEST = "manifest.json"
MARK = "portavoce-export"
_CHUNK = 1 << 20
_PART = ".part-"
_LOCK = "portavoce.lock"
_BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Written:
    """A file of an export: its path below the export, with `/`, its length and the SHA-256 of its content."""

    path: str
    size: int
    sha256: str


class HashedFile:
    """A file that is being written, and what its hash is so far."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        """Append."""
        self._digest.update(data)
        self.size += len(data)
        return self._file.write(data)

    @property
    def sha256(self) -> str:
        """The hash of all that was written."""
        return self._digest.hexdigest()


class Target:
    """Used as a context: left without `finish`, however that comes, nothing of it stays."""

    def __init__(self, out: Path, *, is_folder: bool) -> None:
        self.out = out
        self.written: list[Written] = []
        self.is_folder = is_folder
        self._hidden = out.with_name(f".{out.name}{_PART}{secrets.token_hex(4)}")
        self._folder = self._hidden / "whole"
        self._held = ExitStack()

    def __enter__(self) -> Self:
        try:
            sweep(self.out.parent)
            refuse_foreign(self.out, is_folder=self.is_folder)
            self.out.parent.mkdir(parents=True, exist_ok=True)
            self._held.enter_context(hold_lock(self._hidden / _LOCK, timeout=0))
            self._folder.mkdir(mode=0o700)
        except OSError as problem:
            raise cannot_write(self.out, problem) from problem
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._held.close()
        shutil.rmtree(self._hidden, ignore_errors=True)
        if isinstance(error, OSError):
            raise cannot_write(self.out, error) from error

    @contextmanager
    def file(self, path: str = "") -> Iterator[HashedFile]:
        """Write a file of the export; without a path it is the one there is."""
        name = path or self.out.name
        place = self._folder.joinpath(*PurePosixPath(name).parts)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as plain:
            hashed = HashedFile(plain)
            yield hashed
        self.written.append(Written(name, hashed.size, hashed.sha256))

    def copy(self, path: str, source: BinaryIO) -> None:
        """Bring a file along as it is."""
        with self.file(path) as file:
            while piece := source.read(_CHUNK):
                file.write(piece)

    def place(self, path: str) -> Path:
        """Where a library that writes files by itself may write one; `note` it when it is whole."""
        return self._folder / (path or self.out.name)

    def note(self, path: str = "") -> None:
        """Take up a file that was written at its `place`."""
        name = path or self.out.name
        self.place(name).chmod(0o600)
        size, digest = _hash(self.place(name))
        self.written.append(Written(name, size, digest))

    def finish(self, manifest: JsonObject) -> None:
        """Write the manifest and put everything in its place."""
        path = self._folder / MANIFEST
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            # Of its thousands of files one line is in memory.
            file.write(json.dumps({"format": MARK, **manifest}, ensure_ascii=False, indent=1)[:-2].encode())
            file.write(b',\n "files": [')
            for place, one in enumerate(self.written):
                line = {"path": one.path, "size": one.size, "sha256": one.sha256}
                file.write((",\n  " if place else "\n  ").encode() + json.dumps(line, ensure_ascii=False).encode())
            file.write(b"\n ]\n}\n")
            file.flush()
            os.fsync(file.fileno())
        if self.is_folder:
            self._put_folder()
        else:
            (self._folder / self.out.name).replace(self.out)
            path.replace(manifest_of(self.out, is_folder=False))

    def _put_folder(self) -> None:
        before = self._hidden / _BEFORE
        if self.out.exists():
            self.out.rename(before)
        try:
            self._folder.rename(self.out)
        except OSError:
            _bring_back(before, self.out)
            raise


def sweep(folder: Path) -> None:
    """Remove what exports into this folder left behind when they were killed."""
    for left in folder.glob(f".*{_PART}*"):
        if left.is_symlink() or not (left / _LOCK).is_file():
            continue
        try:
            with hold_lock(left / _LOCK, timeout=0):
                _bring_back(left / _BEFORE, folder / left.name[1:].rpartition(_PART)[0])
        except (LockTimeout, OSError):
            continue
        shutil.rmtree(left, ignore_errors=True)


def _bring_back(before: Path, out: Path) -> None:
    """Between the two moves of a replacement the earlier export is the one there is."""
    if before.exists() and not out.exists():
        before.rename(out)


def manifest_of(out: Path, *, is_folder: bool) -> Path:
    """The manifest of an export: within a folder, beside a file."""
    return out / MANIFEST if is_folder else out.with_name(f"{out.name}.{MANIFEST}")


def refuse_foreign(out: Path, *, is_folder: bool) -> None:
    """Raises `Refused` where something stands that is no export of ours, or was changed since."""
    if not (out.exists() or out.is_symlink()):
        return
    if out.is_symlink() or out.is_dir() != is_folder:
        raise _foreign(out)
    if is_folder and not any(out.iterdir()):
        return
    listed = _listed(manifest_of(out, is_folder=is_folder))
    base = out if is_folder else out.parent
    there = _files_below(out) - {MANIFEST} if is_folder else {out.name}
    if listed is None or {one.path for one in listed} != there:
        raise _foreign(out)
    if any(_hash(base / one.path) != (one.size, one.sha256) for one in listed):
        raise _foreign(out)


def _listed(manifest: Path) -> Sequence[Written] | None:
    """What a manifest of ours lists; None where there is none."""
    try:
        match json.loads(manifest.read_bytes()):
            case {"format": str(mark), "files": list(files)} if mark == MARK:
                return [Written(one["path"], one["size"], one["sha256"]) for one in files]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return None


def _files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()}


def _hash(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return path.stat().st_size, digest


def _foreign(out: Path) -> Refused:
    return Refused(
        _("{path} exists and is not an unchanged export of Portavoce. Choose another name, or move it away.").format(
            path=out
        ),
        code="exists",
    )


def cannot_write(out: Path, problem: OSError) -> Refused:
    """The sentence about a disk that takes nothing more, or a place where nothing may be written."""
    reason = problem.strerror or type(problem).__name__
    return Refused(
        _("The export cannot be written to {path}: {reason}. Nothing of it was kept.").format(path=out, reason=reason),
        code="cannot_write",
    )
