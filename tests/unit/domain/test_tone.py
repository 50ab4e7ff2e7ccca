"""The tone sheet: each rule finds what departs from it, says why, and what it mends is mended for good."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_app.domain.errors import WrongUse
from inbox_app.domain.tone import Rule, ToneSheet, Voice, check, mend
from inbox_app.domain.tone_text import read_sheet, sheet_json, values_of, with_rule
from inbox_app.domain.tone_words import Address

BRAND = Voice(
    greetings=("Hi", "Hello"),
    closings=("Warmly, the potters",),
    never=("synergy",),
    prefer={"cheap": "affordable"},
    emoji=1,
    exclamations=1,
)
ENOUGH = "Hi Maya, the mug is affordable! 🙂\nWarmly, the potters"


def rules(text: str, voice: Voice, language: str = "") -> list[Rule]:
    return [one.rule for one in check(text, voice, language)]


def test_a_text_in_the_brands_voice_has_no_finding() -> None:
    assert check(ENOUGH, BRAND) == ()


@pytest.mark.parametrize(
    ("text", "rule", "mended"),
    [
        ("The mug is here.\nWarmly, the potters", Rule.GREETING, "Hi, The mug is here.\nWarmly, the potters"),
        ("Hello!", Rule.CLOSING, "Hello!\nWarmly, the potters"),
        ("Hi, it is Cheap.\nWarmly, the potters", Rule.PREFER, "Hi, it is Affordable.\nWarmly, the potters"),
        ("Hi! So nice! Bye!\nWarmly, the potters", Rule.EXCLAMATION, "Hi! So nice. Bye.\nWarmly, the potters"),
        ("Hi, wow!!!\nWarmly, the potters", Rule.EXCLAMATION, "Hi, wow!\nWarmly, the potters"),
        ("Hi 🙂 there 👩🏽‍🎨 you\nWarmly, the potters 🇮🇹", Rule.EMOJI, "Hi 🙂 there you\nWarmly, the potters"),
    ],
)
def test_what_can_be_mended_is_mended_by_one_fix(text: str, rule: Rule, mended: str) -> None:
    (found,) = check(text, BRAND)
    assert (found.rule, found.fixed) == (rule, mended)
    assert found.reason
    assert found.fix


def test_a_word_we_never_use_is_named_and_left_to_the_person() -> None:
    (found,) = check("Hi, such Synergy.\nWarmly, the potters", BRAND)
    assert (found.rule, found.fixed, found.start, found.end) == (Rule.NEVER, None, 9, 16)
    assert "Synergy" in found.reason


def test_words_are_found_whole_alone() -> None:
    voice = Voice(never=("ass",), prefer={"sale": "offer"})
    assert rules("A class of wholesale glass", voice) == []
    assert rules("On sale", voice) == [Rule.PREFER]


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("We opened at nine. Will you come?", True),
        ("Will you come? We open at nine.", False),
        ("We opened at nine. Will you come? 🙂", True),
        ("Which glaze is yours?\nWarmly, the potters", True),
        ("Warmly, the potters", False),
    ],
)
def test_a_text_ends_with_a_question_before_its_closing(text: str, asks: bool) -> None:
    voice = Voice(closings=("Warmly, the potters",), question=True)
    assert (Rule.QUESTION not in rules(text, voice)) is asks


@pytest.mark.parametrize(
    ("text", "language", "wanted", "words"),
    [
        ("Grazie a te, ti aspettiamo", "it", Address.FORMAL, ["te", "ti"]),
        ("Buongiorno, La ringraziamo per il messaggio", "it", Address.INFORMAL, ["La ringraziamo"]),
        ("Siamo felici che Lei sia venuta", "it", Address.INFORMAL, ["Lei"]),
        ("Abbiamo visto lei e sua madre. Lei rideva", "it", Address.INFORMAL, []),
        ("Vieni a La Spezia, la mostra ti piacerà", "it", Address.INFORMAL, []),
        ("We're glad you came, don't wait", "en", Address.FORMAL, ["We're", "don't"]),
        ("We are glad that you came", "en", Address.FORMAL, []),
        ("We're glad", "en", Address.INFORMAL, []),
        ("Wir freuen uns auf dich", "de", Address.FORMAL, []),
    ],
)
def test_forms_of_address_are_told_by_words(text: str, language: str, wanted: Address, words: list[str]) -> None:
    found = check(text, Voice(address=wanted), language)
    assert [text[one.start : one.end] for one in found] == words
    assert all(one.rule is Rule.ADDRESS for one in found)


def test_what_is_no_prose_is_left_alone() -> None:
    """Changed by a word a link leads nowhere, and a variable stands for nothing."""
    voice = Voice(prefer={"cheap": "affordable", "order": "purchase"}, never=("sale",), exclamations=0)
    kept = "https://shop.it/cheap?sale!#order cheap@shop.it @order #sale {member.order|affordable}"
    assert check(kept, voice) == ()
    assert mend(f"cheap {kept} {{member.order|cheap}}", voice) == f"affordable {kept} {{member.order|affordable}}"


def test_the_language_is_guessed_where_it_is_not_told() -> None:
    assert rules("Ciao, grazie per il messaggio: ti scriviamo domani", Voice(address=Address.FORMAL)) == [
        Rule.ADDRESS,
        Rule.ADDRESS,
    ]


def test_nothing_is_found_in_an_empty_text() -> None:
    assert check(" \n", BRAND) == ()


@given(st.text(alphabet="ab !?.🙂👩‍🎨\n,cheap", max_size=60))
def test_mending_ends_and_leaves_nothing_that_could_be_mended(text: str) -> None:
    mended = mend(text, BRAND)
    assert [one for one in check(mended, BRAND) if one.fixed is not None] == []
    assert mend(mended, BRAND) == mended


@given(st.text(max_size=80))
def test_no_text_is_too_strange(text: str) -> None:
    voice = Voice(**{**{name: getattr(BRAND, name) for name in BRAND.__slots__}, "address": Address.FORMAL})
    for one in check(text, voice, "it"):
        assert 0 <= one.start <= one.end <= len(text)


def test_a_channel_and_a_hat_go_before_what_holds_everywhere() -> None:
    sheet = ToneSheet(BRAND, {"forum": Voice(emoji=0), "social": Voice(emoji=3, never=("boring",))})
    assert sheet.voice().emoji == 1
    assert sheet.voice("forum").emoji == 0
    assert sheet.voice("forum", "social").emoji == 3
    assert sheet.voice("forum", "social").never == ("synergy", "boring")
    assert sheet.having("forum", Voice()).by_place.keys() == {"social"}


def test_a_sheet_is_stored_and_read_back() -> None:
    sheet = ToneSheet(BRAND, {"social": Voice(address=Address.FORMAL, question=False)})
    assert read_sheet(sheet_json(sheet)) == sheet


@pytest.mark.parametrize("stored", [None, [], {"": 7}, {"": {"emoji": ["many"], "never": "x", "later": ["y"]}}])
def test_what_is_not_understood_is_passed_over(stored: object) -> None:
    assert read_sheet(stored) == ToneSheet()


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        (Rule.ADDRESS, ["voi"]),
        (Rule.EMOJI, ["-1"]),
        (Rule.EMOJI, ["1", "2"]),
        (Rule.QUESTION, ["perhaps"]),
        (Rule.PREFER, ["cheap"]),
        (Rule.PREFER, ["cheap = very cheap"]),
        (Rule.NEVER, ["x" * 300]),
    ],
)
def test_values_that_make_no_sense_are_refused_with_a_sentence(rule: Rule, values: list[str]) -> None:
    with pytest.raises(WrongUse):
        with_rule(Voice(), rule, values)


def test_a_rule_without_values_is_laid_down_no_more() -> None:
    for rule in Rule:
        assert values_of(with_rule(BRAND, rule, []), rule) == ()
