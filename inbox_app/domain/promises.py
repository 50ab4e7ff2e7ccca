"""Promises in what we write: “I'll get back to you on Friday”, “ti faccio sapere entro venerdì”, and the day they name.

Deterministic and offline. Only what is surely ours and surely dated counts: a question, a quote, a condition, a “not”,
or a day that belongs to something else is no promise. The phrases are data, one `Phrases` for each language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

from inbox_app.domain.time_words import FILLERS, plain_words
from inbox_app.domain.when import is_date, is_day_word, is_time_word, is_unit, parse_when

_SENTENCE = re.compile(r"(?:[^.!?;\n]|(?<=\d)\.(?=\d))+[.!?;\n]*")
_COLON = re.compile(r":(?!\d)|(?<!\d):")
"""Of a sentence; one between figures is a clock's."""
_FARTHEST = 6
"""How many words may stand between a promise and its day …"""
_DEADLINE = 14
"""… and where the day is a deadline, “by Friday”, which belongs to what is promised."""
_BEFORE = 3
"""How many words before a promise may deny it."""
_LEADS = 3
"""How many small words may stand before a day that comes first, or behind it: “by Friday then I'll write”."""
_QUOTED = re.compile(r"“[^”\n]*”|„[^“\n]*“|«[^»\n]*»|\"[^\"\n]*\"")
"""What somebody else said."""
_SPAN = re.compile(r"\d{1,2}[-/](\d{1,2})")
_MOST = 20_000
_TODAY = {("today",), ("oggi",)}
"""“Ti scrivo oggi” says when it is written; how today is promised stands with the phrases."""
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrases:
    """How one language promises; each phrase as its words. What they mean stands beside the data."""

    starts: tuple[Words, ...]
    gap: int
    deeds: tuple[Words, ...]
    whole: tuple[Words, ...]
    openings: tuple[Words, ...]
    asks: tuple[Words, ...]
    negations: frozenset[str]
    conditions: tuple[Words, ...]
    turns: frozenset[str]
    breaks: frozenset[str]
    soft: frozenset[str]
    bridges: tuple[Words, ...]
    joins: frozenset[str]
    asides: frozenset[str]
    within: frozenset[str]
    deadlines: frozenset[str]
    days: Mapping[Words, str]
    lengths: Mapping[Words, str]


@dataclass(frozen=True, slots=True)
class _Said:
    """Where a promise stands in the words of a sentence, and how far behind it its day may be."""

    start: int
    end: int
    reach: int


@dataclass(frozen=True, slots=True)
class Promise:
    """The sentence that promises, and the moment that it names."""

    sentence: str
    moment: datetime


_Days = Callable[[int], tuple[datetime | None, int]]
"""What day is named at a place of a sentence, and where its words end."""


def find_promise(text: str, now: datetime, languages: Iterable[Phrases]) -> Promise | None:
    """The first promise in a text of ours with a moment to come; `now` carries the person's zone."""
    for sentence, told in _sentences(text[:_MOST]):
        words = plain_sentence(told)
        for phrases in languages:
            days = cache(partial(_day_at, words, phrases, now))
            for said in _promises(words, phrases):
                moment = _day_before(words, said, phrases, days) or _day_after(words, said, phrases, days)
                if moment is not None:
                    return Promise(" ".join(sentence.split()), moment)
    return None


def plain_sentence(text: str) -> Words:
    """Words as phrases are compared: lower case, without accents and signs, “I'll” one word."""
    bare = _COLON.sub(" , ", text.lower().replace("’", "'").replace("–", "-"))
    parts = re.sub(r"(?<!\d)\.|\.(?!\d)|[^\w',/.:-]+", " ", bare).replace(",", " , ").split()
    words = ["'".join(plain_words(part.replace("'", " "))) if part != "," else part for part in parts]
    return tuple(_longest(word, words[place + 1 : place + 3]) for place, word in enumerate(words))


def _longest(word: str, behind: Sequence[str]) -> str:
    """“2-3 days”, “2-3 business days”: the longer of the two."""
    span = _SPAN.fullmatch(word)
    return span[1] if span and any(is_unit(one) or one == "ore" for one in behind) else word


def _sentences(text: str) -> Iterator[tuple[str, str]]:
    """Each sentence as it stands, and what is ours of it."""
    own = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(">"))
    told = _QUOTED.sub(lambda quoted: "x" * len(quoted[0]), own)
    for found in _SENTENCE.finditer(told):
        if not found[0].rstrip().endswith("?"):
            yield own[slice(*found.span())].strip(), found[0]


