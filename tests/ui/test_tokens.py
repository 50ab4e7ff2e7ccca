"""Every text can be read on every ground it stands on."""

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from ui.community.charts import ink_on, mixed
from ui.theme.theme import Theme
from ui.theme.tokens import DARK, LIGHT, MEMBER_COLOURS, READ_ON, SEEN_ON, TAG_COLOURS, Tokens


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_is_right() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_every_pair_of_text_and_ground_has_contrast(tokens: Tokens) -> None:
    poor = {
        (ink, ground): round(ratio, 2)
        for ink, grounds in READ_ON.items()
        for ground in grounds
        if (ratio := contrast(getattr(tokens, ink), getattr(tokens, ground))) < 4.5
    }
    assert poor == {}


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_every_sign_without_words_is_seen(tokens: Tokens) -> None:
    """https://www.w3.org/TR/WCAG22/#non-text-contrast"""
    pairs = [(getattr(tokens, ink), getattr(tokens, one)) for ink, grounds in SEEN_ON.items() for one in grounds]
    pairs += [(dot, ground) for dot in TAG_COLOURS for ground in (tokens.bg, tokens.side, tokens.hover)]
    assert {pair: round(contrast(*pair), 2) for pair in pairs if contrast(*pair) < 3} == {}


@pytest.mark.parametrize("kind", [QLineEdit, QPlainTextEdit])
def test_what_a_field_is_for_can_be_read(theme: Theme, kind: type[QLineEdit | QPlainTextEdit]) -> None:
    """A style sheet with a colour for text takes half of that colour for what stands in an empty field."""
    field = kind()
    field.ensurePolished()
    assert field.palette().placeholderText().color() == theme.colour("text3")


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_the_number_in_every_hour_of_the_heat_can_be_read(tokens: Tokens) -> None:
    grounds = [mixed(QColor(tokens.hover), QColor(tokens.accent), share / 50) for share in range(51)]
    assert min(contrast(ink_on(one).name(), one.name()) for one in grounds) >= 4.5


def test_white_initials_can_be_read_on_every_avatar() -> None:
    assert {colour: contrast("#FFFFFF", colour) for colour in MEMBER_COLOURS if contrast("#FFFFFF", colour) < 4.5} == {}
