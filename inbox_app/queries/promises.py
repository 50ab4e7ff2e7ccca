"""Whether a text of ours promises something, by the phrases of every language we know."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files

from inbox_app.domain.promises import Phrases, Promise, Words, find_promise, plain_sentence

__all__ = ["Promise", "promise_in"]


def promise_in(text: str, now: datetime) -> Promise | None:
    """The first dated promise in the text."""
    return find_promise(text, now, _languages())


@cache
def _languages() -> tuple[Phrases, ...]:
    folder = files("resources") / "promises"
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return tuple(_read(file.read_text("utf-8")) for file in found)


def _read(text: str) -> Phrases:
    data = tomllib.loads(text)
    return Phrases(
        starts=_phrases(data["starts"]),
        gap=int(data["gap"]),
        deeds=_phrases(data["deeds"]),
        whole=_phrases(data["whole"]),
        openings=_phrases(data["openings"]),
        asks=_phrases(data["asks"]),
        negations=frozenset(data["not"]),
        conditions=_phrases(data["conditions"]),
        turns=frozenset(data["turns"]),
        breaks=frozenset(data["breaks"]),
        soft=frozenset(data["soft"]),
        bridges=_phrases(data["bridges"]),
        joins=frozenset(data["joins"]),
        asides=frozenset(data["asides"]),
        within=frozenset(data["within"]),
        deadlines=frozenset(data["deadlines"]),
        days=_meanings(data["days"]),
        lengths=_meanings(data["lengths"]),
    )


def _phrases(said: Sequence[str]) -> tuple[Words, ...]:
    return tuple(map(plain_sentence, said))


def _meanings(said: Mapping[str, str]) -> Mapping[Words, str]:
    return {plain_sentence(named): meant for named, meant in said.items()}
