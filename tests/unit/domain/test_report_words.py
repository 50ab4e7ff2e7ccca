"""What stands above the messages of a figure."""

from __future__ import annotations

import pytest

from inbox_app.domain.report import Figure
from inbox_app.domain.report_words import count_listed


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
