"""What was fetched and can be fetched again: a bounded folder of files, each named by the digest of its address.

It lies inside the workspace, so it goes with it. Names say nothing of the address, and what was used longest ago leaves
first. With a key both are sealed. Everything here blocks; it is called on a thread.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from typing import Final

from inbox_app.paths import make_private_folder
from inbox_app.sealing.files import SealedFiles
from inbox_app.sealing.key import ContentKey

MOST_BYTES: Final = 64 * 2**20
MOST_FILES: Final = 4_000
_EVERY: Final = 32
"""So many new files between two looks at how much there is."""


class Shelf:
    """Bytes by address. A file that cannot be read or written is as good as one that is not there."""

    def __init__(
        self,
        folder: Path,
        most_bytes: int = MOST_BYTES,
        most_files: int = MOST_FILES,
        *,
        key: ContentKey | None = None,
    ) -> None:
        self._folder = folder
        self._sealed = None if key is None else SealedFiles(key)
        self._names = b"" if key is None else key.derive("names of pictures")
        self._most_bytes, self._most_files = most_bytes, most_files
        self._new = 0

    def get(self, address: str) -> bytes | None:
        """What is kept for an address; it counts as used now."""
        path = self._path(address)
        try:
            data = path.read_bytes() if self._sealed is None else self._sealed.read(path)
            os.utime(path)
        except OSError:
            return None
        return data

    def keep(self, address: str, data: bytes) -> None:
        """Keep it, whole or not at all."""
        path = self._path(address)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            make_private_folder(self._folder)
            if self._sealed is not None:
                self._sealed.write(path, data)
            else:
                draft.write_bytes(data)
                draft.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                draft.unlink()
            return
        if self._new % _EVERY == 0:
            self._make_room()
        self._new += 1

    def forget(self, address: str) -> None:
        """Nothing of this address is left."""
        with contextlib.suppress(OSError):
            self._path(address).unlink(missing_ok=True)

    def _path(self, address: str) -> Path:
        return self._folder / hashlib.sha256(self._names + address.encode("utf-8", "surrogatepass")).hexdigest()

    def _make_room(self) -> None:
        """Remove what was used longest ago until there is room for what comes before the next look."""
        kept: list[tuple[float, int, Path]] = []
        for path in self._folder.iterdir():
            with contextlib.suppress(OSError):
                found = path.stat()
                kept.append((found.st_mtime, found.st_size, path))
        kept.sort(key=lambda one: one[0])
        total = sum(size for _when, size, _path in kept)
        while kept and (total > self._most_bytes or len(kept) > self._most_files):
            _when, size, path = kept.pop(0)
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            total -= size
