"""Working time between two moments, across nights, weekends, holidays and changes of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_app.domain.errors import WrongUse
from inbox_app.domain.working_hours import Clock, WorkingHours, hours_text, parse_hours, read_hours, write_hours
from inbox_app.i18n import set_language

ROME = ZoneInfo("Europe/Rome")
OFFICE = parse_hours("mon-thu 9-18, sat 9:30-13, fri 9-12 13-19", "2026-12-25")


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
        (rome(4, 17), rome(7, 10), 6.5),
        (rome(4, 11), rome(4, 14), 2),
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
        minute, stretches = local.hour * 60 + local.minute, spans.get(local.weekday(), ())
        return local.date() != date(2026, 12, 25) and any(begin <= minute < end for begin, end in stretches)

    assert round(hours(first, first + timedelta(minutes=length)) * 60) == sum(map(counts, minutes))


def test_hours_are_kept_as_they_are_said() -> None:
    assert read_hours(write_hours(OFFICE)) == OFFICE
    assert parse_hours(hours_text(OFFICE), "2026-12-25") == OFFICE
    assert hours_text(OFFICE) == "mon-thu 9:00-18:00, fri 9:00-12:00 13:00-19:00, sat 9:30-13:00"
    assert read_hours('{"days": {"5": [570, 780]}, "holidays": []}') == parse_hours("sat 9:30-13", "")
    assert not read_hours("").is_set


def test_a_day_may_have_several_stretches_and_a_week_goes_round() -> None:
    shop = parse_hours("sat-mon 9.30-13, sun 15-19, mon 15-19", "")
    assert hours_text(shop) == "mon 9:30-13:00 15:00-19:00, sat 9:30-13:00, sun 9:30-13:00 15:00-19:00"
    assert [*shop.days] == [0, 5, 6]


def test_days_are_said_and_understood_in_the_language_of_the_window() -> None:
    set_language("it")
    try:
        assert hours_text(OFFICE) == "lun-gio 9:00-18:00, ven 9:00-12:00 13:00-19:00, sab 9:30-13:00"
        assert parse_hours(hours_text(OFFICE), "2026-12-25") == OFFICE
        assert parse_hours(hours_text(OFFICE, spoken=False), "2026-12-25") == OFFICE
        assert parse_hours("Lunedì-giovedi 9-18, sab 9.30-13, ven 9-12 13-19", "2026-12-25") == OFFICE
    finally:
        set_language("en")


NONE = ("mon", "mon 18-9", "mon 9-25", "moon 9-18", "mon 9:75-18", "mon- 9-18")
OVERLAPPING = ("mon 9-13 12-18", "mon-wed 9-12, tue 9-10")


@pytest.mark.parametrize("words", NONE + OVERLAPPING)
def test_what_is_no_hour_is_refused(words: str) -> None:
    with pytest.raises(WrongUse):
        parse_hours(words, "")
