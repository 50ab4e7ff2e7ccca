"""Edits told word by word: what stays, what came, what went, and each text a message had."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from inbox_app.domain.happened import Change, Event, Happened, Stretch, differences, versions

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def after(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def test_a_word_that_was_replaced_is_told_as_taken_and_added() -> None:
    assert differences("We open at nine", "We open at ten") == (
        Stretch(Change.SAME, "We open at "),
        Stretch(Change.TAKEN, "nine"),
        Stretch(Change.ADDED, "ten"),
    )


@given(st.text(max_size=200), st.text(max_size=200))
def test_both_texts_can_be_read_out_of_the_differences(old: str, new: str) -> None:
    told = differences(old, new)
    assert "".join(one.text for one in told if one.change is not Change.ADDED) == old
    assert "".join(one.text for one in told if one.change is not Change.TAKEN) == new


def test_a_very_long_text_counts_as_replaced_whole() -> None:
    old, new = "a " * 3000, "b " * 3000
    assert [one.change for one in differences(old, new)] == [Change.TAKEN, Change.ADDED]


def test_every_text_is_there_with_the_moment_from_which_it_stood() -> None:
    history = [
        Happened(Event.EDIT, after(1), "one"),
        Happened(Event.HIDE, after(2)),
        Happened(Event.EDIT, after(3), "two"),
    ]
    told = versions(NOON, "three", history)
    assert [(one.since, one.text) for one in told] == [(after(3), "three"), (after(1), "two"), (NOON, "one")]
    assert told[-1].changes == (Stretch(Change.SAME, "one"),)
