"""Icons and channel marks, drawn from the fonts that QtAwesome brings, in the colours of the theme.

The fonts are read directly, since importing QtAwesome itself costs half a second of a start.
https://phosphoricons.com and https://fontawesome.com/icons/packs/brands
"""

from __future__ import annotations

import json
from enum import Enum
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPixmap

from ui.theme.mirroring import is_mirrored
from ui.theme.theme import Theme


class Glyphs(Enum):
    """A font of glyphs: the beginning of its file's name."""

    ACTIONS = "phosphor"
    BRANDS = "fontawesome6-brands"


_PAIRS = (
    ("arrow-left", "arrow-right"),
    ("arrow-bend-up-left", "arrow-bend-up-right"),
    ("arrow-bend-double-up-left", "arrow-bend-double-up-right"),
    ("arrow-u-up-left", "arrow-u-up-right"),
    ("caret-left", "caret-right"),
)
_OPPOSITE = dict(_PAIRS) | {right: left for left, right in _PAIRS}


def icon(theme: Theme, name: str, ink: str = "text2", size: int = 16) -> QIcon:
    """An icon in a colour of the theme; ask again when the theme changed."""
    return _icon(_facing(name), theme.colour(ink).rgba(), theme.colour("text3").rgba(), size)


def draw(painter: QPainter, where: QRectF, name: str, colour: QColor, glyphs: Glyphs = Glyphs.ACTIONS) -> None:
    """Draw an icon that fills a square."""
    _draw(painter, where, letter(_facing(name), glyphs), colour, glyphs)


def _draw(painter: QPainter, where: QRectF, shown: str, colour: QColor, glyphs: Glyphs) -> None:
    painter.setFont(_font(glyphs, round(where.height() * 10)))
    painter.setPen(colour)
    painter.drawText(where, Qt.AlignmentFlag.AlignCenter, shown)


def _facing(name: str) -> str:
    """An arrow points the other way for those who read from the right."""
    return _OPPOSITE.get(name, name) if is_mirrored() else name


@cache
def letter(name: str, glyphs: Glyphs = Glyphs.ACTIONS) -> str:
    """The character that stands for an icon in its font; empty where there is none of that name."""
    code = _codes(glyphs).get(name)
    return chr(int(code, 16)) if code else ""


@cache
def _icon(name: str, rgba: int, disabled: int, size: int) -> QIcon:
    """A thread has dozens of the same few."""
    made = QIcon()
    for scale in (1, 2, 3):
        made.addPixmap(_pixmap(name, rgba, size, scale))
        made.addPixmap(_pixmap(name, disabled, size, scale), QIcon.Mode.Disabled)
    return made


@cache
def _pixmap(name: str, rgba: int, size: int, scale: int) -> QPixmap:
    made = QPixmap(size * scale, size * scale)
    made.setDevicePixelRatio(scale)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    _draw(painter, QRectF(0, 0, size, size), letter(name), QColor.fromRgba(rgba), Glyphs.ACTIONS)
    painter.end()
    return made


@cache
def _font(glyphs: Glyphs, tenths: int) -> QFont:
    made = QFont(_family(glyphs))
    made.setPixelSize(round(tenths / 10))
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


@cache
def _family(glyphs: Glyphs) -> str:
    number = QFontDatabase.addApplicationFont(str(_file(glyphs, "ttf")))
    names = QFontDatabase.applicationFontFamilies(number)
    return names[0] if names else ""


@cache
def _codes(glyphs: Glyphs) -> dict[str, str]:
    read: dict[str, str] = json.loads(_file(glyphs, "json").read_text("utf-8"))
    return read


def _file(glyphs: Glyphs, kind: str) -> Path:
    found = find_spec("qtawesome")
    if found is None or found.origin is None:
        raise FileNotFoundError("QtAwesome, which holds the icons, is not installed")
    return next(Path(found.origin).with_name("fonts").glob(f"{glyphs.value}*.{kind}"))
