"""Lengths of time as a report and the welcome desk say them."""

import pytest

from inbox_app.domain.report_words import duration_text


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (0.0, "0 min"),
        (0.39, "23 min"),
        (0.999, "1 h"),
        (1.1, "1 h 6 min"),
        (2.0, "2 h"),
        (9.75, "9 h 45 min"),
        (10.4, "10 h"),
        (47.6, "48 h"),
    ],
)
def test_nobody_must_reckon_hundredths_of_an_hour(hours: float, said: str) -> None:
    assert duration_text(hours) == said
