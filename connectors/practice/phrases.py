"""The phrase book and the names, read from `resources/practice`: of these the older part of the community is made."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

from connectors.practice.places import Place

Template = tuple[tuple[str, str], ...]
"""Pieces of a text: (literal, slot after it), the slot empty at the end."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A little dialogue: its opener speaks, then we, then its opener …"""

    lines: tuple[Template, ...]
    subject: Template = ()
    stars: int = 0


@dataclass(frozen=True, slots=True)
class Theme:
    """A kind of post or topic with what is said under it; `peers` are what others say to who began."""

    key: str
    title: Template
    text: Template
    exchanges: tuple[Exchange, ...]
    peers: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """One language: words for the slots, phrases that fit anywhere, themes of posts, and exchanges by place."""

    words: Mapping[str, tuple[str, ...]]
    phrases: Mapping[str, tuple[Template, ...]]
    themes: Mapping[Place, tuple[Theme, ...]]
    exchanges: Mapping[Place, tuple[Exchange, ...]]

    def theme(self, key: str) -> Theme | None:
        """The theme of this name."""
        return next((one for themes in self.themes.values() for one in themes if one.key == key), None)


@dataclass(frozen=True, slots=True)
class Names:
    """First and last names of two languages, and whole names that fit neither, with their handles."""

    first: Mapping[str, tuple[str, ...]]
    last: Mapping[str, tuple[str, ...]]
    full: tuple[tuple[str, str], ...]


@cache
def books() -> Mapping[str, Book]:
    """The phrase book by language."""
    return {language: _book(_read(f"phrases-{language}.toml")) for language in ("en", "it")}


@cache
def names() -> Names:
    """The names of the members."""
    read = _read("names.toml")
    both = ("en", "it")
    return Names(
        {language: tuple(read[language]["first"]) for language in both},
        {language: tuple(read[language]["last"]) for language in both},
        tuple((name, handle) for name, handle in read["other"]["full"]),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("resources") / "practice" / name).read_text("utf-8"))


def _book(read: Mapping[str, Any]) -> Book:
    return Book(
        words={slot: tuple(words) for slot, words in read["words"].items()},
        phrases={intent: _templates(texts) for intent, texts in read["phrases"].items()},
        themes={place: tuple(_theme(one) for one in read["theme"] if one["place"] == place) for place in Place},
        exchanges={place: tuple(_exchanges(read["exchange"], place)) for place in Place},
    )


def _exchanges(read: Iterable[Mapping[str, Any]], place: Place) -> Iterable[Exchange]:
    for one in read:
        if one["place"] == place:
            yield Exchange(_templates(one["lines"]), _template(one.get("subject", "")), one.get("stars", 0))


def _theme(one: Mapping[str, Any]) -> Theme:
    return Theme(
        one["key"],
        _template(one["title"]),
        _template(one["text"]),
        tuple(Exchange(_templates(lines)) for lines in one["exchanges"]),
        _templates(one["peers"]),
    )


def _templates(texts: Iterable[str]) -> tuple[Template, ...]:
    return tuple(_template(text) for text in texts)


def _template(text: str) -> Template:
    return tuple((literal, slot or "") for literal, slot, _spec, _conversion in Formatter().parse(text))
