"""Imports stay Python's own once Qt is there.

PySide puts itself before every import and reads the source of each module that comes after it, to see whether it may
ask for another way of naming Qt's methods. Nothing here does, and at a start that is eight hundred files for nothing.
https://doc.qt.io/qtforpython-6/developer/feature-motivation.html
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def plain_imports() -> Iterator[None]:
    """What is imported first within this does not change how modules are imported after it."""
    plain = builtins.__import__
    try:
        yield
    finally:
        builtins.__import__ = plain
