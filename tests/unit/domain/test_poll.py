"""A poll's shares, its end, the list of choices below a text, and what is kept of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from inbox_app.domain.marks import Marks
from inbox_app.domain.poll import Choice, Poll
from inbox_app.domain.poll_words import told

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
TEA = Poll((Choice("Tea", 3), Choice("Wine", 1), Choice("Neither of them", 0)), 4, closes_at=NOW + timedelta(hours=1))


def test_shares_are_of_the_votes_and_with_several_choices_of_the_voters() -> None:
    assert [TEA.share(one) for one in TEA.choices] == [0.75, 0.25, 0]
    several = Poll((Choice("Tea", 4), Choice("Wine", 2)), 5, multiple=True)
    assert [several.share(one) for one in several.choices] == [0.8, 0.4]
    assert Poll((Choice("Tea", 0),)).share(Choice("Tea", 0)) == 0


def test_it_is_over_when_its_time_is_or_the_service_says_so() -> None:
    assert not TEA.is_over(NOW)
    assert TEA.is_over(NOW + timedelta(hours=1))
    assert Poll((), closed=True).is_over(NOW)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Which?\n\nPoll:\n\n• Tea\n• Wine\n• Neither  of them", "Which?"),
        ("Which?\n– Tea\n– Wine\n– Neither of them\n", "Which?"),
        ("Which?\n• Tea\n• Wine", "Which?\n• Tea\n• Wine"),
        ("Which?", "Which?"),
        ("", ""),
    ],
)
def test_a_list_of_its_choices_is_cut_off_and_nothing_else(text: str, left: str) -> None:
    assert TEA.besides(text) == left


@pytest.mark.parametrize("poll", [TEA, Poll((Choice("Tea"), Choice("Wine")), multiple=True, closed=True)])
def test_it_is_kept_as_a_mark(poll: Poll) -> None:
    marks = Marks(warned=True, poll=poll)
    assert Marks.from_json(marks.to_json()) == marks


@pytest.mark.parametrize("stored", [{}, {"choices": 7}, {"choices": [7, {"votes": "x"}], "voters": True}])
def test_what_a_newer_program_kept_does_no_harm(stored: object) -> None:
    assert Marks.from_json({"poll": stored}).poll is not None


def test_it_is_told_in_a_sentence() -> None:
    said = told(TEA, NOW, lambda moment: moment.strftime("%H:%M"))
    assert said == "Poll, open, ends 13:00 · 4 people voted: Tea: 75 % · 3; Wine: 25 % · 1; Neither of them: 0 % · 0"
    untold = Poll((Choice("Tea"), Choice("Wine")))
    assert told(untold, NOW, str) == "Poll, who chose what is shown on the service: Tea; Wine"
