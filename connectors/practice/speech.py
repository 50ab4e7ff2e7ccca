"""What the members and the brand say: texts composed from the phrase book by a seeded dice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from connectors.practice.phrases import Book, Template, books

T = TypeVar("T")
Dice = Callable[[], float]
"""Gives the next number from 0 up to, but not with, 1."""

_GREETED = frozenset({"question", "complaint", "review"})
_EMOTIONAL = frozenset({"praise", "thanks", "followup", "chat", "peer", "question"})
_OPENINGS = (("question", 0.36), ("praise", 0.62), ("chat", 0.76), ("complaint", 0.93), ("spam", 0.97))
LANGUAGES = ("en", "it")


def opening_intent(dice: Dice) -> str:
    """What somebody starts a conversation for."""
    drawn = dice()
    return next((intent for intent, share in _OPENINGS if drawn < share), "praise")


def answer_intent(intent: str, dice: Dice) -> str:
    """How the brand answers; now and then in its selling voice."""
    if dice() < 0.06:
        return "answer_promotion"
    return f"answer_{intent}" if intent in ("question", "complaint", "praise", "chat") else "answer_praise"


def say(language: str, intent: str, dice: Dice, name: str = "") -> str:
    """A text of a member or of the brand; `name` is who is spoken to."""
    book = books()[language]
    text = _fill(book, book.phrases[intent], dice, name)
    if intent in _GREETED and dice() < 0.4:
        text = f"{_fill(book, book.phrases['opening'], dice, name)} {text}"
    if intent in _GREETED and dice() < 0.06:
        text = _at_length(book, text, dice, name)
    if intent in _EMOTIONAL and dice() < 0.2:
        text = f"{text} {_one(book.words['emoji'], dice)}"
    return text[0].upper() + text[1:]


def _at_length(book: Book, text: str, dice: Dice, name: str) -> str:
    more = [_fill(book, book.phrases[intent], dice, name) for intent in ("chat", "praise", "complaint", "question")]
    return "\n\n".join([text, *(one[0].upper() + one[1:] for one in more)])


def _fill(book: Book, phrases: tuple[Template, ...], dice: Dice, name: str) -> str:
    pieces = []
    for literal, slot in _one(phrases, dice):
        pieces.append(literal)
        if slot:
            pieces.append(_slot(book, slot, dice, name))
    return "".join(pieces)


def _slot(book: Book, slot: str, dice: Dice, name: str) -> str:
    if slot == "name":
        return name
    if slot == "order":
        return str(38000 + int(dice() * 4000))
    return _one(book.words[slot], dice)


def _one(among: tuple[T, ...], dice: Dice) -> T:
    return among[int(dice() * len(among))]
