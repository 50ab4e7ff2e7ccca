"""A report in the terminal fits a screen or two and says each number where its row and column meet."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from inbox_app.cli.report_tables import report_text
from inbox_app.domain.report import Counted, Report, Said, Span, Volume, draw_up
from inbox_app.domain.words import Direction
from inbox_app.domain.working_hours import WorkingHours

SPAN = Span(date(2026, 9, 1), date(2026, 11, 26), ZoneInfo("UTC"))
HOUR = 3_600_000
MONDAY = 1_788_739_200_000  # 2026-09-07


def report(number: int) -> Report:
    """So many messages on a Monday at two, and three answers at five."""
    said = [
        Volume("a", "mail", Direction.INCOMING, [(MONDAY + 2 * HOUR, number)]),
        Volume("a", "mail", Direction.OUTGOING, [(MONDAY + 5 * HOUR, 3)]),
    ]
    return draw_up(SPAN, WorkingHours(), Counted(Said(said, {("community", "in"): number})))


@pytest.mark.parametrize("number", [41, 123_456])
def test_it_fits_and_says_each_number_in_its_place(number: int) -> None:
    lines = report_text(report(number), {"a": "@brand", "mail": "E-mail"}).splitlines()
    assert len(lines) < 70
    assert max(map(len, lines)) <= 100
    (week,) = [line for line in lines if "week from" in line]
    assert week.split()[:5] == ["week", "from", "2026-09-07", str(number), "3"]
    assert [line.split()[1:] for line in lines if line.startswith("  @brand")] == [[str(number), "3"]]
    heat = [line.split() for line in lines[-25:]]
    heads, row = next(
        (above, row) for above in heat for row in heat if str(number) in row and above[:1] in (["0"], ["Mon"])
    )
    assert (row[0], heads[row.index(str(number)) - 1]) in (("Mon", "2"), ("2h", "Mon"))
