"""The stories written by hand, read from `resources/practice`: who is in them, what is posted, what is said.

How a story is written stands in `resources/practice/README.md`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from connectors.practice.places import Place

WE: Final = "we"
_UNITS = {"d": 24 * 3_600_000, "h": 3_600_000, "m": 60_000}
_DURATION = re.compile(r"(\d+)([dhm])")


@dataclass(frozen=True, slots=True)
class Character:
    """A person of the stories. `handle` is what they are called where the place gives no other form."""

    key: str
    name: str
    language: str
    handle: str


@dataclass(frozen=True, slots=True)
class WrittenPost:
    """A post of ours, so many milliseconds before the community began. `theme` says what else is said under it."""

    key: str
    place: Place
    language: str
    ago: int
    title: str
    text: str
    reactions: int
    theme: str


@dataclass(frozen=True, slots=True)
class Line:
    """One message; `who` is a character or `WE`, `to` the line answered."""

    who: str
    ago: int
    text: str
    to: int | None
    likes: int
    file: str
    hidden: bool
    answer: str
    """What `who` says once we answered this line."""


@dataclass(frozen=True, slots=True)
class Later:
    """What comes while somebody looks on, by `turn`: a line more."""

    who: str
    turn: int
    text: str
    to: int | None
    answer: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What happens to a line while somebody looks on: its author writes it anew or takes it away, or others like it."""

    deed: str
    line: int
    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class Scene:
    """A conversation. `closed`: its reply window is over; `chatter`: said to the whole room, in no thread."""

    place: Place
    language: str
    lines: tuple[Line, ...]
    later: tuple[Later, ...]
    marks: tuple[Mark, ...]
    subject: str
    post: str
    stars: int
    closed: bool
    chatter: bool
    theme: str


@dataclass(frozen=True, slots=True)
class Stories:
    """All that is written by hand."""

    characters: Mapping[str, Character]
    posts: tuple[WrittenPost, ...]
    scenes: tuple[Scene, ...]

    def at(self, place: Place) -> tuple[Scene, ...]:
        """The scenes of a place."""
        return tuple(scene for scene in self.scenes if scene.place is place)

    def cast(self, place: Place) -> tuple[Character, ...]:
        """Who speaks at a place before the community begins; they come first among its members."""
        spoken = (line.who for scene in self.at(place) for line in scene.lines if line.who != WE)
        return tuple(self.characters[who] for who in dict.fromkeys(spoken))

    def guests(self, place: Place) -> tuple[Character, ...]:
        """Who speaks at a place for the first time while somebody looks on."""
        known = {one.key for one in self.cast(place)}
        spoken = (line.who for scene in self.at(place) for line in scene.later if line.who not in known)
        return tuple(self.characters[who] for who in dict.fromkeys(spoken))


@cache
def stories() -> Stories:
    """Read all stories, in the order of their files."""
    folder = files("resources") / "practice" / "stories"
    told = [tomllib.loads(f.read_text("utf-8")) for f in sorted(folder.iterdir(), key=str) if f.name.endswith(".toml")]
    cast = tomllib.loads((files("resources") / "practice" / "cast.toml").read_text("utf-8"))
    return Stories(
        {key: Character(key, one["name"], one["language"], one.get("handle", "")) for key, one in cast.items()},
        tuple(_post(one) for story in told for one in story.get("post", [])),
        tuple(_scene(one) for story in told for one in story.get("scene", [])),
    )


def duration(text: str) -> int:
    """Milliseconds of “2d 3h 5m”.

    Raises:
        ValueError: this is not how a duration is written.
    """
    parts = text.split()
    if not parts or not all(_DURATION.fullmatch(part) for part in parts):
        raise ValueError(text)
    return sum(int(part[:-1]) * _UNITS[part[-1]] for part in parts)


def _post(one: Mapping[str, Any]) -> WrittenPost:
    return WrittenPost(
        key=one["key"],
        place=Place(one["place"]),
        language=one["language"],
        ago=duration(one["ago"]),
        title=one["title"],
        text=one["text"].strip(),
        reactions=one.get("reactions", 0),
        theme=one["theme"],
    )


def _scene(one: Mapping[str, Any]) -> Scene:
    place = Place(one["place"])
    lines = tuple(_line(line, turn, place) for turn, line in enumerate(one.get("lines", [])))
    return Scene(
        place=place,
        language=one["language"],
        lines=lines,
        later=tuple(_later(one.get("later", []), len(lines))),
        marks=tuple(
            Mark(mark["deed"], mark["line"], mark["turn"], mark.get("text", "")) for mark in one.get("marks", [])
        ),
        subject=one.get("subject", ""),
        post=one.get("post", ""),
        stars=one.get("stars", 0),
        closed=one.get("closed", False),
        chatter=one.get("chatter", False),
        theme=one.get("theme", ""),
    )


def _line(line: Mapping[str, Any], turn: int, place: Place) -> Line:
    before = turn - 1 if turn and place is not Place.DIRECT else None
    return Line(
        who=line["who"],
        ago=duration(line["ago"]),
        text=line["says"].strip(),
        to=line.get("to", before),
        likes=line.get("likes", 0),
        file=line.get("file", ""),
        hidden=line.get("hidden", False),
        answer=line.get("answer", ""),
    )


def _later(lines: Iterable[Mapping[str, Any]], before: int) -> Iterable[Later]:
    for place, line in enumerate(lines, before):
        to = line.get("to", place - 1 if place else None)
        yield Later(line["who"], line["turn"], line["says"].strip(), to, line.get("answer", ""))
