"""What is asked of the spelling process, and what it answers; carried as `content.frames` carries values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from inbox_app.spelling.dictionaries import Dictionary

MOST_FOUND = 500
"""Words of one text that are told; whoever has more has another language."""
MOST_MEANT = 6


class Ask(StrEnum):
    """What the process can be asked."""

    CHECK = "check"
    MEANT = "meant"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question about a text, which lies in the frame's bytes; `own` is the file of the person's own words."""

    verb: Ask
    sizes: tuple[int, ...]
    dictionary: Dictionary
    own: str
