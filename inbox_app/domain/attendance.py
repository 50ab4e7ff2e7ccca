"""Who spoke in the days of a report, in as many days before, and in its last thirty: each by their first words then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inbox_app.domain.ids import MessageId

MONTH = 30
"""The days over which an average day is told, up to the last day of a report, however long that is."""


@dataclass(frozen=True, slots=True)
class Attendance:
    """The first words of each member: in these days, in those before, after a long silence, and in the month."""

    spoke: Sequence[MessageId] = ()
    before: Sequence[MessageId] = ()
    returned: Sequence[MessageId] = ()
    month: Sequence[MessageId] = ()
    days: int = 0
    """On how many days of the month each of them spoke, added up."""

    @property
    def daily(self) -> float | None:
        """How many spoke on an average day of the month."""
        return round(self.days / MONTH, 1) if self.month else None

    @property
    def daily_percent(self) -> float | None:
        """What part of those of the month that is."""
        return round(100 * self.days / MONTH / len(self.month), 1) if self.month else None
