"""Two windows on one draft: what one would write over unseen stands beside it, until the person decides."""

from __future__ import annotations

from dataclasses import dataclass

Words = tuple[str, ...]
"""All that somebody wrote in a draft: its text, and what stands above it where that is written too."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A text that stands beside a draft, under an id of its own."""

    id: str
    words: Words


def words(*parts: str) -> Words:
    """What is written there; nothing where all of it is blank."""
    return tuple(said for part in parts if (said := part.strip()))


def is_unseen(there: Words, wanted: Words, based: Words | None) -> bool:
    """Whether a save writes over something that it is not based on; None is a save that means to."""
    return based is not None and there not in ((), wanted, based)