def _promises(words: Words, phrases: Phrases) -> Iterator[_Said]:
    """The promises in the words of a sentence, as far as they are neither denied nor under a condition."""
    clause = 0
    for place in range(len(words)):
        if place and words[place - 1] in phrases.turns:
            clause = place
        if clause == place and _at(words, place, phrases.conditions):
            return
        for said in _said(words, place, phrases, opens=_is_first(words, clause, place, phrases)):
            if not phrases.negations.intersection(words[max(clause, place - _BEFORE) : said.end]):
                yield said


def _said(words: Words, place: int, phrases: Phrases, *, opens: bool) -> Iterator[_Said]:
    """The promises that begin here: “I will check and write” makes two."""
    openings = phrases.openings if opens else ()
    if whole := _at(words, place, phrases.whole + openings):
        yield _Said(place, place + whole, _DEADLINE)
    if asked := _at(words, place, phrases.asks):
        yield _Said(place, place + asked, 0)
    begun = place + _at(words, place, phrases.starts + openings)
    for deed in range(begun, begun + phrases.gap + 1) if begun > place else ():
        if length := _at(words, deed, phrases.deeds):
            yield _Said(place, deed + length, _DEADLINE)
        if words[deed : deed + 1] and words[deed] in phrases.breaks and words[deed] not in phrases.joins:
            return


def _is_first(words: Words, clause: int, place: int, phrases: Phrases) -> bool:
    """Whether nothing stands before this in its clause but what says when."""
    return place - clause <= _FARTHEST and all(
        is_time_word(word) or word in phrases.deadlines | phrases.asides for word in words[clause:place]
    )


def _at(words: Words, place: int, known: Iterable[Words]) -> int:
    """The length of the longest of these phrases that stands here; 0 where none does."""
    first = words[place : place + 1]
    return max((len(one) for one in known if one[:1] == first and words[place : place + len(one)] == one), default=0)


def _day_before(words: Words, said: _Said, phrases: Phrases, days: _Days) -> datetime | None:
    """The day that a clause begins with, and nothing but small words between it and the promise: “domani ti scrivo”."""
    end = said.start
    while end > max(0, said.start - _LEADS) and words[end - 1] in phrases.asides:
        end -= 1
    begun = (place for place in range(end, max(0, end - _DEADLINE), -1) if words[place - 1] in phrases.turns)
    clause = next(begun, 0)
    for place in range(clause, min(end, clause + _LEADS + 1)):
        moment, behind = days(place)
        if moment is not None:
            return moment if behind == end and words[place:behind] not in _TODAY else None
        if words[place] not in phrases.deadlines | phrases.within | FILLERS | phrases.asides:
            return None
    return None


def _day_after(words: Words, said: _Said, phrases: Phrases, days: _Days) -> datetime | None:
    """The day that a promise names: soon after it, with nothing between that it could belong to."""
    place, near, last = said.end, said.end + min(_FARTHEST, said.reach), min(len(words) - 1, said.end + said.reach)
    while place <= last:
        if bridge := _at(words, place, phrases.bridges):
            place += bridge
            continue
        moment, _behind = days(place)
        if moment is not None and (place <= near or phrases.deadlines.intersection(words[place - 1 : place + 1])):
            return moment
        if words[place] in phrases.breaks and words[place] not in phrases.soft:
            return None
        near = 0 if words[place] in phrases.soft else near
        place += 1
    return None


def _day_at(words: Words, phrases: Phrases, now: datetime, place: int) -> tuple[datetime | None, int]:
    """The moment that is named here, and where its words end: all in a row that can be part of one, or a phrase."""
    length = next((n for n, word in enumerate(words[place:]) if not is_time_word(word)), len(words) - place)
    said = words[place : place + length]
    while said and said[-1] in FILLERS:
        said = said[:-1]
    behind = place + len(said)
    after_within = place > 0 and words[place - 1] in phrases.within
    phrased = {**phrases.days, **phrases.lengths} if after_within else phrases.days
    meant = _at(words, place, phrased)
    named = said not in _TODAY and any(map(is_day_word, said))
    if meant <= len(said) and (named or is_date(said) or (after_within and any(map(is_unit, said)))):
        moment = parse_when(" ".join(said), now)
        if moment is not None and moment > now:
            return moment, behind
    moment = parse_when(phrased[words[place : place + meant]], now) if meant else None
    return (moment if moment is not None and moment > now else None), place + meant
