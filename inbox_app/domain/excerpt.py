"""The few words around what was found, and where in them to mark it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from inbox_app.domain.search_query import Match, Term, fold, fold_keeping_places, places_before

_LONGEST = 200
_BEFORE = 60
_MOST_READ = 100_000
_SPACE = re.compile(r"\s")
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One line; `marks` are (begin, end) pairs in it, ascending."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


def make_excerpt(body: str, terms: Iterable[Term]) -> Excerpt:
    """Cut the line around the first place where one of the terms occurs, else the beginning."""
    body = body[:_MOST_READ]
    places = _find(body, pattern(tuple(terms)))
    begin = _begin_of_line(body, places[0][0] if places else 0)
    end = min(len(body), begin + _LONGEST)
    lead = "…" if begin else ""
    cut = body[begin:end]
    line = lead + (cut if cut.isprintable() else _SPACE.sub(" ", cut)) + ("…" if end < len(body) else "")
    shift = len(lead) - begin
    return Excerpt(line, tuple((b + shift, min(e, end) + shift) for b, e in places if begin <= b < end))


def _begin_of_line(body: str, first: int) -> int:
    begin = max(0, first - _BEFORE)
    if begin == 0:
        return 0
    space = body.find(" ", begin, first)
    return begin if space < 0 else space + 1


def _find(body: str, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    plain, in_place = fold_keeping_places(body)
    found = [match.span() for match in pattern.finditer(plain) if match.end() > match.start()]
    if in_place or not found:
        return found
    origin = places_before(body)
    return [(origin[begin], origin[end - 1] + 1) for begin, end in found]


@lru_cache(maxsize=8)
def pattern(terms: tuple[Term, ...]) -> re.Pattern[str]:
    """What finds any of these in a folded text."""
    shapes = [_shape(term) for term in terms if not term.excluded]
    return re.compile("|".join(shape for shape in shapes if shape)) if any(shapes) else _NOTHING


def _shape(term: Term) -> str:
    if term.match is Match.PART:
        return re.escape(fold(term.text))
    words = [re.escape(word) for word in re.findall(r"[^\W_]+", fold(term.text))]
    if not words:
        return ""
    end = r"(?![^\W_])" if term.match is Match.PHRASE else ""
    return r"(?<![^\W_])" + r"[\W_]+".join(words) + end
