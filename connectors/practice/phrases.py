"""The phrase book, the names and the hand-written scenes, read from `resources/practice`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

from connectors.practice.places import Place

Template = tuple[tuple[str, str], ...]
"""Pieces of a text: (literal, slot after it), the slot empty at the end."""


@dataclass(frozen=True, slots=True)
class Book:
    """One language: words for the slots and phrases by intent."""

    words: Mapping[str, tuple[str, ...]]
    phrases: Mapping[str, tuple[Template, ...]]


@dataclass(frozen=True, slots=True)
class Names:
    """First and last names of two languages, and whole names that fit neither, with their handles."""

    first: Mapping[str, tuple[str, ...]]
    last: Mapping[str, tuple[str, ...]]
    full: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SceneLine:
    """One message written by hand; `member` is a place in the cast, None for us."""

    member: int | None
    minutes: int
    text: str
    to: int | None
    likes: int
    file: str


@dataclass(frozen=True, slots=True)
class Scene:
    """A conversation written by hand. `closed` means that its reply window is over."""

    lines: tuple[SceneLine, ...]
    subject: str
    closed: bool
    stars: int
    post_title: str
    post_text: str
    post_minutes: int
    reactions: int


@dataclass(frozen=True, slots=True)
class Scenes:
    """All scenes of a place; `cast` are the members in them, who come first among the members of the place."""

    cast: tuple[str, ...]
    scenes: tuple[Scene, ...]


@cache
def books() -> Mapping[str, Book]:
    """The phrase book by language."""
    return {language: _book(entries) for language, entries in _read("phrases.toml").items()}


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


@cache
def scenes(place: Place) -> Scenes:
    """The scenes of a place."""
    written = [one for one in _read("scenes.toml")["scene"] if one["place"] == place]
    speakers = [line["who"] for one in written for line in one["lines"] if line["who"] != "we"]
    cast = tuple(dict.fromkeys(speakers))
    return Scenes(cast, tuple(_scene(one, cast) for one in written))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("resources") / "practice" / name).read_text("utf-8"))


def _book(entries: Mapping[str, list[str]]) -> Book:
    return Book(
        {name: tuple(texts) for name, texts in entries.items()},
        {name: tuple(_template(text) for text in texts) for name, texts in entries.items()},
    )


def _template(text: str) -> Template:
    return tuple((literal, slot or "") for literal, slot, _spec, _conversion in Formatter().parse(text))


def _scene(one: Mapping[str, Any], cast: tuple[str, ...]) -> Scene:
    return Scene(
        lines=tuple(_line(line, cast) for line in one["lines"]),
        subject=one.get("subject", ""),
        closed=one.get("closed", False),
        stars=one.get("stars", 0),
        post_title=one.get("post_title", one.get("subject", "")),
        post_text=one.get("post_text", one["lines"][0]["text"]),
        post_minutes=one.get("post_minutes", 0),
        reactions=one.get("reactions", 0),
    )


def _line(line: Mapping[str, Any], cast: tuple[str, ...]) -> SceneLine:
    member = None if line["who"] == "we" else cast.index(line["who"])
    return SceneLine(member, line["minutes"], line["text"], line.get("to"), line.get("likes", 0), line.get("file", ""))
