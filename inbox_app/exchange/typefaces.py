"""Which fonts of this computer have the signs of a text: a document that is kept for years carries them along.

Fonts are looked at when a sign turns up that none of those in use has, those named after its script first.
https://learn.microsoft.com/en-us/typography/opentype/spec/cmap
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

FIRST = ("Inter-Regular", "NotoSans-Regular", "DejaVuSans", "arial", "Arial Unicode", "Helvetica")
_MOST = 400
"""Fonts that are looked into for one script."""
_EAST_ASIAN = (
    "cjk", "sourcehan", "wqy", "uming", "ukai", "droidsansfallback", "pingfang", "hiragino", "songti", "msyh", "simsun",
    "meiryo", "yugoth", "msgothic", "ipa", "takao", "vl-gothic",
)  # fmt: skip
_KOREAN = ("applesdgothic", "malgun", "gulim", "batang", "nanum", "unbatang")
_NAMED = {
    "cjk": _EAST_ASIAN,
    "ideographic": _EAST_ASIAN,
    "fullwidth": _EAST_ASIAN,
    "hiragana": _EAST_ASIAN,
    "katakana": _EAST_ASIAN,
    "bopomofo": _EAST_ASIAN,
    "hangul": (*_EAST_ASIAN[:2], *_KOREAN),
}
"""What fonts are called that have scripts whose names they do not bear."""
_ALONE = (range(0x20, 0x300), range(0x370, 0x530), range(0x1E00, 0x2000), range(0x2010, 0x2028), range(0x2030, 0x205F),
          range(0x20A0, 0x20D0), range(0x2100, 0x2400))  # fmt: skip
"""Latin, Greek and Cyrillic letters, punctuation, currencies, arrows and mathematics."""
_BASIC = frozenset(map(ord, "AZaz09 .,àè"))


Looked = dict[Path, frozenset[int]]
"""Which signs fonts have that were looked into, for the next document."""


class Typefaces:
    """The fonts in use, in the order they are asked; `add` makes one known to the document."""

    def __init__(self, add: Callable[[str, Path], None], looked: Looked) -> None:
        self._add = add
        self._files = sorted(_files(), key=lambda path: (_rank(path), "Sans" not in path.stem, path.name))
        self._known: set[int] = set()
        self._missing: set[int] = set()
        self._looked = looked
        self._plain: set[str] = set()
        self.names: list[str] = []
        self._take_first()

    @property
    def missing(self) -> tuple[str, ...]:
        """The scripts of the signs that no font here has."""
        return tuple(sorted({_script(chr(sign)) for sign in self._missing}))

    def shown(self, text: str) -> str:
        """The text with what cannot be shown named and counted: a box would neither be read nor found."""
        if not self._missing:
            return text
        runs = groupby(text, lambda sign: _script(sign) if ord(sign) in self._missing else "")
        told = ((script, "".join(run)) for script, run in runs)
        return "".join(f"[{script} \u00d7{len(run)}]" if script else run for script, run in told)

    def prepare(self, text: str) -> bool:
        """See to the signs of a text; whether another font was taken up."""
        before = len(self.names)
        for sign in {ord(one) for one in text} - self._known - self._missing:
            if sign in self._known or _is_unseen(chr(sign)):
                continue
            if not any(self._take(path, {sign}) for path in self._candidates(sign)):
                self._missing.add(sign)
        return len(self.names) > before

    def is_plain(self, text: str) -> bool:
        """Whether the first font has all of a text, sign for sign and from left to right."""
        return self._plain.issuperset(text)

    def _take_first(self) -> None:
        for path in self._files[:_MOST]:
            if self._take(path, _BASIC):
                self._plain = {chr(sign) for sign in self._known if _stands_alone(sign)}
                return

    def _take(self, path: Path, wanted: set[int] | frozenset[int]) -> bool:
        signs = self._signs(path)
        if not wanted <= signs:
            return False
        name = f"face{len(self.names)}"
        self._add(name, path)
        self.names.append(name)
        self._known |= signs
        return True

    def _candidates(self, sign: int) -> list[Path]:
        script = _script(chr(sign)).lower()
        words = _NAMED.get(script, (script,))
        named = [path for word in words for path in self._files if word in path.name.lower()]
        emoji = [path for path in self._files if "emoji" in path.name.lower()] if sign > 0x2000 else []
        return list(dict.fromkeys([*named, *emoji, *self._files]))[:_MOST]

    def _signs(self, path: Path) -> frozenset[int]:
        if path not in self._looked:
            self._looked[path] = _read(path)
        return self._looked[path]


def _script(sign: str) -> str:
    """What the name of a sign begins with, which for letters is their script."""
    name = unicodedata.name(sign, "").partition(" ")[0]
    return name if name == "CJK" else name.capitalize() or f"U+{ord(sign):04X}"


def _stands_alone(sign: int) -> bool:
    """Whether a sign looks the same whatever stands beside it: letters of scripts that set one beside the other."""
    return any(sign in span for span in _ALONE) and unicodedata.category(chr(sign))[0] not in "MC"


def _is_unseen(sign: str) -> bool:
    """Whether a sign has no shape of its own."""
    return unicodedata.category(sign)[0] in "CZ" or "\ufe00" <= sign <= "\ufe0f"


def _read(path: Path) -> frozenset[int]:
    try:
        with TTFont(path, lazy=True, fontNumber=0) as font:
            return frozenset(font.getBestCmap() or ())
    except (TTLibError, OSError, KeyError, AssertionError, ValueError):
        return frozenset()


def _rank(path: Path) -> int:
    """TrueType first: readers of PDF know it best. Of a collection the first font is taken."""
    place = FIRST.index(path.stem) if path.stem in FIRST else len(FIRST) + ("Regular" not in path.stem)
    return place + (len(FIRST) + 2) * (path.suffix.lower() != ".ttf")


def _files() -> Iterator[Path]:
    for folder in _folders():
        for root, _names, files in os.walk(folder):
            yield from (Path(root, name) for name in files if name.lower().endswith((".ttf", ".otf", ".ttc")))


def _folders() -> tuple[Path, ...]:
    home = Path.home()
    if sys.platform == "win32":
        return (Path(os.environ.get("WINDIR", r"C:\Windows"), "Fonts"),)
    if sys.platform == "darwin":
        return Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"
    return Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts"
