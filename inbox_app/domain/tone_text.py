"""The rules of a tone sheet as people write them and as they are stored: each rule is a name and its values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from inbox_app.domain.errors import WrongUse
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.tone import Rule, ToneSheet, Voice
from inbox_app.domain.tone_words import Address
from inbox_app.i18n import _

_ADDRESSES = {
    "informal": Address.INFORMAL,
    "tu": Address.INFORMAL,
    "formal": Address.FORMAL,
    "lei": Address.FORMAL,
}
_YES, _NO = ("yes", "sì", "si", "true"), ("no", "false")
_MOST = 1_000
_LONGEST, _MOST_WORDS = 200, 200


def with_rule(voice: Voice, rule: Rule, values: Sequence[str]) -> Voice:
    """The voice with one rule laid down anew; without values it is laid down no more.

    Raises:
        WrongUse: the values make no sense for that rule; the sentence says which do.
    """
    words = tuple(dict.fromkeys(" ".join(value.split()) for value in values if value.strip()))
    if len(words) > _MOST_WORDS or any(len(word) > _LONGEST for word in words):
        raise WrongUse(_("That is too much for a rule: at most 200 entries of at most 200 letters each."))
    return _READERS[rule](voice, words)


def values_of(voice: Voice, rule: Rule) -> tuple[str, ...]:
    """The values of a rule as they are written; empty where nothing is laid down."""
    return _WRITERS[rule](voice)


def voice_json(voice: Voice) -> JsonObject:
    """The rules that are laid down, by name."""
    said = {rule.value: [*values_of(voice, rule)] for rule in Rule}
    return {name: list(values) for name, values in said.items() if values}


def sheet_json(sheet: ToneSheet) -> JsonObject:
    """A sheet as it is stored: rules by place, "" being everywhere."""
    places = {"": sheet.everywhere, **sheet.by_place}
    made: JsonObject = {}
    made.update((place, voice_json(voice)) for place, voice in places.items())
    return made


def read_sheet(stored: object) -> ToneSheet:
    """The inverse of `sheet_json`; what a newer program laid down and we do not understand is passed over."""
    places = stored if isinstance(stored, Mapping) else {}
    read = {str(place): _voice(said) for place, said in places.items()}
    return ToneSheet(read.pop("", Voice()), {place: voice for place, voice in read.items() if voice})


def _voice(said: object) -> Voice:
    voice = Voice()
    for rule in Rule:
        values = said.get(rule.value) if isinstance(said, Mapping) else None
        if not isinstance(values, list):
            continue
        try:
            voice = with_rule(voice, rule, [str(value) for value in values])
        except WrongUse:
            continue
    return voice


def _address(words: Sequence[str]) -> Address | None:
    if not words:
        return None
    if len(words) > 1 or words[0].casefold() not in _ADDRESSES:
        raise WrongUse(_("A form of address is “informal” (tu) or “formal” (Lei)."))
    return _ADDRESSES[words[0].casefold()]


def _pair(words: str) -> tuple[str, str]:
    unwanted, equals, wanted = (part.strip() for part in words.partition("="))
    if not (unwanted and equals and wanted):
        raise WrongUse(
            _(
                "Write “what we do not say = what we say”, for example “cheap = affordable”: “{words}” is not so."
            ).format(words=words)
        )
    if unwanted.casefold() in wanted.casefold().split():
        raise WrongUse(_("“{words}” would never come to an end: it puts in what it takes out.").format(words=words))
    return unwanted, wanted


def _number(words: Sequence[str]) -> int | None:
    if not words:
        return None
    if len(words) > 1 or not (words[0].isascii() and words[0].isdigit() and int(words[0][:6]) <= _MOST):
        raise WrongUse(_("Give one number, 0 or more: how many there may be in a text."))
    return int(words[0])


def _decision(words: Sequence[str]) -> bool | None:
    if not words:
        return None
    said = words[0].casefold()
    if len(words) > 1 or said not in (*_YES, *_NO):
        raise WrongUse(_("Say “yes” or “no”: whether a text ends with a question."))
    return said in _YES


_READERS: Final[Mapping[Rule, Callable[[Voice, tuple[str, ...]], Voice]]] = {
    Rule.ADDRESS: lambda voice, words: replace(voice, address=_address(words)),
    Rule.GREETING: lambda voice, words: replace(voice, greetings=words),
    Rule.CLOSING: lambda voice, words: replace(voice, closings=words),
    Rule.NEVER: lambda voice, words: replace(voice, never=words),
    Rule.PREFER: lambda voice, words: replace(voice, prefer=dict(map(_pair, words))),
    Rule.EMOJI: lambda voice, words: replace(voice, emoji=_number(words)),
    Rule.EXCLAMATION: lambda voice, words: replace(voice, exclamations=_number(words)),
    Rule.QUESTION: lambda voice, words: replace(voice, question=_decision(words)),
}
_WRITERS: Final[Mapping[Rule, Callable[[Voice], tuple[str, ...]]]] = {
    Rule.ADDRESS: lambda voice: () if voice.address is None else (voice.address.value,),
    Rule.GREETING: lambda voice: voice.greetings,
    Rule.CLOSING: lambda voice: voice.closings,
    Rule.NEVER: lambda voice: voice.never,
    Rule.PREFER: lambda voice: tuple(f"{unwanted} = {wanted}" for unwanted, wanted in voice.prefer.items()),
    Rule.EMOJI: lambda voice: () if voice.emoji is None else (str(voice.emoji),),
    Rule.EXCLAMATION: lambda voice: () if voice.exclamations is None else (str(voice.exclamations),),
    Rule.QUESTION: lambda voice: () if voice.question is None else ("yes" if voice.question else "no",),
}
