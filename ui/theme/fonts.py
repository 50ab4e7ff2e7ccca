"""The interface's font in the few sizes it is used in, scaled with the system's own."""

from __future__ import annotations

import sys
from functools import cache
from unicodedata import bidirectional

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF, QTextLayout, QTextOption

CHIP = 11
META = 12
BODY = 13
MESSAGE = 14
THREAD_TITLE = 16
PANE_TITLE = 18
WELCOME = 22

REGULAR = 400
MEDIUM = 500
BOLD = 600
HEAVY = 650

LINE_HEIGHT = 132
"""Of messages, in percent."""
_PLAIN_POINTS = 13.0 if sys.platform == "darwin" else 9.0
_SMALLEST, _LARGEST = 0.8, 2.5
_ELLIPSIS = "…"
_AS_BEFORE = "\u200f"
"""Keeps an ellipsis at the left end of Arabic or Hebrew words, though the sentence around them goes to the right."""


@cache
def families() -> tuple[str, ...]:
    """Inter where it is installed, then the system's interface font, then what draws emoji."""
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    known = set(QFontDatabase.families())
    wanted = ("Inter", system, "Noto Sans", "Noto Color Emoji", "Segoe UI Emoji", "Apple Color Emoji")
    return tuple(dict.fromkeys(name for name in wanted if name == system or name in known))


@cache
def system_scale() -> float:
    """How much larger than usual the system's interface font is."""
    points = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).pointSizeF()
    return min(max(points / _PLAIN_POINTS, 1.0), _LARGEST) if points > 0 else 1.0


def within_reason(scale: float) -> float:
    """A scale at which everything can still be read, and still be laid out."""
    return min(max(scale, _SMALLEST), _LARGEST)


@cache
def font(pixels: int, weight: int = REGULAR, scale: float = 1.0) -> QFont:
    """The interface font at a size in logical pixels."""
    made = QFont()
    made.setFamilies(list(families()))
    made.setPixelSize(round(pixels * within_reason(scale)))
    made.setWeight(QFont.Weight(weight))
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


@cache
def metrics(chosen: QFont) -> QFontMetricsF:
    """The measures of a font; asking Qt each time is what makes painting slow."""
    return QFontMetricsF(chosen)


def elide(text: str, chosen: QFont, width: float) -> str:
    """The text, cut with an ellipsis where it is too long."""
    shown = metrics(chosen).elidedText(text, Qt.TextElideMode.ElideRight, max(width, 0.0))
    return shown + _AS_BEFORE if shown != text and _ends_leftward(shown) else shown


def uncut(shown: str) -> str:
    """What `elide` left of a text, without its ellipsis."""
    return shown.removesuffix(_AS_BEFORE).removesuffix(_ELLIPSIS)


def _ends_leftward(text: str) -> bool:
    """Whether its last letter belongs to a script that is written from right to left."""
    strong = (kind for kind in map(bidirectional, reversed(text)) if kind in ("L", "R", "AL"))
    return next(strong, "L") != "L"


def two_lines(text: str, chosen: QFont, width: float) -> tuple[str, str]:
    """A text broken at a word into a first line and the elided rest."""
    layout = QTextLayout(text, chosen)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(width)
    length = line.textLength()
    layout.endLayout()
    # Qt counts in halves of what Python counts.
    units = text.encode("utf-16-le", "surrogatepass")
    first, rest = (part.decode("utf-16-le", "surrogatepass") for part in (units[: 2 * length], units[2 * length :]))
    return first.rstrip(), elide(rest, chosen, width)
