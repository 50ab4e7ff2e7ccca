"""Small pictures for the practice community, drawn by ourselves: a shelf of pots in the evening light, as PNG.

Colours and pots follow from the name, and a name that speaks of cracks or corners gets them.
 https://www.w3.org/TR/png/
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import Final

from connectors.practice.world import dice_of

Colour = tuple[int, int, int]
_WIDTH: Final = 256
_HEIGHT: Final = 160
_ROOM: Final = 320
"""Shapes are thought of in a room of 320 by 200, of which every fifth line is left out."""
_TABLE: Final = 150
_TEXT: Final = """Fornace Melagrana

Cup and saucer, sand     14.00
Cup and saucer, smoke    14.00
Milk jug                 22.00
"""
_GLAZES: Final[dict[str, Colour]] = {
    "sage": (150, 170, 146), "ash": (226, 222, 212), "red": (176, 58, 60), "blue": (52, 74, 112),
    "sand": (214, 188, 150), "olive": (124, 126, 78), "smoke": (132, 130, 136), "cream": (238, 226, 200),
}  # fmt: skip
_FLAWS: Final = {"craz": "net", "base": "net", "chip": "chip", "torn": "chip", "corner": "chip"}
_EVENINGS: Final[tuple[tuple[Colour, Colour, Colour], ...]] = (
    ((250, 222, 190), (226, 158, 124), (122, 76, 58)),
    ((222, 232, 234), (166, 190, 196), (92, 84, 80)),
    ((244, 232, 212), (214, 188, 160), (108, 82, 62)),
    ((214, 206, 226), (150, 136, 172), (70, 58, 74)),
)
"""Light at the top of the wall and at its foot, and the wood of the table."""


@dataclass(frozen=True, slots=True)
class _Pot:
    """A pot on the table: its middle, its radius and height, how it widens towards the rim, and its glaze."""

    middle: int
    radius: int
    height: int
    flare: float
    glaze: Colour
    handle: bool
    flaw: str = ""

    def holds(self, x: int, y: int) -> bool:
        """Whether a point lies on its body."""
        half = self.half(y)
        chipped = self.flaw == "chip" and abs(x - self.middle - self.radius * 0.5) < 10 - (y - self.rim) * 0.9
        return half > 0 and abs(x - self.middle) <= half and not chipped

    def is_cracked(self, x: int, y: int) -> bool:
        """Whether a line of its net of cracks goes through a point."""
        return self.flaw == "net" and ((x * 3 + y * 2) % 31 == (x // 17) % 3 or (x * 2 - y * 3) % 37 == (y // 13) % 4)

    @property
    def rim(self) -> int:
        """How high up it ends."""
        return _TABLE + 14 - self.height

    def half(self, y: int) -> float:
        """How wide it is at a height, from its middle; 0 above and below."""
        up = (_TABLE + 14 - y) / self.height
        if not 0 <= up <= 1:
            return 0
        foot = 0.62 if up < 0.05 else 1.0
        return self.radius * foot * (0.68 + self.flare * up + 0.32 * (1 - (1 - min(up * 2.2, 1)) ** 2))

    def in_handle(self, x: int, y: int) -> bool:
        """Whether a point lies on the handle."""
        across = (x - self.middle - self.half(y) * 0.96) / (self.radius * 0.5)
        along = (y - (_TABLE + 14 - self.height * 0.55)) / (self.height * 0.3)
        return self.handle and x > self.middle and 0.55 < across * across + along * along < 1.15


def file_of(name: str) -> bytes:
    """The bytes of a file by its name; the same name gives the same bytes."""
    return picture(PurePath(name).stem) if PurePath(name).suffix.lower() == ".png" else _TEXT.encode()


@lru_cache(maxsize=64)
def picture(name: str) -> bytes:
    """A shelf of pots, its colours and pots drawn after `name`."""
    dice = dice_of("picture", name)
    light, shade, wood = _EVENINGS[int(len(_EVENINGS) * dice())]
    pots = tuple(_pots(name, dice))
    rows = b"".join(
        b"\0"
        + bytes(part for x in range(_WIDTH) for part in _point(x * 5 // 4, y * 5 // 4, pots, (light, shade, wood)))
        for y in range(_HEIGHT)
    )
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    pieces = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + pieces


def _pots(name: str, dice: Callable[[], float]) -> Iterator[_Pot]:
    """One to three of them; the last stands in front and has the glaze that the name speaks of."""
    named = next((glaze for word, glaze in _GLAZES.items() if word in name), None)
    count = 3 if "three" in name else 1 + int(2.4 * dice())
    flaw = next((flaw for word, flaw in _FLAWS.items() if word in name), "")
    glazes = list(_GLAZES.values())
    for turn in range(count):
        radius, height = 26 + int(22 * dice()), 44 + int(58 * dice())
        middle = _ROOM * (2 * turn + 1) // (2 * count + 1) + int(24 * (dice() - 0.5))
        glaze = named if named and turn == count - 1 else glazes[int(len(glazes) * dice())]
        yield _Pot(middle, radius, height, 0.34 * dice() - 0.05, glaze, dice() < 0.7, flaw if turn == count - 1 else "")


def _point(x: int, y: int, pots: tuple[_Pot, ...], scene: tuple[Colour, Colour, Colour]) -> Colour:
    for pot in reversed(pots):
        if pot.holds(x, y):
            if pot.is_cracked(x, y):
                return _mixed(pot.glaze, (70, 56, 50), 0.55)
            if y < pot.rim + 5:
                return _mixed(pot.glaze, (255, 250, 240), 0.34)
            lit = (x - pot.middle) / pot.half(y)
            return _mixed(pot.glaze, (255, 250, 240) if lit < 0 else (40, 32, 40), lit * lit * 0.34)
        if pot.in_handle(x, y):
            return _mixed(pot.glaze, (40, 32, 40), 0.14)
    return _room(x, y, pots, scene)


def _room(x: int, y: int, pots: tuple[_Pot, ...], scene: tuple[Colour, Colour, Colour]) -> Colour:
    light, shade, wood = scene
    if y < _TABLE:
        sun = ((x - 250) / 46) ** 2 + ((y - 52) / 46) ** 2
        wall = _mixed(light, shade, round(y / _TABLE * 12) / 12)
        return _mixed(wall, (255, 250, 236), 0.5) if sun < 1 else wall
    shadow = any(((x - pot.middle - 14) / (pot.radius * 1.5)) ** 2 + ((y - _TABLE - 14) / 7) ** 2 < 1 for pot in pots)
    grain = 0.08 if (y * 7 + x // 40) % 11 == 0 else 0.0
    return _mixed(wood, (20, 14, 14), 0.3 if shadow else grain)


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
