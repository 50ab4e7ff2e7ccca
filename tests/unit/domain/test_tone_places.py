"""One text for several places: whose rule it breaks is named, and no fix breaks another place's rules."""

from __future__ import annotations

from inbox_app.domain.tone import ToneSheet, Voice
from inbox_app.domain.tone_places import Place, check_for

QUIET, LOUD = Place("mastodon", "community", "Mastodon"), Place("bluesky", "community", "Bluesky")


def test_what_departs_everywhere_names_no_place() -> None:
    sheet = ToneSheet(Voice(never=("synergy",)), {"bluesky": Voice(exclamations=0)})
    everywhere, there = check_for("Synergy now!", sheet, (QUIET, LOUD))
    assert everywhere.reason == "“Synergy” is a word that we never use."
    assert there.reason == "Bluesky: 1 exclamation mark; here 0 at most."
    assert there.fixed == "Synergy now."
    (alone,) = check_for("Now!", sheet, (LOUD,))
    assert alone.reason == "1 exclamation mark; here 0 at most."
    assert check_for("Now!", sheet, (QUIET,)) == check_for("Synergy", sheet, ()) == ()


def test_no_fix_breaks_the_rules_of_another_place() -> None:
    sheet = ToneSheet(by_place={"mastodon": Voice(greetings=("Hi",)), "bluesky": Voice(greetings=("Dear all",))})
    (found,) = check_for("Hi, it rains", sheet, (QUIET, LOUD))
    assert found.reason.startswith("Bluesky: ")
    assert found.fixed is None
    (alone,) = check_for("Hi, it rains", sheet, (LOUD,))
    assert alone.fixed == "Dear all, Hi, it rains"
