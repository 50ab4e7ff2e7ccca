"""Working time between two moments, across nights, weekends, holidays and changes of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_app.domain.errors import WrongUse
from inbox_app.domain.working_hours import Clock, WorkingHours, hours_text, parse_hours, read_hours, write_hours

ROME = ZoneInfo("Europe/Rome")
OFFICE = parse_hours("mon-fri 9-18, sat 9:30-13", "2026-12-25")


def hours(first: datetime, last: datetime, of: WorkingHours = OFFICE) -> float:
    """Working hours from one moment to another."""
    return Clock(of, ROME, first, last).between(first.timestamp(), last.timestamp()) / 3600


def rome(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ROME)


@pytest.mark.parametrize(
    ("first", "last", "counted"),
    [
        (rome(1, 10), rome(1, 12), 2),
        (rome(1, 17), rome(2, 10), 2),
        (rome(1, 3), rome(1, 8), 0),
        (rome(4, 17), rome(7, 10), 5.5),
        (rome(24, 17), rome(26, 10), 1.5),
        (rome(25, 9), rome(25, 18), 0),
    ],
)
def test_only_working_time_counts(first: datetime, last: datetime, counted: float) -> None:
    assert hours(first, last) == counted


def test_without_hours_every_hour_counts_and_the_lost_one_does_not() -> None:
    assert hours(rome(1, 0), rome(3, 12), WorkingHours()) == 60
    assert hours(rome(29, 0, month=3), rome(30, 0, month=3), WorkingHours()) == 23


@settings(max_examples=60)
@given(st.integers(0, 20_000), st.integers(0, 20_000))
def test_it_equals_counting_minute_by_minute(start: int, length: int) -> None:
    first = datetime(2026, 12, 20, tzinfo=UTC) + timedelta(minutes=start)
    minutes = (first + timedelta(minutes=one) for one in range(length))
    spans = dict(OFFICE.days)

    def counts(moment: datetime) -> bool:
        local = moment.astimezone(ROME)
        begin, end = spans.get(local.weekday(), (0, 0))
        return local.date() != date(2026, 12, 25) and begin <= local.hour * 60 + local.minute < end

    assert round(hours(first, first + timedelta(minutes=length)) * 60) == sum(map(counts, minutes))


def test_hours_are_kept_as_they_are_said() -> None:
    assert read_hours(write_hours(OFFICE)) == OFFICE
    assert parse_hours(hours_text(OFFICE), "2026-12-25") == OFFICE
    assert not read_hours("").is_set


@pytest.mark.parametrize("words", ["mon", "mon 18-9", "mon 9-25", "moon 9-18", "mon 9:75-18"])
def test_what_is_no_hour_is_refused(words: str) -> None:
    with pytest.raises(WrongUse):
        parse_hours(words, "")
