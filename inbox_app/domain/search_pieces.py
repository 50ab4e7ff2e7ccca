"""What a person types into the search field, by its places: the conditions in it, and the word that is being typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from inbox_app.domain.search_query import OPERATORS, TOKEN, is_understood


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of the text, from `begin` up to `end`; without an operator it is a word or a phrase."""

    begin: int
    end: int
    operator: str
    value: str


def conditions(typed: str, now: datetime) -> tuple[Piece, ...]:
    """The conditions that are understood, in the order in which they stand there."""
    return tuple(one for one in _pieces(typed) if one.operator and is_understood(one.operator, one.value, now))


def without(typed: str, piece: Piece) -> str:
    """The text when one of its conditions is taken out."""
    return " ".join(f"{typed[: piece.begin]} {typed[piece.end :]}".split())


def begun(typed: str, at: int) -> Piece:
    """What is being typed where the cursor stands; empty where a new word may begin."""
    for one in _pieces(typed):
        if one.begin < at <= one.end:
            return one
    return Piece(at, at, "", "")


def put(typed: str, piece: Piece, text: str) -> tuple[str, int]:
    """The text with another word there, and where the cursor stands then; after a finished one, a space."""
    lead = typed[: piece.begin] + text + ("" if text.endswith(":") else " ")
    return lead + typed[piece.end :].lstrip(), len(lead)


def said(operator: str, value: str) -> str:
    """A condition as it is typed."""
    plain = value.replace('"', "")
    return f'{operator}:"{plain}"' if " " in plain else f"{operator}:{plain}"


def _pieces(typed: str) -> Iterator[Piece]:
    for found in TOKEN.finditer(typed):
        minus, name, quoted, bare = found.groups()
        known = "" if minus or (name or "").lower() not in OPERATORS else name.lower()
        value = quoted or bare or ""
        if not name and bare and bare[:-1].lower() in OPERATORS and bare.endswith(":") and not minus:
            known, value = bare[:-1].lower(), ""
        yield Piece(found.start(), found.end(), known, value)
