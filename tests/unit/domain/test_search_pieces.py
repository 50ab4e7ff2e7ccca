"""What is typed, by its places: conditions that can be taken out, and the word under the cursor."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from inbox_app.domain.search_pieces import Piece, begun, conditions, put, said, without

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TYPED = 'kiln from:"Anna Rossi" is:open is:opne -tag:x tag:urgent after:3d "from: here"'


def test_conditions_are_those_that_are_understood() -> None:
    found = conditions(TYPED, NOW)
    assert [(one.operator, one.value) for one in found] == [
        ("from", "Anna Rossi"), ("is", "open"), ("tag", "urgent"), ("after", "3d"),
    ]  # fmt: skip
    assert [TYPED[one.begin : one.end] for one in found] == ['from:"Anna Rossi"', "is:open", "tag:urgent", "after:3d"]


def test_one_is_taken_out_and_the_rest_stays() -> None:
    first, second, *_ = conditions(TYPED, NOW)
    assert without(TYPED, first) == 'kiln is:open is:opne -tag:x tag:urgent after:3d "from: here"'
    assert without("is:open", conditions("is:open", NOW)[0]) == ""
    assert without(TYPED, second).startswith('kiln from:"Anna Rossi" is:opne')


@pytest.mark.parametrize(
    ("typed", "at", "operator", "value"),
    [
        ("", 0, "", ""),
        ("ki", 2, "", "ki"),
        ("kiln fr", 7, "", "fr"),
        ("kiln fr", 3, "", "kiln"),
        ("kiln ", 5, "", ""),
        ("from:", 5, "from", ""),
        ("FROM:an", 7, "from", "an"),
        ('x from:"Anna R', 14, "from", "Anna R"),
        ("-from:an", 8, "", "an"),
        ("http://x", 8, "", "//x"),
    ],
)
def test_the_word_under_the_cursor(typed: str, at: int, operator: str, value: str) -> None:
    found = begun(typed, at)
    assert (found.operator, found.value) == (operator, value)


@pytest.mark.parametrize(
    ("typed", "at", "text", "after"),
    [
        ("fr kiln", 2, "from:", "from:kiln"),
        ("kiln an", 7, 'from:"Anna Rossi"', 'kiln from:"Anna Rossi" '),
        ("from:an kiln", 7, "from:Anna", "from:Anna kiln"),
        ("", 0, "is:open", "is:open "),
    ],
)
def test_what_is_taken_stands_there_instead(typed: str, at: int, text: str, after: str) -> None:
    made, cursor = put(typed, begun(typed, at), text)
    assert made == after
    assert made[:cursor].endswith(text if text.endswith(":") else f"{text} ")


def test_a_value_of_several_words_stands_between_quotes() -> None:
    assert said("from", 'Anna "the" Rossi') == 'from:"Anna the Rossi"'
    assert said("tag", "vip") == "tag:vip"
    assert begun("", 0) == Piece(0, 0, "", "")
