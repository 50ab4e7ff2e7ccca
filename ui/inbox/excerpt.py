"""The words around what was found, broken into lines: a layout of Qt's would not know which of them are marked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

Run = tuple[str, bool]
"""Some words, and whether they are what was looked for."""
Measure = Callable[[str, bool], float]

_PIECES = re.compile(r"\S+\s*|\s+")


def in_lines(runs: Iterable[Run], measure: Measure, width: float, most: int) -> list[list[Run]]:
    """At most so many lines; a word that does not fit begins the next one, and the last line takes all that is left."""
    lines: list[list[Run]] = [[]]
    used, may_break = 0.0, False
    for words, found in runs:
        for piece in _PIECES.findall(words):
            if may_break and len(lines) < most and used + measure(piece.rstrip(), found) > width:
                lines.append([])
                used = 0.0
            lines[-1].append((piece, found))
            used += measure(piece, found)
            may_break = piece[-1].isspace()
    return [_joined(line) for line in lines]


def _joined(line: Iterable[Run]) -> list[Run]:
    """Neighbours of one kind as one run: words are shaped and spaced together."""
    made: list[Run] = []
    for words, found in line:
        if made and made[-1][1] is found:
            made[-1] = (made[-1][0] + words, found)
        else:
            made.append((words, found))
    return made
