"""Days that were, as people write them."""

from datetime import date

import pytest

from inbox_app.domain.days_gone import day_gone, day_near

TODAY = date(2026, 11, 27)
"""A Friday."""


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("2026-05-03", "2026-05-03"), ("2027-05-03", "2027-05-03"), ("3/5/2026", "2026-05-03"),
        ("3.5.26", "2026-05-03"),
        ("20 october", "2026-10-20"), ("20 ottobre", "2026-10-20"), ("28 novembre", "2025-11-28"),
        ("20/10", "2026-10-20"),
        ("il 15", "2026-11-15"), ("27 nov", "2026-11-27"), ("monday", "2026-11-23"), ("venerdì", "2026-11-27"),
        ("ieri", "2026-11-26"), ("yesterday", "2026-11-26"), ("oggi", "2026-11-27"), ("domani", "2026-11-28"),
        ("20 october 2025", "2025-10-20"), ("next friday", "2026-12-04"), ("20/10/2027", "2027-10-20"),
        ("", None), ("31/2/2026", None), ("soon", None), ("20 october or so", None),
    ],
)  # fmt: skip
def test_a_day_is_the_last_one_that_the_words_name(words: str, wanted: str | None) -> None:
    assert day_gone(words, TODAY) == (date.fromisoformat(wanted) if wanted else None)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("2026-05-03", "2026-05-03"), ("1990-10-20", "1990-10-20"), ("20/10/1990", "1990-10-20"),
        ("20 ottobre", "2026-10-20"), ("15 dicembre", "2026-12-15"), ("3 gennaio", "2027-01-03"),
        ("31/12/2026", "2026-12-31"), ("ieri", "2026-11-26"), ("domani", "2026-11-28"), ("oggi", "2026-11-27"),
        ("monday", "2026-11-30"), ("wednesday", "2026-11-25"), ("", None), ("31/2/2026", None), ("soon", None),
    ],
)  # fmt: skip
def test_a_day_is_the_nearest_one_that_the_words_name(words: str, wanted: str | None) -> None:
    assert day_near(words, TODAY) == (date.fromisoformat(wanted) if wanted else None)
