"""Text broken into lines of a width: words are measured once each, however often they are said.

The library's own breaking shapes the line so far anew with each of its letters. A word that is longer than a line, and
scripts that write without spaces, are broken between letters, never before a sign that belongs to the one before it.
https://www.unicode.org/reports/tr14/
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

_WORD = re.compile(r"\S+|\s+")
_MOST = 50_000
"""Words whose widths are kept."""
_ROOM = 0.995
"""Of a line's width: words beside each other may be a little wider than alone."""
_JOINER = "\u200d"


class Lines:
    """Breaks paragraphs; `measure` says how wide a text is."""

    def __init__(self, measure: Callable[[str], float]) -> None:
        self._measure = measure
        self._widths: dict[str, float] = {}

    def forget(self) -> None:
        """Words may have another width by now."""
        self._widths.clear()

    def broken(self, paragraph: str, width: float) -> Iterator[str]:
        """The lines of a paragraph, at least one; spaces at which it breaks are gone."""
        room = width * _ROOM
        line, used = "", 0.0
        for word in self._words(paragraph, room):
            wide = self._width(word)
            if line and used + wide > room:
                yield line.rstrip()
                line, used = "", 0.0
                if word.isspace():
                    continue
            line += word
            used += wide
        yield line.rstrip()

    def _words(self, paragraph: str, room: float) -> Iterator[str]:
        for word in _WORD.findall(paragraph):
            if self._width(word) <= room:
                yield word
            else:
                yield from _letters(word)

    def _width(self, word: str) -> float:
        known = self._widths.get(word)
        if known is None:
            if len(self._widths) >= _MOST:
                self._widths.clear()
            known = self._widths[word] = self._measure(word)
        return known


def _letters(word: str) -> Iterator[str]:
    """The letters of a word, each with the signs that hang on it."""
    letter = ""
    for sign in word:
        if letter and not (letter.endswith(_JOINER) or sign == _JOINER or unicodedata.category(sign)[0] in "MC"):
            yield letter
            letter = ""
        letter += sign
    if letter:
        yield letter
