"""What a person types into the search field, as a frozen value. Whatever is typed means something: this never fails.

Plain words are found as beginnings of words, `"a phrase"` word for word, `*part*` anywhere inside a word; `-` in front
excludes. The operators are `from: channel: account: tag: is: has: before: after:`; what looks like one and is none is
a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum, StrEnum

from inbox_app.domain.timecode import to_ms


class Match(Enum):
    """How a text must occur in a message."""

    BEGINNING = "beginning"
    PHRASE = "phrase"
    PART = "part"


class Is(StrEnum):
    """What `is:` may ask for."""

    OPEN = "open"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    DONE = "done"
    UNREAD = "unread"
    MINE = "mine"
    IN = "in"
    OUT = "out"


class Has(StrEnum):
    """What `has:` may ask for."""

    ATTACHMENT = "attachment"
    NOTE = "note"
    TAG = "tag"


class FoundBy(StrEnum):
    """What holds the words by which something was found."""

    MESSAGE = "message"
    NOTE = "note"
    TAG = "tag"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Term:
    """One text to look for."""

    text: str
    match: Match = Match.BEGINNING
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """Everything must hold together; within one of the tuples of an operator any value will do."""

    terms: tuple[Term, ...] = ()
    from_: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    is_: tuple[Is, ...] = ()
    has: tuple[Has, ...] = ()
    before: int | None = None
    """Milliseconds since 1970; messages from this moment on are left out."""
    after: int | None = None
    """Milliseconds since 1970; messages older than this moment are left out."""
    misread: tuple[str, ...] = ()
    """What looks like a condition and is none, by its name or by its value: taken as words."""

    def __bool__(self) -> bool:
        return self != SearchQuery()

    @property
    def wanted(self) -> tuple[Term, ...]:
        """The texts that must occur."""
        return tuple(term for term in self.terms if not term.excluded)

    def inside_words(self) -> SearchQuery:
        """The same question, with each beginning looked for anywhere inside a word."""
        terms = (replace(t, match=Match.PART) if t.match is Match.BEGINNING else t for t in self.terms)
        return replace(self, terms=tuple(terms))


_UNREADABLE = frozenset({"Cc", "Cs"})
_LONGEST = 1000
_MOST_TERMS = 32
TOKEN = re.compile(r'(-?)(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))', re.IGNORECASE)
_DAYS_AGO = re.compile(r"(\d{1,4})([dwmy])$")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


def parse(text: str, now: datetime) -> SearchQuery:
    """Read what was typed; `now` is an aware time whose zone decides where a day begins."""
    query = SearchQuery()
    clean = "".join(" " if unicodedata.category(c) in _UNREADABLE else c for c in text[:_LONGEST])
    for minus, name, quoted, bare in TOKEN.findall(unicodedata.normalize("NFC", clean)):
        value = quoted or bare
        operator = None if minus else _OPERATORS.get(name.lower())
        understood = operator(query, value, now) if operator and value else None
        if understood is None and (operator is not None or _is_meant(minus, name, value)):
            query = replace(query, misread=(*query.misread, f"{name}:{value}"))
        query = understood or _with_term(query, minus, f"{name}:{value}" if name else value, quoted=bool(quoted))
    return query


def _is_meant(minus: str, name: str, value: str) -> bool:
    """Whether this looks like a condition that there is not, and not like an address or a drive."""
    return len(name) > 1 and not minus and not value.startswith(("/", "\\"))


def fold(text: str) -> str:
    """The text without case and accents: what is compared."""
    # Most texts are plain, and asking whether one is costs nothing.
    return text.lower() if text.isascii() else text.translate(_FOLDED)


def fold_keeping_places(text: str) -> tuple[str, bool]:
    """The folded text, and whether each letter of it stands where it stood before."""
    return fold(text), text.isascii() or _FOLDED.uneven.isdisjoint(text)


def places_before(text: str) -> list[int]:
    """For each letter of the folded text the place where it stood; few become none or several."""
    places: list[int] = []
    last = 0
    for place, letter in enumerate(text):
        if letter in _FOLDED.uneven:
            places.extend(range(last, place))
            places.extend([place] * len(_FOLDED[ord(letter)]))
            last = place + 1
    places.extend(range(last, len(text)))
    return places


class _Folded(dict[int, str]):
    """What each letter becomes, found out when it is first met: texts are folded by the thousand."""

    def __init__(self) -> None:
        super().__init__()
        self.uneven: set[str] = set()

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFD", chr(code).lower())
        self[code] = "".join(c for c in plain if not unicodedata.combining(c))
        if len(self[code]) != 1:
            self.uneven.add(chr(code))
        return self[code]


_FOLDED = _Folded()


def _with_term(query: SearchQuery, minus: str, value: str, *, quoted: bool) -> SearchQuery:
    text = value.strip("*")
    if len(query.terms) >= _MOST_TERMS or not any(c.isalnum() for c in text):
        return query
    if quoted:
        match, text = Match.PHRASE, value
    elif value.startswith("*") or _is_unspaced(text):
        match = Match.PART
    else:
        match = Match.BEGINNING
    return replace(query, terms=(*query.terms, Term(text, match, bool(minus))))


def _is_unspaced(text: str) -> bool:
    """Whether it holds letters of a script that is written without spaces between words."""
    return any(
        "\u0e00" <= c <= "\u0eff" or "\u1000" <= c <= "\u109f" or "\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff"
        for c in text
    )


def _from(query: SearchQuery, value: str, _now: datetime) -> SearchQuery | None:
    return replace(query, from_=(*query.from_, value))


def _channel(query: SearchQuery, value: str, _now: datetime) -> SearchQuery | None:
    return replace(query, channels=(*query.channels, value.lower()))


def _account(query: SearchQuery, value: str, _now: datetime) -> SearchQuery | None:
    return replace(query, accounts=(*query.accounts, value))


def _tag(query: SearchQuery, value: str, _now: datetime) -> SearchQuery | None:
    return replace(query, tags=(*query.tags, value))


def _is(query: SearchQuery, value: str, _now: datetime) -> SearchQuery | None:
    known = value.lower() in list(Is)
    return replace(query, is_=(*query.is_, Is(value.lower()))) if known else None


def _has(query: SearchQuery, value: str, _now: datetime) -> SearchQuery | None:
    known = value.lower() in list(Has)
    return replace(query, has=(*query.has, Has(value.lower()))) if known else None


def _before(query: SearchQuery, value: str, now: datetime) -> SearchQuery | None:
    moment = read_day(value, now)
    return None if moment is None else replace(query, before=moment)


def _after(query: SearchQuery, value: str, now: datetime) -> SearchQuery | None:
    moment = read_day(value, now)
    return None if moment is None else replace(query, after=moment)


def read_day(value: str, now: datetime) -> int | None:
    """The first moment of a year, a month, a day, or of the day so long ago (`3d`, `2w`, `1m`)."""
    ago = _DAYS_AGO.match(value.lower())
    parts = value.split("-")
    try:
        if ago:
            day = now.date() - timedelta(days=int(ago[1]) * _DAYS[ago[2]])
        elif len(parts) <= 3 and all(part.isascii() and part.isdigit() for part in parts) and len(parts[0]) == 4:
            day = date(*[*map(int, parts), 1, 1][:3])
        else:
            return None
        return to_ms(datetime(day.year, day.month, day.day, tzinfo=now.tzinfo))
    except (ValueError, OverflowError, OSError):
        return None


_Operator = Callable[[SearchQuery, str, datetime], SearchQuery | None]
_OPERATORS: dict[str, _Operator] = {
    "from": _from,
    "channel": _channel,
    "account": _account,
    "tag": _tag,
    "is": _is,
    "has": _has,
    "before": _before,
    "after": _after,
}
OPERATORS = tuple(_OPERATORS)
"""The names that may stand before a colon."""


def is_understood(name: str, value: str, now: datetime) -> bool:
    """Whether this is a condition, and no words that only look like one."""
    operator = _OPERATORS.get(name.lower())
    return operator is not None and bool(value) and operator(SearchQuery(), value, now) is not None
