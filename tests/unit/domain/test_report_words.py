"""What figures are called, and what stands above their messages."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from inbox_app.domain.report import Figure, Part, Span
from inbox_app.domain.report_words import count_listed, figure_meaning, figure_name


@pytest.mark.parametrize(
    ("figure", "shown", "said"),
    [
        (Figure("mastodon in", 1, 1), 1, "1 message"),
        (Figure("mastodon in", 2000, 2000), 2000, "2000 messages"),
        (Figure("mastodon in", 2001, 2001), 2000, "2001 messages, of which the 2000 newest"),
        (Figure("first_response_hours", 4.5, 2001), 2000, "2001 messages, of which the 2000 longest waits"),
    ],
)
def test_a_list_that_is_cut_short_says_so(figure: Figure, shown: int, said: str) -> None:
    assert count_listed(figure, shown) == said


@pytest.mark.parametrize(("first", "said"), [(1, "2026-06-29, from us"), (5, "week from 2026-06-29, from us")])
def test_a_bar_that_is_a_week_says_so(first: int, said: str) -> None:
    span = Span(date(2026, 7 - first, 1), date(2026, 7, 9), ZoneInfo("UTC"))
    assert figure_name(Part.TIME, "2026-06-29 out", {}, span) == said


def test_what_counts_people_over_thirty_days_says_so() -> None:
    assert all(figure_meaning(Part.PEOPLE, key) for key in ("spoke", "returned", "month", "daily", "daily_percent"))
