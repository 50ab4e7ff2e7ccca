"""One-line snippets: what somebody says, not what they quote."""

from __future__ import annotations

import pytest

from inbox_app.domain.titles import SNIPPET_LENGTH, snippet_of


@pytest.mark.parametrize(
    ("text", "snippet"),
    [
        ("Yes, at seven.\n\nOn 2026-11-26, Maya wrote:\n> Is there\n>\n> a tasting?\n", "Yes, at seven."),
        ("Il giorno 26 nov Maya ha scritto:\n\n> C'è posto?\n\nSì, certo.", "Sì, certo."),
        ("> Is there a tasting?\nYes.\n> And cake?\nNo.", "Yes. No."),
        ("Is there a tasting?\n-- \nMaya\n+39 0471", "Is there a tasting?"),
        ("> only what another said", "> only what another said"),
        ("-- \nMaya", "-- Maya"),
        ("a -- b > c: d", "a -- b > c: d"),
        ("Prices:\n9 > 8", "Prices: 9 > 8"),
        ("", ""),
    ],
)
def test_it_is_what_is_said(text: str, snippet: str) -> None:
    assert snippet_of(text) == snippet


def test_it_is_short_whatever_the_text() -> None:
    for text in ("a " * 9_000, ">\n" * 9_000, "x:\n" * 9_000 + ">", "\n" * 9_000 + ">"):
        assert len(snippet_of(text)) <= SNIPPET_LENGTH
