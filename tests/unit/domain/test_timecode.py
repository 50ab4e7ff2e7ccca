"""What is told to leave at nine never leaves at a millisecond before nine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from inbox_app.domain.timecode import in_ms, to_ms

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


@given(st.integers(min_value=1, max_value=10_000_000_000))
def test_waiting_out_a_span_reaches_the_moment_it_was_reckoned_to(before_us: int) -> None:
    now = NINE - timedelta(microseconds=before_us)
    assert to_ms(now) + in_ms(NINE - now) == to_ms(NINE)
