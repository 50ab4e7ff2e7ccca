"""What is written: whom it names, how long the server thinks it is, and whether a shown text is the one we sent."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.mastodon import compose
from connectors.mastodon.stream import Heard, _Lines
from inbox_app.contract.acts import Act, Target
from inbox_app.domain.words import ActKind, Kind

NOW = datetime(2026, 11, 2, tzinfo=UTC)


def answer(text: str, **extra: object) -> Act:
    """An answer to somebody."""
    known = {"visibility": "public", "mentions": ["anna@social.example", "ben@far.example"], **extra}
    target = Target("7", ("7",), "@anna@social.example", "Anna", "hi", "", NOW, extra=known)  # type: ignore[arg-type]
    return Act("k" * 32, ActKind.REPLY, Kind.MENTION, NOW, text=text, target=target)


def test_whoever_is_named_in_the_text_is_not_named_again() -> None:
    assert compose.text_of(answer("yes"), "social.example") == "@anna @ben@far.example yes"
    assert compose.text_of(answer("@ben@far.example: yes, @Anna."), "social.example") == "@ben@far.example: yes, @Anna."


def test_an_answer_keeps_visibility_warning_and_language() -> None:
    act = answer("yes", visibility="private", warning="food", language="it", sensitive=True)
    assert json.loads(compose.freeze(act, "social.example")) == {
        "status": "@anna @ben@far.example yes",
        "visibility": "private",
        "in_reply_to_id": "7",
        "spoiler_text": "food",
        "language": "it",
        "sensitive": True,
    }
    assert compose.freeze(act, "social.example") == compose.freeze(replace(act, attempt=2), "social.example")


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("hello", 5),
        ("👩‍👩‍👧 né", 4),
        ("see https://example.org/a/very/long/path?with=many&things=in-it", 4 + 23),
        ("@anna@far.away.example hi", 8),
        ("write to anna@example.org", 25),
    ],
)
def test_a_text_is_as_long_as_the_server_thinks(text: str, length: int) -> None:
    assert compose.length(text) == length


@pytest.mark.parametrize(
    ("sent", "shown", "same"),
    [
        ("@ben@far.example  yes\n\nfine", "@ben yes fine", True),
        ("Always & ever <3", "Always & ever <3", True),
        ("yes", "yes!", False),
        ("yes", "", False),
    ],
)
def test_blanks_and_short_names_make_no_other_text(sent: str, shown: str, same: bool) -> None:
    assert compose.same_text(sent, shown) is same


@given(st.lists(st.integers(1, 60)))
def test_a_stream_is_cut_anywhere_and_read_the_same(cuts: list[int]) -> None:
    whole = b':)\nevent: update\ndata: {"id": "1", "account": {"id": "2"}}\n\n:thump\nevent: delete\r\ndata: 9\r\n\r\n'
    lines, heard, rest = _Lines(), [], whole
    for cut in [*cuts, len(whole)]:
        heard += lines.events(rest[:cut])
        rest = rest[cut:]
    assert heard == [Heard("update", "1", "2"), Heard("delete", "9")]
