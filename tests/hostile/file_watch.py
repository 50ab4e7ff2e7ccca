"""Tells whether anything in a folder is opened, by whatever part of the process, Qt's own C++ included.

https://man7.org/linux/man-pages/man7/inotify.7.html
"""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_IN_OPEN = 0x20


class FileWatch:
    """Counts the times that something in the folder was opened since it was asked last."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def opened(self) -> bool:
        """Whether anything was opened since the last question."""
        try:
            return bool(os.read(self._descriptor, 65_536))
        except BlockingIOError:
            return False


@contextmanager
def watch(folder: Path) -> Iterator[FileWatch]:
    """Watch a folder while the block runs."""
    system = ctypes.CDLL(None, use_errno=True)
    descriptor = system.inotify_init1(os.O_NONBLOCK)
    assert descriptor >= 0, os.strerror(ctypes.get_errno())
    try:
        assert system.inotify_add_watch(descriptor, os.fsencode(folder), _IN_OPEN) >= 0
        yield FileWatch(descriptor)
    finally:
        os.close(descriptor)
