"""What the members and the brand say in the older part: phrases filled with the words of their conversation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from connectors.practice.phrases import Exchange, Template, Theme, books
from connectors.practice.places import Place

T = TypeVar("T")
Dice = Callable[[], float]
"""Gives the next number from 0 up to, but not with, 1."""
Words = Mapping[str, str]
"""What a conversation is about: one word for each slot, so that all in it speak of the same thing."""

LANGUAGES = ("en", "it")


def draw_words(language: str, dice: Dice) -> Words:
    """One word for each slot."""
    words = {slot: one_of(among, dice) for slot, among in books()[language].words.items()}
    words["order"] = str(38000 + int(dice() * 4000))
    return words


def say(language: str, intent: str, dice: Dice, words: Words, name: str = "") -> str:
    """A phrase that fits anywhere; `name` is who is spoken to."""
    return fill(one_of(books()[language].phrases[intent], dice), words, name)


def fill(template: Template, words: Words, name: str = "") -> str:
    """The text of a template, with a capital at its start."""
    text = "".join(literal + (name if slot == "name" else words[slot] if slot else "") for literal, slot in template)
    return text[:1].upper() + text[1:]


def theme_of(place: Place, language: str, dice: Dice) -> Theme:
    """What a new post or topic is about."""
    return one_of(books()[language].themes[place], dice)


def exchange_of(place: Place, language: str, dice: Dice, theme: Theme | None) -> Exchange:
    """How a conversation goes, under a post of this theme or for itself."""
    return one_of(theme.exchanges if theme else books()[language].exchanges[place], dice)


def one_of(among: tuple[T, ...], dice: Dice) -> T:
    """Any of them."""
    return among[int(dice() * len(among))]
