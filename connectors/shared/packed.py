"""Rows of whole numbers as one short text: what a cursor remembers of thousands of messages, in a few bytes each.

Neighbours differ little. So each column is kept as the differences of its numbers, and those are compressed.
"""

from __future__ import annotations

import struct
import zlib
from base64 import b85decode, b85encode
from collections.abc import Iterable
from itertools import accumulate
from operator import sub
from typing import Final

_BYTES: Final = 8
_QUICK: Final = 1
"""This is done in each pull; a better compression takes ten times as long for a quarter less."""
_LARGEST: Final = 2**63


def pack(rows: Iterable[tuple[int, ...]]) -> str:
    """The text for rows of equal width; numbers are from 0 to 2⁶³."""
    steps: list[int] = []
    for column in zip(*rows, strict=True):
        steps += map(sub, column, (0, *column[:-1]))
    return b85encode(zlib.compress(struct.pack(f"<{len(steps)}q", *steps), _QUICK)).decode() if steps else ""


def unpack(text: str, width: int, most: int) -> list[tuple[int, ...]]:
    """The rows, at most so many; none where the text is not what `pack` gives."""
    try:
        inflating = zlib.decompressobj()
        data = inflating.decompress(b85decode(text), max(most, 1) * width * _BYTES)
        steps = struct.unpack(f"<{len(data) // _BYTES}q", data)
    except (ValueError, zlib.error, struct.error):
        return []
    length, rest = divmod(len(steps), width)
    if inflating.unconsumed_tail or not inflating.eof or rest:
        return []
    columns = [[*accumulate(steps[start : start + length])] for start in range(0, len(steps), length or 1)]
    in_bounds = all(min(column) >= 0 and max(column) < _LARGEST for column in columns)
    return [*zip(*columns, strict=True)] if in_bounds else []
