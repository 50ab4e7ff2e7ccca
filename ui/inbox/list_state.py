"""What a pane says when it has nothing to show: it loads, is empty, or something went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Mood(Enum):
    """How a pane is; its value is the icon above the sentence."""

    READY = ""
    LOADING = "hourglass"
    EMPTY = "coffee"
    ERROR = "warning-circle"


@dataclass(frozen=True, slots=True)
class ListState:
    """A mood with its sentence, and the next step as a button where there is one."""

    mood: Mood
    sentence: str = ""
    step: str = ""

    @property
    def covers(self) -> bool:
        """Whether it stands in place of the content."""
        return self.mood is not Mood.READY


READY = ListState(Mood.READY)
