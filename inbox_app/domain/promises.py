"""Promises in what we write: “I'll get back to you on Friday”, “ti faccio sapere entro venerdì”, and the day they name.

Deterministic and offline. Only what is surely ours and surely dated counts: a question, a quote, a condition, a “not”,
or a day that belongs to something else is no promise. The phrases are data, one `Phrases` for each language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from inbox_app.domain.time_words import FILLERS, plain_words
from inbox_app.domain.when import is_date, is_day_word, is_time_word, is_unit, parse_when

_SENTENCE = re.compile(r"(?:[^.!?;\n]|(?<=\d)\.(?=\d))+[.!?;\n]*")
_COLON = re.compile(r":(?!\d)|(?<!\d):")
"""Of a sentence; one between figures is a clock's."""
_FARTHEST = 6
"""How many words may stand between a promise and its day."""
_BEFORE = 3
"""How many words before a promise may deny it."""
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
    negations: frozenset[str]
    breaks: frozenset[str]
    joins: frozenset[str]
    within: frozenset[str]
    days: Mapping[Words, str]


@dataclass(frozen=True, slots=True)
class Promise:
    """The sentence that promises, and the moment that it names."""

    sentence: str
    moment: datetime


def find_promise(text: str, now: datetime, languages: Iterable[Phrases]) -> Promise | None:
    """The first promise in a text of ours with a moment to come; `now` carries the person's zone."""
    for sentence in _sentences(text[:_MOST]):
        words = plain_sentence(sentence)
        for phrases in languages:
            for end in _promises(words, phrases):
                moment = _day_after(words[end:], phrases, now)
                if moment is not None and moment > now:
                    return Promise(" ".join(sentence.split()), moment)
    return None


def plain_sentence(text: str) -> Words:
    """Words as phrases are compared: lower case, without accents and signs, “I'll” one word."""
    bare = _COLON.sub(" , ", text.lower().replace("’", "'"))
    parts = re.sub(r"(?<!\d)\.|\.(?!\d)|[^\w',/.:-]+", " ", bare).replace(",", " , ").split()
    return tuple("'".join(plain_words(part.replace("'", " "))) if part != "," else part for part in parts)


def _sentences(text: str) -> Iterator[str]:
    own = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(">"))
    for found in _SENTENCE.finditer(own):
        if not found[0].rstrip().endswith("?"):
            yield found[0].strip()


def _promises(words: Words, phrases: Phrases) -> Iterator[int]:
    """Where promises end in the words of a sentence."""
    for place in range(len(words)):
        for end in _ends(words, place, phrases):
            if not phrases.negations.intersection(words[max(0, place - _BEFORE) : end]):
                yield end


def _ends(words: Words, place: int, phrases: Phrases) -> Iterator[int]:
    """Where promises end that begin here: “I will check and write” makes two."""
    if whole := _at(words, place, phrases.whole):
        yield place + whole
    begun = place + _at(words, place, phrases.starts)
    for deed in range(begun, begun + phrases.gap + 1) if begun > place else ():
        if length := _at(words, deed, phrases.deeds):
            yield deed + length
        if words[deed : deed + 1] and words[deed] in phrases.breaks and words[deed] not in phrases.joins:
            return


def _at(words: Words, place: int, known: Sequence[Words]) -> int:
    """The length of the longest of these phrases that stands here; 0 where none does."""
    return max((len(one) for one in known if words[place : place + len(one)] == one), default=0)


def _day_after(words: Words, phrases: Phrases, now: datetime) -> datetime | None:
    """The day that a promise names: soon after it, with nothing between that it could belong to."""
    for place in range(min(len(words), _FARTHEST + 1)):
        moment = _day_at(words, place, phrases, now)
        if moment is not None:
            return moment
        if words[place] in phrases.breaks:
            return None
    return None


def _day_at(words: Words, place: int, phrases: Phrases, now: datetime) -> datetime | None:
    """The moment that is named here: all words in a row that can be part of one, else a phrase that means a day."""
    length = next((n for n, word in enumerate(words[place:]) if not is_time_word(word)), len(words) - place)
    said = words[place : place + length]
    while said and said[-1] in FILLERS:
        said = said[:-1]
    after_within = place > 0 and words[place - 1] in phrases.within
    named = said not in _TODAY and any(map(is_day_word, said))
    if named or is_date(said) or (after_within and any(map(is_unit, said))):
        moment = parse_when(" ".join(said), now)
        if moment is not None and moment > now:
            return moment
    meant = next((day for named, day in phrases.days.items() if words[place : place + len(named)] == named), "")
    return parse_when(meant, now) if meant else None
