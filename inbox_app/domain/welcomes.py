"""Welcoming: who is new, what they first said, and how welcoming goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import median

from inbox_app.domain.ids import MessageId
from inbox_app.domain.people import MemberLine, Suggestion, TimelineLine


class Greeting(StrEnum):
    """How a newcomer was dealt with by hand; an answer of ours needs none of it."""

    WELCOMED = "welcomed"
    PASSED = "passed"
    """Not to be welcomed, like an advertiser; counts for no figure."""


@dataclass(frozen=True, slots=True)
class Debut:
    """The first words of somebody new, and what came of them."""

    first: MessageId
    said_at: datetime
    welcomed_at: datetime | None
    passed: bool
    spoke_again: bool
    """On a later day."""

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has dealt with them."""
        return self.welcomed_at is None and not self.passed


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody seen for the first time, with the first words as they are to be read."""

    member: MemberLine
    first: TimelineLine
    debut: Debut


@dataclass(frozen=True, slots=True)
class Offered:
    """A newcomer to welcome, and whom they resemble."""

    newcomer: Newcomer
    resembles: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class Welcomes:
    """How welcoming goes: of the newcomers of some days, those who are passed over apart."""

    newcomers: int
    welcomed: int
    hours: float | None
    """From the first word to the welcome, in the middle."""
    spoke_again: int


def figures(found: Iterable[Debut]) -> Welcomes:
    """The figures of these newcomers."""
    counted = [one for one in found if not one.passed]
    waits = [(one.welcomed_at - one.said_at).total_seconds() / 3600 for one in counted if one.welcomed_at]
    again = sum(one.spoke_again for one in counted)
    return Welcomes(len(counted), len(waits), round(median(waits), 1) if waits else None, again)
