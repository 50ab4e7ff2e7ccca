"""Labels follow from the days alone: each rule at its edge, in words, and the same whenever it is asked for."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_app.domain.loyalty import Label, Rhythm, Standing, explain, judge, standing_name
from tests.labels_by_hand import Told, label_by_hand
from tests.small_worlds import days_ago

TODAY = 20_000
NEW = (Standing.NEWCOMER, Standing.PROMISING)


def spoke(*ago: int, from_history: bool = True) -> Label:
    """The label of somebody who spoke so many days ago."""
    return judge(Rhythm(tuple(sorted(TODAY - day for day in ago)), from_history), TODAY)


@pytest.mark.parametrize(
    ("ago", "standing"),
    [
        ((30,), Standing.NEWCOMER),
        ((3, 2, 1), Standing.NEWCOMER),
        ((3, 2, 1, 0), Standing.PROMISING),
        ((30, 20, 10, 0), Standing.PROMISING),
        ((31,), None),
        (tuple(range(0, 84, 7)), Standing.PILLAR),
        (tuple(range(0, 55, 5)), Standing.REGULAR),
        ((1, 8, 80), None),
        ((22, 29, 36, 43), Standing.DRIFTING),
        ((21, 28, 35, 42), Standing.REGULAR),
        ((91, 121, 151, 181), Standing.DRIFTING),
        ((89, 119, 149, 179), None),
        ((366, 373, 380, 387), None),
        ((0, 22, 29, 36, 43), Standing.RETURNED),
        ((31, 53, 60, 67, 74), Standing.DRIFTING),
    ],
)
def test_each_rule_holds_up_to_its_edge(ago: tuple[int, ...], standing: Standing | None) -> None:
    label = spoke(*ago, from_history=standing not in NEW)
    assert label.standing is standing
    assert label.counts_as(Standing.NEWCOMER) == (standing in NEW), "who is promising is a newcomer too"
    assert explain(label)


def test_what_came_as_history_makes_no_newcomer() -> None:
    assert spoke(3, from_history=False).standing is Standing.NEWCOMER
    assert spoke(3, from_history=True).standing is None


def test_nobody_who_never_spoke_has_a_label() -> None:
    assert judge(Rhythm(), TODAY) == Label(None, spoke=False)


def test_the_sentence_names_the_numbers_of_the_rule() -> None:
    assert explain(spoke(40, 50, 60, 70)) == (
        "Silent for 40 days; used to speak about every 10 days, and is missed after 30."
    )
    assert explain(spoke(12, 9, 5, 2, 1, from_history=False)) == (
        "Spoke for the first time 12 days ago, on 5 days so far; a newcomer who speaks on 4 or more is promising."
    )
    assert "after 40 days of silence; before that about every 10 days" in explain(spoke(0, 40, 50, 60, 70))


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        ((), "Has not spoken yet."),
        ((400,), "Has been silent for 400 days."),
        ((89,), "Speaks now and then: on 1 of the last 90 days."),
        ((22, 23, 24, 25), "Silent for 22 days; used to speak about every day, and is missed after 21."),
        ((0, 22, 23, 24, 25), "Spoke again after 22 days of silence; before that about every day."),
    ],
)
def test_a_sentence_says_nothing_that_is_not_so(ago: tuple[int, ...], words: str) -> None:
    assert explain(spoke(*ago)) == words


@settings(max_examples=300)
@given(st.integers(0, 10**9), st.booleans())
def test_a_label_is_what_the_words_of_the_guide_make_of_the_days(seed: int, from_history: bool) -> None:
    chance = Random(seed)
    for ago in (days_ago(chance) for _ in range(5)):
        days = sorted({TODAY - day for day in ago})
        label = judge(Rhythm(days, from_history), TODAY)
        dates = [date(1970, 1, 1) + timedelta(day) for day in days]
        by_hand = label_by_hand(dates, date(1970, 1, 1) + timedelta(TODAY), began_before_us=from_history)
        assert Told(standing_name(label.standing), explain(label)) == by_hand, ago
