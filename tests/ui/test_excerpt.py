"""Words that were found stay marked when what is around them takes two lines, and nothing is lost between the lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.inbox.excerpt import Run, in_lines

pytestmark = pytest.mark.ui
TEN: list[Run] = [("one two three ", False), ("four", True), ("s five six seven", False)]


def wide(words: str, _found: bool) -> float:
    return float(len(words))


def test_a_word_that_does_not_fit_begins_the_next_line() -> None:
    assert in_lines(TEN, wide, 13, 2) == [[("one two three ", False)], [("four", True), ("s five six seven", False)]]


def test_one_line_takes_all_and_is_cut_by_whoever_paints_it() -> None:
    assert in_lines(TEN, wide, 13, 1) == [TEN]


def test_a_word_is_not_broken_where_its_beginning_was_found() -> None:
    assert in_lines(TEN, wide, 18, 2) == [
        [("one two three ", False), ("four", True), ("s ", False)],
        [("five six seven", False)],
    ]


@given(st.lists(st.tuples(st.text(max_size=12), st.booleans()), max_size=8), st.integers(1, 30), st.integers(1, 3))
def test_every_letter_is_there_once_with_its_mark(runs: list[Run], width: int, most: int) -> None:
    lines = in_lines(runs, wide, width, most)
    letters = [(letter, found) for words, found in runs for letter in words]
    assert [(letter, found) for line in lines for words, found in line for letter in words] == letters
    assert len(lines) <= most
