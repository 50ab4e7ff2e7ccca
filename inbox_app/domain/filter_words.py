"""A filter as a person writes it: `state:open (tag:vip or tag:press) not hat:social`, and the way back.

Conditions beside each other must all hold; `or` binds looser than that, `not` (or a `-` before it) tighter. A value
with blanks, commas or parentheses stands in quotes; several values with commas between them mean one of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from inbox_app.domain.errors import WrongUse
from inbox_app.domain.filters import BARE, DEEPEST, EVERYTHING, All, Any, By, Filter, Is, Not, checked
from inbox_app.i18n import _

_TOKEN = re.compile(r'\s*(?:([()])|(-(?=\S))|((?:"(?:\\.|[^"\\])*"|[^\s()"])+))')
_VALUE = re.compile(r'"((?:\\.|[^"\\])*)"|([^,"]+)')
_PLAIN = re.compile(r'[^\s(),"\\]+')
_GROUP_WORDS = ("and", "or", "not")


def to_words(tree: Filter) -> str:
    """A filter as text; `from_words` reads the same filter from it. Everything is the empty text."""
    return _written(tree, outer=True)


def from_words(text: str) -> Filter:
    """The filter that a text says.

    Raises:
        WrongUse: it says none; the sentence names the word that is not understood.
    """
    reader = _Reader(_tokens(text))
    if not reader.rest:
        return EVERYTHING
    tree = reader.alternatives(0)
    if reader.rest:
        raise _misread(reader.rest[0])
    return checked(tree)


def _written(tree: Filter, *, outer: bool = False) -> str:
    match tree:
        case Is(by, values):
            return by.value if by in BARE else f"{by.value}:{','.join(map(_quoted, values))}"
        case Not(part):
            return f"not {_written(part)}"
        case All(parts):
            words = " ".join(_written(part) for part in parts)
        case Any(parts):
            words = " or ".join(_written(part) for part in parts)
    return words if outer else f"({words})"


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _tokens(text: str) -> list[str]:
    found, place, end = [], 0, len(text.rstrip())
    while place < end:
        token = _TOKEN.match(text, place)
        if token is None:
            raise _misread(text[place:].strip())
        found.append(next(filter(None, token.groups())))
        place = token.end()
    return found


@dataclass(slots=True)
class _Reader:
    """Reads a tree from the tokens that are left."""

    rest: list[str]

    def alternatives(self, depth: int) -> Filter:
        parts = [self._together(depth)]
        while self._next_is("or"):
            self.rest.pop(0)
            parts.append(self._together(depth))
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def _together(self, depth: int) -> Filter:
        parts = [self._one(depth)]
        while self.rest and self.rest[0] != ")" and not self._next_is("or"):
            if self._next_is("and"):
                self.rest.pop(0)
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self, depth: int) -> Filter:
        if not self.rest:
            raise WrongUse(_("The filter ends where a condition should follow."))
        if depth > DEEPEST:
            raise WrongUse(_("This filter nests too deep."))
        if self._next_is("not") or self.rest[0] == "-":
            self.rest.pop(0)
            return Not(self._one(depth + 1))
        word = self.rest.pop(0)
        if word == "(":
            return self._group(depth + 1)
        return _condition(word)

    def _group(self, depth: int) -> Filter:
        if self.rest[:1] == [")"]:
            self.rest.pop(0)
            return EVERYTHING
        inside = self.alternatives(depth)
        if self.rest[:1] != [")"]:
            raise WrongUse(_("A parenthesis is opened and not closed."))
        self.rest.pop(0)
        return inside

    def _next_is(self, word: str) -> bool:
        return bool(self.rest) and self.rest[0].lower() == word


def _condition(word: str) -> Filter:
    name, colon, said = word.partition(":")
    if name.lower() not in By.__members__.values() or word.lower() in _GROUP_WORDS:
        raise _misread(word)
    by = By(name.lower())
    if by in BARE:
        if colon:
            raise _misread(word)
        return Is(by)
    values = tuple(_unquoted(one) for one in _VALUE.finditer(said))
    if not values:
        raise WrongUse(_("Say which: “{name}:” needs a value.").format(name=by.value))
    return Is(by, values)


def _unquoted(found: re.Match[str]) -> str:
    quoted, plain = found.groups()
    return str(plain) if plain is not None else re.sub(r"\\(.)", r"\1", quoted)


def _misread(word: str) -> WrongUse:
    known = ", ".join(by.value if by in BARE else f"{by.value}:" for by in By)
    return WrongUse(_("“{word}” is no condition. There are: {known}.").format(word=word, known=known))
