"""Lines are as wide as they may be, and nothing but the spaces between them is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inbox_app.exchange.lines import Lines

words = st.text(st.sampled_from("ab 你\u0301\u200d👩"), max_size=60)


@given(words, st.integers(1, 12))
def test_nothing_is_lost_and_no_line_is_too_wide(text: str, width: int) -> None:
    lines = list(Lines(len).broken(text, width + 0.1))
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert len(line) <= width or " " not in line
        assert not line.startswith(("\u0301", "\u200d")) or text.lstrip().startswith(line[0]) or f" {line[0]}" in text


def test_lines_are_filled_and_words_stay_whole() -> None:
    lines = Lines(len)
    assert list(lines.broken("one two three", 8.1)) == ["one two", "three"]
    assert list(lines.broken("see abcdefghijk now", 8.1)) == ["see abcd", "efghijk", "now"]
    assert list(lines.broken("", 8)) == [""]


def test_a_word_is_measured_once_until_fonts_change() -> None:
    asked: list[str] = []

    def measure(text: str) -> float:
        asked.append(text)
        return len(text)

    lines = Lines(measure)
    for _time in range(3):
        assert list(lines.broken("to be or not to be", 100)) == ["to be or not to be"]
    assert sorted(asked) == [" ", "be", "not", "or", "to"]
    lines.forget()
    assert list(lines.broken("to", 100)) == ["to"]
    assert len(asked) == 6
