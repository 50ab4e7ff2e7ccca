"""Files by the SHA-256 of their content, in folders of two signs: plain, or sealed and called by a keyed name.

A file is written whole under another name and gets its own once it is on the disk.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from inbox_app.paths import make_private_folder, sync_folder
from inbox_app.sealing.files import Spoilt
from inbox_app.sealing.key import ContentKey
from inbox_app.sealing.streams import ContentSealer

_DIGEST = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20
"""Bytes read at a time."""


class LaidFiles:
    """One folder of them. Everything here blocks."""

    def __init__(self, folder: Path, key: ContentKey | None) -> None:
        self.folder = folder
        self._sealer = None if key is None else ContentSealer(key)

    def path(self, digest: str) -> Path:
        """Where the content of this digest lies, if it is there. Raises `FileNotFoundError` for what is no digest."""
        if not _DIGEST.fullmatch(digest):
            raise FileNotFoundError(digest)
        name = self.name(digest)
        return self.folder / name[:2] / name

    def name(self, digest: str) -> str:
        """What its file is called."""
        return digest if self._sealer is None else self._sealer.name(digest)

    def write(self, content: bytes | BinaryIO) -> tuple[str, int]:
        """Lay content down unless it is there; its digest and size."""
        if isinstance(content, bytes) and self.path(digest := hashlib.sha256(content).hexdigest()).exists():
            return digest, len(content)
        make_private_folder(self.folder)
        with _draft(self.folder) as (draft, path):
            digest, size = self._copy(content, draft)
            target = self.path(digest)
            if not target.exists():
                _keep(draft, path, target)
        return digest, size

    def open(self, digest: str) -> BinaryIO:
        """The content, to be read and closed. Raises `FileNotFoundError`; a file that was changed is an `OSError`."""
        file = self.path(digest).open("rb")
        if self._sealer is None:
            return file
        try:
            return self._sealer.open(file, digest)
        except BaseException:
            file.close()
            raise

    def is_whole(self, digest: str) -> bool:
        """Whether it is there, and is what it is called by. Raises `OSError` where it cannot be read."""
        with self.open(digest) as file:
            found = hashlib.sha256()
            while piece := file.read(_CHUNK):
                found.update(piece)
        return found.hexdigest() == digest

    def remove(self, digest: str) -> None:
        """Nothing of it is left."""
        self.path(digest).unlink(missing_ok=True)

    def copy_to(self, other: LaidFiles, digests: Iterable[str]) -> None:
        """Lay these down elsewhere too, as files are sealed there. Raises `OSError` where one is not whole."""
        for digest in digests:
            with self.open(digest) as file:
                if other.write(file)[0] != digest:
                    raise Spoilt(f"{self.path(digest)} is not what it is called by")

    def paths(self) -> Iterator[Path]:
        """Every file there is."""
        return (path for path in self.folder.glob("??/*") if path.is_file())

    def sync(self, digests: Collection[str]) -> None:
        """Let no power cut take the names of files back."""
        folders = {self.path(digest).parent for digest in digests}
        for folder in sorted(folders) + [self.folder] * bool(folders):
            sync_folder(folder)

    def _copy(self, content: bytes | BinaryIO, target: BinaryIO) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        write = self._sealer.writer(target) if self._sealer is not None else None
        for piece in _pieces(content):
            digest.update(piece)
            size += len(piece)
            (write or target).write(piece)
        if write is not None:
            write.finish(digest.hexdigest())
        return digest.hexdigest(), size


def _pieces(content: bytes | BinaryIO) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    while piece := content.read(_CHUNK):
        yield piece


@contextmanager
def _draft(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    descriptor, name = tempfile.mkstemp(prefix=".draft-", dir=folder)
    path = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file, path
    finally:
        path.unlink(missing_ok=True)


def _keep(draft: BinaryIO, path: Path, target: Path) -> None:
    draft.flush()
    os.fsync(draft.fileno())
    make_private_folder(target.parent)
    path.replace(target)
