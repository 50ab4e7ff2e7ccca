"""What a channel's service allows: in one message and how it counts, and in a stretch of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import regex


class Counting(StrEnum):
    """The unit of a length limit."""

    CODE_POINTS = "code_points"
    GRAPHEMES = "graphemes"
    UTF16 = "utf16"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for one message in one conversation; None means that the service names none. Sizes are in bytes."""

    text: int | None = None
    counting: Counting = Counting.CODE_POINTS
    files: int | None = 0
    file_size: int | None = None
    media_types: frozenset[str] | None = None
    descriptions: bool = False
    """Whether what a person says of a picture reaches those who cannot see it."""

    def length(self, text: str) -> int:
        """How long the service thinks `text` is."""
        match self.counting:
            case Counting.CODE_POINTS:
                return len(text)
            case Counting.GRAPHEMES:
                return len(regex.findall(r"\X", text))
            case Counting.UTF16:
                return len(text.encode("utf-16-le", "surrogatepass")) // 2
            case Counting.BYTES:
                return len(text.encode("utf-8", "surrogatepass"))

    def allows_text(self, text: str) -> bool:
        """Whether `text` fits into one message."""
        return self.text is None or self.length(text) <= self.text


@dataclass(frozen=True, slots=True)
class RateLimit:
    """What a service says is left of one of its limits (requests, points, units a day) until it starts anew."""

    name: str
    left: int
    total: int
    resets_at: datetime


def pass_over(_: RateLimit) -> None:
    """A listener that keeps no account of limits."""
