"""Promises in what we write: found with their day, and not found where there is none."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from inbox_app.queries.promises import promise_in

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=ZoneInfo("Europe/Rome"))  # a Tuesday


_TABLES = sorted((Path(__file__).parent / "promised").glob("*.txt"))
_ROWS = [
    tuple(row.split(" | ", 1))
    for table in _TABLES
    for row in table.read_text("utf-8").splitlines()
    if not row.startswith("#")
]


@pytest.mark.parametrize(("moment", "text"), _ROWS)
def test_a_promise_is_found_with_its_day_and_nothing_else_is(moment: str, text: str) -> None:
    found = promise_in(text, NOW)
    told = "-" if found is None else found.moment.replace(tzinfo=None).isoformat("T", "minutes")
    assert told == moment


def test_the_tables_hold_as_much_that_is_no_promise() -> None:
    assert len(_TABLES) == 2
    for table in _TABLES:
        rows = [row for row in table.read_text("utf-8").splitlines() if not row.startswith("#")]
        empty = sum(row.startswith("- | ") for row in rows)
        assert len(rows) - empty >= 60
        assert empty >= 60


def test_what_is_quoted_line_by_line_is_no_promise() -> None:
    assert promise_in("", NOW) is None
    assert promise_in("> I'll get back to you on Friday.\nDid that work?", NOW) is None


def test_only_the_sentence_that_promises_is_kept() -> None:
    found = promise_in("Ciao! Grazie mille.\nTi faccio sapere  entro venerdì. A presto!", NOW)
    assert found is not None
    assert found.sentence == "Ti faccio sapere entro venerdì."


def test_a_long_text_is_no_burden() -> None:
    assert promise_in("i'll " * 200_000, NOW) is None
