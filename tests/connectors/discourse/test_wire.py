"""Where the pull of a forum stands, as it is kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from connectors.discourse.cursor import Cursor, Told, read_cursor


def test_a_cursor_outlives_json_and_is_bounded() -> None:
    known = {one: Told(100 + one // 20, 1 + one % 20, one) for one in range(1, 30_001)}
    cursor = Cursor(
        5, datetime(2026, 11, 1, tzinfo=UTC), 9, notice=3, sweep=77, top=frozenset({8, 9}), known=known, chats={7: 2}
    )
    kept = cursor.told([], gone=[30_000])
    assert read_cursor(json.loads(json.dumps(kept.to_json()))) == kept
    assert (len(kept.known), min(kept.known), max(kept.known)) == (20_000, 10_000, 29_999)
    assert len(json.dumps(kept.to_json())) < 250_000


def test_a_cursor_of_an_earlier_version_is_told_anew() -> None:
    said = Cursor(5, datetime(2026, 11, 1, tzinfo=UTC), 9).to_json() | {"known": {"7": "100/1 0000000a"}}
    assert read_cursor(said) == Cursor(5, datetime(2026, 11, 1, tzinfo=UTC), 9)
