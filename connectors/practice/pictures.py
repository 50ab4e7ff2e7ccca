"""Small files for the practice community: a drawn cup as PNG, and a few lines of text.

https://www.w3.org/TR/png/
"""

from __future__ import annotations

import struct
import zlib
from pathlib import PurePath
from typing import Final

from connectors.practice.world import dice_of

_WIDTH: Final = 240
_HEIGHT: Final = 160
_TEXT = """Fornace Melagrana

Cup and saucer, sand     14.00
Cup and saucer, smoke    14.00
Milk jug                 22.00
"""


def file_of(name: str) -> bytes:
    """The bytes of a file by its name; the same name gives the same bytes."""
    return cup(name) if PurePath(name).suffix.lower() == ".png" else _TEXT.encode()


def cup(seed: str) -> bytes:
    """A cup on a table, its colours drawn from `seed`."""
    dice = dice_of("picture", seed)
    table, wall, clay = ((int(90 + 150 * dice()), int(80 + 120 * dice()), int(70 + 110 * dice())) for _ in range(3))
    rows = b"".join(
        b"\0" + bytes(part for x in range(_WIDTH) for part in (clay if _in_cup(x, y) else table if y > 112 else wall))
        for y in range(_HEIGHT)
    )
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    pieces = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + pieces


def _in_cup(x: int, y: int) -> bool:
    body = abs(x - 115) < 40 - max(y - 95, 0) // 2 and 55 < y < 125
    ring = (x - 158) ** 2 + (y - 85) ** 2
    return body or 144 < ring < 400


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
