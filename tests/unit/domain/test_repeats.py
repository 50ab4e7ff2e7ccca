"""Rules to repeat by, in words of two languages, and on which days they fall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from inbox_app.domain.errors import WrongUse
from inbox_app.domain.recurrence import Occurrence, after, first, upcoming
from inbox_app.domain.reminders import readings
from inbox_app.domain.repeats import parse_repeat

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 26, 22, 0, tzinfo=ROME)  # a Thursday
AT_9 = ";BYHOUR=9;BYMINUTE=0"


@pytest.mark.parametrize(
    ("words", "rule", "begins"),
    [
        ("every first monday 9", "FREQ=MONTHLY;BYDAY=1MO" + AT_9, "2026-12-07T09:00"),
        ("ogni primo lunedì alle 9", "FREQ=MONTHLY;BYDAY=1MO" + AT_9, "2026-12-07T09:00"),
        ("Every day at 9 pm", "FREQ=DAILY;BYHOUR=21;BYMINUTE=0", "2026-11-27T21:00"),
        ("ogni giorno alle 23", "FREQ=DAILY;BYHOUR=23;BYMINUTE=0", "2026-11-26T23:00"),
        ("ogni lunedì e giovedì alle 14:30", "FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=14;BYMINUTE=30", "2026-11-30T14:30"),
        ("tutti i giorni feriali alle 8", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=8;BYMINUTE=0", "2026-11-27T08:00"),
        ("every other friday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR" + AT_9, "2026-11-27T09:00"),
        ("ogni due settimane", "FREQ=WEEKLY;INTERVAL=2" + AT_9, "2026-11-27T09:00"),
        ("ogni 15 del mese", "FREQ=MONTHLY;BYMONTHDAY=15" + AT_9, "2026-12-15T09:00"),
        ("every 2 months", "FREQ=MONTHLY;INTERVAL=2" + AT_9, "2026-11-27T09:00"),
        ("the 31st", None, None),
        ("every last day of the month", "FREQ=MONTHLY;BYMONTHDAY=-1" + AT_9, "2026-11-30T09:00"),
        ("ogni ultimo venerdì del mese", "FREQ=MONTHLY;BYDAY=-1FR" + AT_9, "2026-11-27T09:00"),
        ("ogni 24 dicembre alle 18", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24;BYHOUR=18;BYMINUTE=0", "2026-12-24T18:00"),
        ("weekly", "FREQ=WEEKLY" + AT_9, "2026-11-27T09:00"),
        ("ogni mese il 15", "FREQ=MONTHLY;BYMONTHDAY=15" + AT_9, "2026-12-15T09:00"),
        ("every month on the 3rd at 10", "FREQ=MONTHLY;BYMONTHDAY=3;BYHOUR=10;BYMINUTE=0", "2026-12-03T10:00"),
        ("il 15 di ogni mese", "FREQ=MONTHLY;BYMONTHDAY=15" + AT_9, "2026-12-15T09:00"),
        ("every 15th", "FREQ=MONTHLY;BYMONTHDAY=15" + AT_9, "2026-12-15T09:00"),
        ("ogni mese alle 15", "FREQ=MONTHLY;BYHOUR=15;BYMINUTE=0", "2026-11-27T15:00"),
        ("ogni primo del mese", "FREQ=MONTHLY;BYMONTHDAY=1" + AT_9, "2026-12-01T09:00"),
        ("ogni anno il 24 dicembre", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24" + AT_9, "2026-12-24T09:00"),
        ("every evening", "FREQ=DAILY;BYHOUR=18;BYMINUTE=0", "2026-11-27T18:00"),
        ("ogni lunedì alle 9.10", "FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=10", "2026-11-30T09:10"),
        ("every 2 weeks on monday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO" + AT_9, "2026-11-30T09:00"),
        (
            "ogni due settimane il lunedì alle 10",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;BYHOUR=10;BYMINUTE=0",
            "2026-11-30T10:00",
        ),
        ("every other wednesday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE" + AT_9, "2026-12-02T09:00"),
        ("ogni settimana il martedì", "FREQ=WEEKLY;BYDAY=TU" + AT_9, "2026-12-01T09:00"),
        ("every fortnight", "FREQ=WEEKLY;INTERVAL=2" + AT_9, "2026-11-27T09:00"),
        ("un giorno sì e uno no", "FREQ=DAILY;INTERVAL=2" + AT_9, "2026-11-27T09:00"),
        ("mondays and thursdays at 10", "FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=10;BYMINUTE=0", "2026-11-30T10:00"),
        ("dal lunedì al venerdì alle 8", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=8;BYMINUTE=0", "2026-11-27T08:00"),
        ("every weekend", "FREQ=WEEKLY;BYDAY=SA" + AT_9, "2026-11-28T09:00"),
        ("tutte le mattine", "FREQ=DAILY" + AT_9, "2026-11-27T09:00"),
        ("il primo lunedì di ogni mese", "FREQ=MONTHLY;BYDAY=1MO" + AT_9, "2026-12-07T09:00"),
        ("the last friday of every month", "FREQ=MONTHLY;BYDAY=-1FR" + AT_9, "2026-11-27T09:00"),
        ("every month on the first monday", "FREQ=MONTHLY;BYDAY=1MO" + AT_9, "2026-12-07T09:00"),
        ("il primo di ogni mese", "FREQ=MONTHLY;BYMONTHDAY=1" + AT_9, "2026-12-01T09:00"),
        ("ogni fine mese", "FREQ=MONTHLY;BYMONTHDAY=-1" + AT_9, "2026-11-30T09:00"),
        ("il 1 e il 15 di ogni mese", "FREQ=MONTHLY;BYMONTHDAY=1,15" + AT_9, "2026-12-01T09:00"),
        (
            "the last workday of every month",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1" + AT_9,
            "2026-11-30T09:00",
        ),
        ("every december 24", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24" + AT_9, "2026-12-24T09:00"),
        ("every quarter", "FREQ=MONTHLY;INTERVAL=3" + AT_9, "2026-11-27T09:00"),
        ("ogni 15", None, None),
        ("every", None, None),
        ("every banana", None, None),
        ("ogni tanto", None, None),
        ("every first 9", None, None),
        ("", None, None),
    ],
)
def test_words_become_a_rule(words: str, rule: str | None, begins: str | None) -> None:
    found = parse_repeat(words, NOW)
    assert (found and found.rule) == rule
    assert (found and found.first.wall.isoformat("T", "minutes")) == begins


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=HOURLY", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;BYHOUR=9,17", "FREQ=DAILY;COUNT=x",
        "FREQ=MONTHLY;BYDAY=9MO", "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=40",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;UNTIL=20200101",
        "FREQ=", "FREQ=DAILY;BYHOUR=25", "FREQ=DAILY;COUNT=2;UNTIL=20300101", "FREQ=DAILY;X=1",
        "FREQ=WEEKLY;BYDAY=" + "MO," * 99,
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_with_a_sentence(rule: str) -> None:
    with pytest.raises(WrongUse):
        parse_repeat(rule, NOW)


def test_a_count_becomes_the_last_day() -> None:
    found = parse_repeat("RRULE:FREQ=MONTHLY;BYDAY=1MO;COUNT=3", NOW)
    assert found is not None
    walls: list[str] = []
    following: Occurrence | None = found.first
    while following is not None:
        walls.append(following.wall.date().isoformat())
        following = after(found.rule, following.wall, ROME)
    assert walls == ["2026-12-07", "2027-01-04", "2027-02-01"]


@pytest.mark.parametrize(
    ("rule", "last"),
    [
        ("FREQ=YEARLY;COUNT=30", "20551127"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=21", "21120229"),
        ("FREQ=YEARLY;INTERVAL=100;COUNT=3", "22261127"),
    ],
)
def test_a_count_reaches_as_far_as_it_says(rule: str, last: str) -> None:
    found = parse_repeat(rule, NOW)
    assert found is not None
    assert f"UNTIL={last}" in found.rule


@pytest.mark.parametrize("zone", ["Europe/Rome", "America/New_York", "Australia/Lord_Howe"])
def test_nine_stays_nine_all_year(zone: str) -> None:
    place = ZoneInfo(zone)
    begin = datetime(2026, 1, 1, 9, tzinfo=place)
    times = upcoming("FREQ=DAILY" + AT_9, begin, most=365)
    assert {one.moment.astimezone(place).strftime("%H:%M") for one in times} == {"09:00"}
    assert len({one.moment.astimezone(UTC).time() for one in times}) == 2


def test_an_hour_that_summer_time_leaves_out_is_the_one_after_it_and_the_rule_goes_on() -> None:
    spring = first("FREQ=DAILY;BYHOUR=2;BYMINUTE=30", datetime(2027, 3, 28, 0, tzinfo=ROME))
    assert spring is not None
    assert spring.moment.isoformat() == "2027-03-28T03:30:00+02:00"
    following = after("FREQ=DAILY;BYHOUR=2;BYMINUTE=30", spring.wall, ROME)
    assert following is not None
    assert following.moment.isoformat() == "2027-03-29T02:30:00+02:00"


def test_an_hour_that_comes_twice_is_the_first() -> None:
    autumn = first("FREQ=DAILY;BYHOUR=2;BYMINUTE=30", datetime(2026, 10, 25, 0, tzinfo=ROME))
    assert autumn is not None
    assert autumn.moment.utcoffset() == timedelta(hours=2)


def test_where_it_is_to_repeat_a_day_is_every_such_day() -> None:
    first_monday = readings("il primo lunedì del mese", NOW, repeats=True)
    assert [one.rule[:24] for one in first_monday] == ["FREQ=MONTHLY;BYDAY=1MO;B", ""]
    assert [one.rule for one in readings("il primo lunedì del mese", NOW)] == [""]
    assert [one.rule for one in readings("tomorrow", NOW, repeats=True)] == [""]
