"""Which words of a text are checked, and when one that is put together of others is a word."""

from __future__ import annotations

import pytest

from inbox_app.domain.spelled import Misspelt, find_misspelt, is_known, plain, words_of

_WORDS = "albero acqua amica altra perché è città caffè grazie che un il la e"
ITALIAN = frozenset(_WORDS.split())


def knows(word: str) -> bool:
    return word.casefold() in ITALIAN


@pytest.mark.parametrize(
    "word",
    ["l'albero", "L'ALBERO".title(), "dell'acqua", "un'altra", "un’amica", "perche\u0301", "città", "caffè", "grazie'"],
)
def test_elisions_and_accents_are_italian(word: str) -> None:
    assert is_known(plain(word), "it_IT", knows)


@pytest.mark.parametrize("word", ["l'albreo", "perchè", "citta", "xk'acqua", "dell'aqcua"])
def test_what_is_misspelt_is_so_with_an_apostrophe_too(word: str) -> None:
    assert not is_known(plain(word), "it_IT", knows)


@pytest.mark.parametrize(
    "text",
    [
        "https://xqzt.example/wrnog?q=bda",
        "www.wrnog.example",
        "mail wrnog@exmaple.org",
        "@wrnog and @wrnog@soical.example",
        "#wrnog",
        "{member.wrnog|freind}",
        "{{wrnog}}",
        "`wrnog code`",
        "```\nwrnog\nfreind\n```",
        "```\nwrnog that never ends",
        "![wrnog.png](wrnog-1.png)".replace("wrnog.png", ""),
        ":wrnog_face:",
        "/usr/wrnog and wrnog_name",
        "wrnog.pdf",
        "wrnog.example/pgae",
        "x2wrnog 3rd",
    ],
)
def test_what_is_no_word_is_not_checked(text: str) -> None:
    checked = {text[start:end] for start, end in words_of(text)}
    assert not [one for one in checked if "wrn" in one or "frei" in one or "bda" in one]


def test_words_beside_what_is_passed_over_are() -> None:
    text = "Ciao @anna, wrnog https://a.example wrnog!"
    assert [text[start:end] for start, end in words_of(text)] == ["Ciao", "wrnog", "wrnog"]


def test_places_count_as_qt_does() -> None:
    text = "🎉🎉 è wrnog, un'amcia"
    found = find_misspelt(text, "it", knows, 10)
    assert found == (Misspelt(7, 12, "wrnog"), Misspelt(14, 22, "un'amcia"))
    data = text.encode("utf-16-le")
    assert [data[2 * one.start : 2 * one.end].decode("utf-16-le") for one in found] == ["wrnog", "un'amcia"]


def test_each_word_is_asked_once_and_no_more_are_told_than_wanted() -> None:
    asked: list[str] = []

    def nothing(word: str) -> bool:
        asked.append(word)
        return False

    assert len(find_misspelt("wrnog " * 1000, "en", nothing, 7)) == 7
    assert asked == ["wrnog"]
