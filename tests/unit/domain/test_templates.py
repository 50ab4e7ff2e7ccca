"""Which variant is chosen, what steps are understood, and what a template may be."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from inbox_app.domain.errors import WrongUse
from inbox_app.domain.ids import TemplateId
from inbox_app.domain.macro import Deed, Step, read_steps, stored_steps
from inbox_app.domain.speaking_dates import date_in, weekday_in
from inbox_app.domain.templates import Family, Surroundings, Template, choose
from inbox_app.domain.tongues import guess_language
from inbox_app.domain.wording import Wording, checked

NOW = datetime(2026, 11, 26, 21, 0, tzinfo=UTC)


def text(name: str, language: str = "", channel: str = "", said: str = "x") -> Template:
    return Template(TemplateId(name), name, said, NOW, language=language, channel=channel)


FAMILY = Family(text("en", "en"), (text("it", "it"), text("it short", "it", "mastodon"), text("it two", "it")))


def test_the_language_decides_first_and_the_reason_is_said() -> None:
    chosen = choose(FAMILY, Surroundings("email", "E-mail", "it", "Anna writes Italian."))
    assert (chosen.template.name, chosen.reasons) == ("it", ("Anna writes Italian.",))


def test_a_channel_s_own_text_goes_before_the_others() -> None:
    chosen = choose(FAMILY, Surroundings("mastodon", "Mastodon", "it", "Anna writes Italian."))
    assert chosen.template.name == "it short"
    assert chosen.reasons[-1] == "Made for Mastodon."


def test_what_is_made_for_another_channel_is_never_chosen() -> None:
    chosen = choose(Family(text("only", "", "mastodon"), (text("any"),)), Surroundings("email", "E-mail"))
    assert chosen.template.name == "any"


def test_one_that_is_too_long_is_passed_over_where_another_fits() -> None:
    here = Surroundings("email", "E-mail", "it", "It.", lambda one: one.name == "it two")
    assert choose(FAMILY, here).template.name == "it two"
    assert choose(FAMILY, Surroundings("email", "E-mail", "it", "It.", lambda _one: False)).template.name == "it"


def test_variants_take_turns_under_a_post() -> None:
    used = {TemplateId("it"): 5}
    here = Surroundings("email", "E-mail", "it", "It.", used_here=used)
    chosen = choose(FAMILY, here)
    assert chosen.template.name == "it two"
    assert chosen.reasons[-1] == "Another wording than the last one under this post."
    both = Surroundings("email", "E-mail", "it", "It.", used_here={TemplateId("it"): 5, TemplateId("it two"): 9})
    assert choose(FAMILY, both).template.name == "it", "the one that rested longest"


def test_a_language_that_nothing_is_in_leaves_what_fits_any() -> None:
    family = Family(text("it", "it"), (text("any"),))
    assert choose(family, Surroundings("email", "E-mail", "de", "German.")).template.name == "any"
    assert choose(Family(text("it", "it")), Surroundings("email", "E-mail", "de")).template.name == "it"


def test_steps_are_read_as_they_are_written() -> None:
    steps = read_steps(["tag grazie mille", "", "Snooze in 3 days", "HAT Social", "done"], NOW)
    assert steps == (
        Step(Deed.TAG, "grazie mille"),
        Step(Deed.SNOOZE, "in 3 days"),
        Step(Deed.HAT, "social"),
        Step(Deed.DONE),
    )
    assert stored_steps("\n".join(map(str, steps))) == steps


@pytest.mark.parametrize("wrong", ["tag", "done now", "dance", "snooze yesterday", "snooze someday", "hat bowler"])
def test_a_step_that_is_none_is_named(wrong: str) -> None:
    with pytest.raises(WrongUse, match=wrong):
        read_steps([wrong], NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        Wording(" ", "x"),
        Wording("two\nlines", "x"),
        Wording("empty", "  "),
        Wording("x", "Hi {name}"),
        Wording("x", "x", title="{post.titel}"),
        Wording("x", "x", language="Italian!"),
        Wording("x", "x", shortcut="/two words"),
        Wording("x", "x", shortcut="/"),
    ],
)
def test_a_template_that_makes_no_sense_is_refused(wrong: Wording) -> None:
    with pytest.raises(WrongUse):
        checked(wrong)


def test_a_template_is_kept_tidily() -> None:
    sound = checked(Wording(" Thanks ", "Hi {member.city|there}", shortcut="thanks", language="IT"))
    assert (sound.name, sound.shortcut, sound.language) == ("Thanks", "/thanks", "it")


def test_a_language_is_guessed_only_where_it_shows() -> None:
    assert guess_language("Ciao, quanto costa questa tazza con il manico?") == "it"
    assert guess_language("Hi, how much is the mug with this glaze?") == "en"
    assert guess_language("Wow!!! 😍") == ""
    assert guess_language("la") == "", "a word of two languages is of none"


def test_a_date_speaks_the_language_of_the_text() -> None:
    day = date(2026, 11, 27)
    assert date_in(day, "it") == "27 novembre 2026"
    assert date_in(day, "de") == "27. November 2026"
    assert date_in(day, "sv") == "2026-11-27"
    assert (weekday_in(day, "it"), weekday_in(day, "en")) == ("venerdì", "Friday")
