"""What an account may ask and when: a service's own word stands, and replies keep a fifth of each budget."""

from __future__ import annotations

import pytest

from inbox_app.storage.budgets import Budget
from inbox_app.sync.pace import Pace


def test_of_two_wishes_to_wait_the_longer_stands() -> None:
    pace = Pace()
    for moment in (900, 500):
        pace.wait_until(moment)
    assert (pace.may_read_at(0), pace.may_send_at(0), pace.may_send_at(1_000)) == (900, 900, 1_000)


@pytest.mark.parametrize(
    ("left", "reads_at", "sends_at"),
    [(10, 50, 50), (2, 50, 50), (1, 100, 50), (0, 100, 100)],
)
def test_what_is_left_is_kept_for_replies(left: int, reads_at: int, sends_at: int) -> None:
    pace = Pace([Budget("hour", left, 10, resets_at=100, not_before=50)])
    assert (pace.may_read_at(0), pace.may_send_at(0)) == (reads_at, sends_at)
    assert pace.may_read_at(100) == 100
