"""Which guides lead to each message of a thread: pure, from the depths alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ui.theme.tokens import DEEPEST_NESTING


@dataclass(frozen=True, slots=True)
class Branch:
    """Where a message hangs. `level` is how far it is indented, at most `DEEPEST_NESTING`.

    `passing` are the levels whose guide goes on past it to a later message; `answered` tells that a guide leaves it
    downwards; `folded` that it stands as deep as its parent, whose name has to be said.
    """

    level: int = 0
    passing: tuple[int, ...] = ()
    answered: bool = False
    folded: bool = False


def branches(depths: Sequence[int]) -> list[Branch]:
    """The branch of each message, in the order shown; a message's parent is the nearest before it with less depth."""
    made: list[Branch] = []
    passing: set[int] = set()
    below: int | None = None
    for depth in reversed(depths):
        level = min(depth, DEEPEST_NESTING)
        passing = {one for one in passing if one < level}
        answered = below is not None and below > depth and depth < DEEPEST_NESTING
        made.append(Branch(level, tuple(sorted(passing)), answered, depth > DEEPEST_NESTING))
        if level:
            passing.add(level - 1)
        below = depth
    made.reverse()
    return made
