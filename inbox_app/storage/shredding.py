"""Removing what was readable: overwritten first, as far as a disk lets itself be overwritten.

A solid-state disk and a file system that copies on write may keep the old bytes; nothing that a program does reaches
those. The guide says so. A file that has another name is only unlinked: backups share their files, and what is left of
one is overwritten when its last name goes.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import BinaryIO

_PIECE = bytes(1 << 20)


def shred(path: Path) -> None:
    """Overwrite and remove a file, or a folder with all that is in it. What is not there is gone already."""
    if path.is_dir() and not path.is_symlink():
        for inside in path.rglob("*"):
            if inside.is_file() and not inside.is_symlink():
                shred(inside)
        shutil.rmtree(path, ignore_errors=True)
        return
    with contextlib.suppress(FileNotFoundError):
        if path.lstat().st_nlink == 1:
            with path.open("r+b") as file:
                overwrite(file)
        path.unlink()


def overwrite(file: BinaryIO) -> None:
    """Leave nothing of what an open file held."""
    left = file.seek(0, os.SEEK_END)
    file.seek(0)
    while left > 0:
        left -= file.write(_PIECE[:left])
    file.flush()
    os.fsync(file.fileno())
