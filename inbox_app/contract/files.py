"""How a connector keeps files in its account's folder: sealed where the workspace is encrypted, and it need not know.

Only what is written through this can be read through it. Everything blocks, and is small enough to be read whole.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

from inbox_app.sealing.files import PlainFiles, files_of

__all__ = ["PLAIN", "Files", "files_of"]


class Files(Protocol):
    """Reads and writes files below `Host.folder`. What fails is an `OSError`."""

    def read(self, path: Path) -> bytes:
        """All that was written. Raises `FileNotFoundError`."""

    def write(self, path: Path, data: bytes) -> None:
        """Replace a file, whole or not at all; its folder is made when it is missing."""

    def append(self, path: Path, data: bytes) -> None:
        """Add to a file, on disk when this returns; it is made when it is missing."""

    def size(self, path: Path) -> int:
        """How many bytes `read` would give. Raises `FileNotFoundError`."""


PLAIN: Final[Files] = PlainFiles()
"""Where nobody wants a key."""
