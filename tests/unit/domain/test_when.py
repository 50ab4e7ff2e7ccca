"""Moments as people say them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_app.domain.when import moments, parse_when

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 26, 17, 50, tzinfo=ROME)
"""A Thursday."""


@pytest.mark.parametrize(
    "words, wanted",
    [
        ("2026-12-31T09:15", "2026-12-31 09:15"),
        ("2026-12-31", "2026-12-31 09:00"),
        ("2026-12-31T08:15Z", "2026-12-31 09:15"),
        ("in 3 days", "2026-11-29 17:50"),
        ("3 days", "2026-11-29 17:50"),
        ("in 3 days at 8", "2026-11-29 08:00"),
        ("tra 3 giorni", "2026-11-29 17:50"),
        ("fra una settimana alle 10:30", "2026-12-03 10:30"),
        ("in an hour", "2026-11-26 18:50"),
        ("in 90 minutes", "2026-11-26 19:20"),
        ("2h", "2026-11-26 19:50"),
        ("1w", "2026-12-03 17:50"),
        ("next week", "2026-12-03 09:00"),
        ("settimana prossima", "2026-12-03 09:00"),
        ("in two months", "2027-01-26 17:50"),
        ("tomorrow", "2026-11-27 09:00"),
        ("Domani alle 9", "2026-11-27 09:00"),
        ("domani sera", "2026-11-27 18:00"),
        ("tomorrow morning", "2026-11-27 09:00"),
        ("tomorrow at 5 pm", "2026-11-27 17:00"),
        ("dopodomani", "2026-11-28 09:00"),
        ("day after tomorrow 8", "2026-11-28 08:00"),
        ("tonight", "2026-11-26 18:00"),
        ("stasera alle 21", "2026-11-26 21:00"),
        ("fri 9", "2026-11-27 09:00"),
        ("friday at 9:30", "2026-11-27 09:30"),
        ("venerdì", "2026-11-27 09:00"),
        ("lun 8", "2026-11-30 08:00"),
        ("thu 18", "2026-11-26 18:00"),
        ("thu 9", "2026-12-03 09:00"),
        ("next thursday", "2026-12-03 09:00"),
        ("lunedì prossimo alle 14", "2026-11-30 14:00"),
        ("9", "2026-11-27 09:00"),
        ("alle 18", "2026-11-26 18:00"),
        ("12am", "2026-11-27 00:00"),
        ("noon", "2026-11-27 12:00"),
        ("24/12", "2026-12-24 09:00"),
        ("12/24", "2026-12-24 09:00"),
        ("24.12. 18:30", "2026-12-24 18:30"),
        ("1/3", "2027-03-01 09:00"),
        ("24 dicembre", "2026-12-24 09:00"),
        ("Dec 24th at noon", "2026-12-24 12:00"),
        ("24 dec 2027 7:05", "2027-12-24 07:05"),
        ("29 feb", "2028-02-29 09:00"),
        ("alle 9.30", "2026-11-27 09:30"),
        ("at 9.10", "2026-11-27 09:10"),
        ("18.30", "2026-11-26 18:30"),
        ("venerdì alle 9.10", "2026-11-27 09:10"),
        ("9.10", "2027-10-09 09:00"),
        ("24.12 alle 9.30", "2026-12-24 09:30"),
        ("il 15", "2026-12-15 09:00"),
        ("il 3 alle 15", "2026-12-03 15:00"),
        ("on the 31st", "2026-12-31 09:00"),
        ("the 26th at 8", "2026-12-26 08:00"),
        ("the 9 pm", "2026-11-26 21:00"),
        ("stasera alle otto", "2026-11-26 20:00"),
        ("tomorrow at ten", "2026-11-27 10:00"),
        ("alle sette", "2026-11-27 07:00"),
        ("entro venerdì", "2026-11-27 09:00"),
        ("by friday at 5 pm", "2026-11-27 17:00"),
        ("tra mezz'ora", "2026-11-26 18:20"),
        ("in half an hour", "2026-11-26 18:20"),
        ("domattina alle 8", "2026-11-27 08:00"),
        ("dopo domani", "2026-11-28 09:00"),
        ("la prossima settimana", "2026-12-03 09:00"),
        ("questo venerdì", "2026-11-27 09:00"),
        ("domani sera alle 8", "2026-11-27 20:00"),
        ("monday morning at 8", "2026-11-30 08:00"),
        ("9pm friday", "2026-11-27 21:00"),
        ("alle 15 di domani", "2026-11-27 15:00"),
        ("tonight at 8", "2026-11-26 20:00"),
        ("stasera alle 8", "2026-11-26 20:00"),
        ("domani alle 9 di sera", "2026-11-27 21:00"),
        ("alle 3 del pomeriggio", "2026-11-27 15:00"),
        ("tra quattro giorni", "2026-11-30 17:50"),
        ("in ten days", "2026-12-06 17:50"),
    ],
)
def test_what_people_say(words: str, wanted: str) -> None:
    found = parse_when(words, NOW)
    assert found is not None
    assert found.astimezone(ROME).strftime("%Y-%m-%d %H:%M") == wanted


SPOKEN = """
fine mese, entro fine mese, end of month, at the end of the month, eom, last day of the month = 11-30 09:00
fine mese prossimo, end of next month, fine dicembre, end of december, fine anno, end of the year = 12-31 09:00
inizio mese, il primo del mese, first of the month, beginning of next month, il primo dicembre = 12-01 09:00
metà dicembre, mid december, the 15th of next month, il 15 del mese prossimo, next month on the 15th = 12-15 09:00
il primo lunedì del mese, the first monday of the month = 12-07 09:00
l'ultimo venerdì del mese, the last friday of the month, venerdì, end of the week, a fine settimana = 11-27 09:00
il primo lunedì di gennaio alle 15, first monday of january at 3 = 01-04 15:00
il primo giorno lavorativo del mese, first workday of the month, martedì 1 dicembre, tue 1 dec 9am = 12-01 09:00
last workday of the month, lunedì 30, monday the 30th, lunedì 30 novembre, mon 30 nov, lun 30/11 = 11-30 09:00
il fine settimana, this weekend, nel weekend = 11-28 09:00
dopo il weekend, after the weekend, monday next week, lunedì della prossima settimana = 11-30 09:00
friday of next week, next week on friday, settimana prossima venerdì, friday week, a week from friday = 12-04 09:00
in a fortnight, tra un paio di settimane, two weeks from now, in 2 weeks' time = 12-10 17:50
tra quindici giorni, tra una quindicina di giorni, in fifteen days = 12-11 17:50
in a couple of days, tra un paio di giorni, entro due giorni, within 2 days, 2 gg = 11-28 17:50
tra un'ora e mezza, in an hour and a half, in one and a half hours, in 1h30, 1h 30m, in 1.5 hours = 11-26 19:20
tra due ore e mezza, in two hours and a half, in 2 hours and 30 minutes = 11-26 20:20
tra un quarto d'ora, in a quarter of an hour, in fifteen minutes = 11-26 18:05
tra mezz'oretta, tra mezzoretta = 11-26 18:20
dopodomani mattina, the day after tomorrow in the morning = 11-28 09:00
domani alle nove e mezza, tomorrow at half past nine, domani alle 9 e 30, domattina alle 9:30 = 11-27 09:30
alle nove meno un quarto, quarter to nine, a quarter to nine tomorrow = 11-27 08:45
quarter past nine, alle nove e un quarto = 11-27 09:15
all'una, at one, domani all'una, domani a pranzo, 1 pm = 11-27 13:00
alle tre, at 3, domani alle 3, tomorrow at three, 3 p.m. = 11-27 15:00
alle 3 di notte, 3 am, domani alle 03:00, at 03 = 11-27 03:00
nine o'clock, tomorrow 9 o'clock, h 9 domani, verso le 9, at about 9 = 11-27 09:00
oggi, today, later today, in giornata, questa sera, this evening, eod, a fine giornata = 11-26 18:00
mezzanotte, midnight, tonight at midnight, stasera a mezzanotte = 11-27 00:00
natale, christmas, a natale, 25/12/26, 2026/12/25, venerdì 25 dicembre = 12-25 09:00
new year's eve, san silvestro = 12-31 09:00
l'8 dicembre, l'8, 8 dic = 12-08 09:00
"""
"""How people talk, in two languages: each phrase of a line means the same moment."""


@pytest.mark.parametrize("line", SPOKEN.strip().splitlines())
def test_what_people_say_in_many_words(line: str) -> None:
    said, _equals, wanted = line.partition(" = ")
    found = {words: parse_when(words, NOW) for words in said.split(", ")}
    assert {words: moment and moment.strftime("%m-%d %H:%M") for words, moment in found.items()} == dict.fromkeys(
        found, wanted
    )


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("mar 9", ["2026-12-01 09:00", "2027-03-09 09:00"]),
        ("mar 9:30", ["2026-12-01 09:30"]),
        ("9 mar", ["2027-03-09 09:00"]),
        ("mar 24", ["2027-03-24 09:00", "2027-08-24 09:00"]),
        ("fine settimana", ["2026-11-27 09:00", "2026-11-28 09:00"]),
        ("next friday", ["2026-11-27 09:00", "2026-12-04 09:00"]),
        ("venerdì prossimo alle 10", ["2026-11-27 10:00", "2026-12-04 10:00"]),
        ("next monday", ["2026-11-30 09:00"]),
        ("fri 9", ["2026-11-27 09:00"]),
    ],
)
def test_what_has_two_meanings_has_both_the_nearest_first(words: str, wanted: list[str]) -> None:
    assert [one.strftime("%Y-%m-%d %H:%M") for one in moments(words, NOW)] == wanted


@pytest.mark.parametrize(("hour", "wanted"), [(8, 9), (10, 18), (19, 21), (22, 9)])
def test_today_is_what_is_left_of_it(hour: int, wanted: int) -> None:
    found = parse_when("oggi", NOW.replace(hour=hour))
    assert found == NOW.replace(hour=wanted, minute=0)


@pytest.mark.parametrize(
    "words",
    ["", "soon", "32/13", "31 feb", "at 25", "13pm", "in 3", "in 3 days maybe", "tomorrow tomorrow", "in 2 hours at 9",
     "99999999999999 days", "in 99999 years", "9:99", "fr 9", "0 days", "next", "24 dec soon",
     "the 32nd", "sera sera", "ⅷ", "lunedì 24 dicembre", "il primo giorno di ogni mese",
     "fine", "un", "a", "fifth of the month", "last month", "in a few days", "25 to half"],
)  # fmt: skip
def test_what_is_not_understood_is_no_moment(words: str) -> None:
    assert parse_when(words, NOW) is None


def test_days_keep_the_hour_of_the_clock_and_hours_do_not() -> None:
    before = datetime(2026, 3, 28, 12, tzinfo=ROME)
    assert parse_when("in 1 day", before) == datetime(2026, 3, 29, 12, tzinfo=ROME)
    day_later = parse_when("in 24 hours", before)
    assert day_later is not None
    assert day_later.hour == 13


def test_an_hour_that_summer_time_leaves_out_is_the_one_after() -> None:
    found = parse_when("29/3 02:30", datetime(2026, 3, 28, 12, tzinfo=ROME))
    assert found is not None
    assert (found.hour, found.minute) == (3, 30)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_moment_with_a_zone_or_none(words: str) -> None:
    found = parse_when(words, NOW)
    assert found is None or found.tzinfo is not None


@given(st.integers(1, 999), st.sampled_from(["minutes", "hours", "days", "weeks", "months"]))
def test_what_lies_ahead_is_ahead(count: int, unit: str) -> None:
    found = parse_when(f"in {count} {unit}", NOW)
    assert found is not None
    assert found > NOW
