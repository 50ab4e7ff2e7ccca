"""Variables in a template's text, `{member.first|friend}`: found, filled in one pass, and missed before a text leaves.

There is no language behind it. A variable is a name of ours with a dot in it; what stands after `|` is said where it
has no value. Other braces are text. `{{member.first}}` is the text “{member.first}” itself. What is filled in was
written by others, so it is never looked at again, and its braces become parentheses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from inbox_app.domain.errors import Refused
from inbox_app.i18n import LazyText, _
from inbox_app.i18n import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected

VARIABLES: Mapping[str, LazyText] = {
    "member.name": N_("the name as the member writes it on that channel"),
    "member.first": N_("the preferred name, else the first name"),
    "member.preferred": N_("the preferred name"),
    "member.address": N_("the form of address: tu, Lei, …"),
    "member.pronouns": N_("the pronouns"),
    "member.handle": N_("the handle on that channel"),
    "account.name": N_("the name of our account"),
    "account.handle": N_("the handle of our account"),
    "channel.name": N_("the name of the channel"),
    "colleague.name": N_("the name of the colleague who writes"),
    "post.title": N_("the title of the post, else how it begins"),
    "post.link": N_("the address of the post"),
    "conversation.title": N_("the title of the conversation, by mail its subject"),
    "today.date": N_("the date of today, in the language of the text"),
    "today.weekday": N_("the day of the week, in the language of the text"),
}
"""All names but those of the members' own fields, which are `member.` and the field's name."""

_ROOMS = frozenset(name.partition(".")[0] for name in VARIABLES)
_INSIDE = r"\s*(?P<{0}name>[^\W\d]\w*(?:\.[^{{}}|\n]{{1,60}}?)?)\s*(?:\|(?P<{0}else>[^{{}}\n]*))?"
_SHAPE = re.compile(rf"\{{\{{{_INSIDE.format('as_is_')}\}}\}}|\{{{_INSIDE.format('')}\}}")
_MOST = 300
_DIRECTING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Marks that turn the direction of what follows: a name must not turn our sentence round."""


class Mark(Enum):
    """What a piece of a filled text is."""

    TEXT = auto()
    VALUE = auto()
    FALLBACK = auto()
    MISSING = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a filled text; `name` is the variable it stands for."""

    text: str
    mark: Mark = Mark.TEXT
    name: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its variables filled in as far as they have a value."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The whole."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def missing(self) -> tuple[str, ...]:
        """The variables without a value, each once."""
        return tuple(dict.fromkeys(piece.name for piece in self.pieces if piece.mark is Mark.MISSING))


@dataclass(frozen=True, slots=True)
class Hole:
    """A variable that still stands in a text, from `start` to `end`."""

    name: str
    start: int
    end: int


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Put the values in, once, from left to right; what has none and no fallback stays as it stands."""
    pieces: list[Piece] = []
    at = 0
    for found in _SHAPE.finditer(text):
        pieces.append(Piece(text[at : found.start()]))
        pieces.append(_fill_one(found, values))
        at = found.end()
    pieces.append(Piece(text[at:]))
    return Filled(tuple(piece for piece in pieces if piece.text or piece.name))


def holes(text: str) -> tuple[Hole, ...]:
    """The variables that stand in a text that a person is about to send."""
    return tuple(
        Hole(_normal(found["name"]), found.start(), found.end())
        for found in _SHAPE.finditer(text)
        if found["name"] is not None and _is_variable(found["name"])
    )


def strange_names(text: str) -> tuple[str, ...]:
    """What looks like a variable in a template and is none; a member's field may still be made."""
    names = [_normal(found["name"]) for found in _SHAPE.finditer(text) if found["name"] is not None]
    return tuple(dict.fromkeys(name for name in names if name not in VARIABLES and not name.startswith("member.")))


def ready(text: str) -> str:
    """The text as it leaves: nothing is missing in it, and what stood in two braces stands in one.

    Raises:
        Refused: a variable has no value; the sentence names it.
    """
    refusal = refuse_holes(text)
    if refusal:
        raise Refused(refusal, code="unresolved")
    return _SHAPE.sub(_as_meant, text)


def refuse_holes(text: str) -> str:
    """Why this text cannot be sent, in a sentence; empty when it can."""
    names = list(dict.fromkeys(hole.name for hole in holes(text)))
    if not names:
        return ""
    listed = ", ".join(f"{{{name}}}" for name in names)
    return _("{variables} has no value here. Write what belongs there, or take it out.").format(variables=listed)


def harmless(value: str) -> str:
    """What others wrote, as it is put into a sentence of ours: one line, without braces and without what steers."""
    folded = " ".join(value.split())
    kept = (one for one in folded if unicodedata.category(one) != "Cc" and one not in _DIRECTING)
    return "".join(kept).translate({ord("{"): "(", ord("}"): ")"})[:_MOST].strip()


def first_name(name: str) -> str:
    """The first word of a name that is one; empty for what is a handle, an address or no word."""
    first = name.split(maxsplit=1)[0] if name.split() else ""
    is_name = first[:1].isalpha() and all(one.isalpha() or one in "'’-." for one in first)
    return first if is_name and len(first) > 1 else ""


def _fill_one(found: re.Match[str], values: Mapping[str, str]) -> Piece:
    as_is, name = found["as_is_name"], found["name"]
    if as_is is not None:
        return Piece(found[0] if _is_variable(as_is) else found[0][1:-1])
    if not _is_variable(name):
        return Piece(found[0])
    known, fallback = harmless(values.get(_normal(name), "")), found["else"]
    if known:
        return Piece(known, Mark.VALUE, _normal(name))
    if fallback is not None:
        return Piece(fallback, Mark.FALLBACK, _normal(name))
    return Piece(found[0], Mark.MISSING, _normal(name))


def _as_meant(found: re.Match[str]) -> str:
    as_is = found["as_is_name"]
    return found[0][1:-1] if as_is is not None and _is_variable(as_is) else found[0]


def _is_variable(name: str) -> bool:
    room, dot, rest = _normal(name).partition(".")
    return bool(dot and rest) and room in _ROOMS


def _normal(name: str) -> str:
    return " ".join(name.casefold().split())


def described() -> Iterator[tuple[str, str]]:
    """Every variable with what it stands for."""
    return ((name, str(about)) for name, about in VARIABLES.items())
