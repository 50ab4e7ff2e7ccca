"""Signatures that nothing marks: the lines with which somebody ends every message of a conversation."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeVar

from inbox_app.content.folding import Piece, PieceKind, fold_text

Author = TypeVar("Author", bound=Hashable)

_FEWEST, _MOST = 2, 12
"""Lines of an ending: a mere name is part of what was said, and more than a dozen is more than a signature."""


def repeated_endings(said: Iterable[tuple[Author, str]]) -> dict[Author, str]:
    """For each author of at least two messages the lines that all of them end with, where there are any."""
    common: dict[Author, list[str]] = {}
    counts: dict[Author, int] = {}
    for author, text in said:
        lines = _last_lines(text)
        if not lines:
            continue
        counts[author] = counts.get(author, 0) + 1
        common[author] = _shared(common[author], lines) if author in common else lines
    endings = {author: _ending(lines) for author, lines in common.items() if counts[author] > 1}
    return {author: ending for author, ending in endings.items() if ending}


def part_ending(pieces: tuple[Piece, ...], ending: str) -> tuple[Piece, ...]:
    """The pieces, the ending parted from what was said before it."""
    place = max((at for at, one in enumerate(pieces) if one.kind is PieceKind.SAID), default=-1)
    if not ending or place < 0 or not pieces[place].content.endswith("\n" + ending):
        return pieces
    said = pieces[place].content.removesuffix(ending).rstrip()
    if not said:
        return pieces
    parted = (Piece(PieceKind.SAID, said), Piece(PieceKind.SIGNATURE, ending))
    return (*pieces[:place], *parted, *pieces[place + 1 :])


def _last_lines(text: str) -> list[str]:
    """The last lines of what was said, the last first; one fewer than there are, since something is said before."""
    said = [one.content for one in fold_text(text) if one.kind is PieceKind.SAID]
    lines = said[-1].rstrip().split("\n")[::-1] if said else []
    return lines[: min(_MOST, len(lines) - 1)]


def _shared(one: list[str], other: list[str]) -> list[str]:
    count = 0
    while count < min(len(one), len(other)) and one[count] == other[count]:
        count += 1
    return one[:count]


def _ending(lines: list[str]) -> str:
    kept = "\n".join(reversed(lines)).strip("\n")
    return kept if sum(bool(line.strip()) for line in kept.split("\n")) >= _FEWEST else ""
