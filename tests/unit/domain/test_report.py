"""Which conversations a figure of waiting lists first."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from inbox_app.domain.ids import MessageId
from inbox_app.domain.report import Begun, Span, firsts
from inbox_app.domain.working_hours import WorkingHours

SPAN = Span(date(2026, 11, 2), date(2026, 11, 8), ZoneInfo("UTC"))
BEGIN, HOUR = SPAN.limits[0], 3_600_000


def test_who_waited_longest_is_listed_first() -> None:
    waits = {1: 2, 2: 9, 3: None, 4: 5, 5: 9}
    begun = [
        Begun(MessageId(one), BEGIN + one, None if hours is None else BEGIN + one + hours * HOUR, None)
        for one, hours in waits.items()
    ]
    assert firsts(SPAN, WorkingHours(), begun, "first_response_hours") == (2, 5, 4, 1)
    assert firsts(SPAN, WorkingHours(), begun, "unanswered") == (3,)
