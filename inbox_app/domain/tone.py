"""The tone sheet: how a brand speaks, as plain rules, and what of a text departs from them, with reasons and fixes.

It looks at letters and words and at nothing else: no model, no network, the same answer each time. What it can tell is
said in `domain.tone_words`: forms of address are found by pronouns and by the most frequent verbs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

import regex

from inbox_app.domain.tone_words import Address, address_marks
from inbox_app.domain.tongues import guess_language
from inbox_app.i18n import _, ngettext

_EMOJI: Final = regex.compile(
    r"\p{RI}\p{RI}|(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F)"
    r"(?:\p{Emoji_Modifier}|\uFE0F|\u200D\p{Extended_Pictographic})*"
)


_NAMES: Final = regex.compile(
    r"(?:https?://|www\.|mailto:)\S+"
    r"|[\w.+-]{0,64}@[\w.@-]+|(?<!\w)#\w+"  # addresses, mentions, hash tags
    r"|\{\{?[^{}|\n]*",  # variables, but not what is said where they have no value
    regex.IGNORECASE,
)
"""What is no prose: changed by a word it would lead elsewhere, or nowhere."""


class Rule(StrEnum):
    """What can be laid down; the values are what is stored and printed."""

    ADDRESS = "address"
    GREETING = "greeting"
    CLOSING = "closing"
    NEVER = "never"
    PREFER = "prefer"
    EMOJI = "emoji"
    EXCLAMATION = "exclamation"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Voice:
    """Rules for one place. None and empty mean that nothing is laid down here.

    `prefer` is what we say instead, by what we do not say; `never` are words without a replacement. `greetings` and
    `closings` are what a text may begin and end with.
    """

    address: Address | None = None
    greetings: tuple[str, ...] = ()
    closings: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    prefer: Mapping[str, str] = field(default_factory=dict)
    emoji: int | None = None
    exclamations: int | None = None
    question: bool | None = None

    def over(self, wider: Voice) -> Voice:
        """These rules where there are some, else the wider ones; words of both hold."""
        return Voice(
            address=self.address or wider.address,
            greetings=self.greetings or wider.greetings,
            closings=self.closings or wider.closings,
            never=(*wider.never, *(word for word in self.never if word not in wider.never)),
            prefer={**wider.prefer, **self.prefer},
            emoji=wider.emoji if self.emoji is None else self.emoji,
            exclamations=wider.exclamations if self.exclamations is None else self.exclamations,
            question=wider.question if self.question is None else self.question,
        )

    def of_heading(self) -> Voice:
        """What holds for a title or a subject too: nobody is greeted there, and it need not end with a question."""
        return replace(self, greetings=(), closings=(), question=None)

    def __bool__(self) -> bool:
        return self != Voice()


@dataclass(frozen=True, slots=True)
class ToneSheet:
    """The voice of a workspace, and what differs on a channel or under a hat; the hat goes before the channel."""

    everywhere: Voice = field(default_factory=Voice)
    by_place: Mapping[str, Voice] = field(default_factory=dict)
    """By a channel's key or a hat's word."""

    def voice(self, channel: str = "", hat: str = "") -> Voice:
        """The rules that hold there."""
        voice = self.everywhere
        for place in (channel, hat):
            if place in self.by_place:
                voice = self.by_place[place].over(voice)
        return voice

    def of(self, place: str) -> Voice:
        """What is laid down for one place alone; "" is everywhere."""
        return self.by_place.get(place, Voice()) if place else self.everywhere

    def having(self, place: str, voice: Voice) -> ToneSheet:
        """The same with other rules for one place."""
        if not place:
            return replace(self, everywhere=voice)
        others = {name: one for name, one in self.by_place.items() if name != place}
        return replace(self, by_place={**others, **({place: voice} if voice else {})})


@dataclass(frozen=True, slots=True)
class Finding:
    """What departs from a rule, where, and what mends it: `fixed` is the whole text then, None where only a person can.

    `start` and `end` are places in the text; equal ones mean that something is missing there.
    """

    rule: Rule
    reason: str
    start: int
    end: int
    fixed: str | None = None
    fix: str = ""
    """What the fix does, in a few words."""


def check(text: str, voice: Voice, language: str = "") -> tuple[Finding, ...]:
    """What of a text departs from a voice, in the order of the text; nothing is found in an empty one."""
    if not text.strip():
        return ()
    spoken = language or guess_language(text)
    found = [finding for rule in _CHECKS for finding in rule(text, voice, spoken)]
    return tuple(sorted(found, key=lambda one: (one.start, one.end)))


def mend(text: str, voice: Voice, language: str = "") -> str:
    """The text with every fix that there is, one after the other."""
    for _round in range(len(text) + 20):
        fixed = next((one.fixed for one in check(text, voice, language) if one.fixed is not None), None)
        if fixed is None or fixed == text:
            return text
        text = fixed
    return text


Check = Callable[[str, Voice, str], Iterator[Finding]]


def _addresses(text: str, voice: Voice, language: str) -> Iterator[Finding]:
    if voice.address is None:
        return
    for mark in address_marks(text, language):
        if mark.address is not voice.address:
            reason = _("“{words}” speaks to one person as {form}; here people are spoken to as {wanted}.").format(
                words=text[mark.start : mark.end], form=mark.address.word(language), wanted=voice.address.word(language)
            )
            yield Finding(Rule.ADDRESS, reason, mark.start, mark.end)


def _greets(text: str, voice: Voice, _language: str) -> Iterator[Finding]:
    begun = text.lstrip()
    if voice.greetings and not _begins(begun, voice.greetings):
        start = len(text) - len(begun)
        usual = voice.greetings[0]
        reason = _("It begins without a greeting of ours: {greetings}.").format(greetings=_list(voice.greetings))
        fixed = f"{text[:start]}{usual}{'' if usual.endswith((',', '!')) else ','} {begun}"
        yield Finding(Rule.GREETING, reason, start, start, fixed, _("Begin with “{words}”").format(words=usual))


def _closes(text: str, voice: Voice, _language: str) -> Iterator[Finding]:
    said = text.rstrip()
    bare = _bare(said)
    if voice.closings and not any(bare.endswith(_bare(one)) for one in voice.closings):
        usual = voice.closings[0]
        reason = _("It ends without a closing of ours: {closings}.").format(closings=_list(voice.closings))
        yield Finding(
            Rule.CLOSING,
            reason,
            len(said),
            len(said),
            f"{said}\n{usual}{text[len(said) :]}",
            _("End with “{words}”").format(words=usual),
        )


def _avoids(text: str, voice: Voice, _language: str) -> Iterator[Finding]:
    for unwanted in voice.never:
        for start, end in _places(text, unwanted):
            yield Finding(
                Rule.NEVER, _("“{words}” is a word that we never use.").format(words=text[start:end]), start, end
            )


def _prefers(text: str, voice: Voice, _language: str) -> Iterator[Finding]:
    for unwanted, wanted in voice.prefer.items():
        for start, end in _places(text, unwanted):
            words = text[start:end]
            said = wanted[:1].upper() + wanted[1:] if words[:1].isupper() and wanted[:1].islower() else wanted
            reason = _("We say “{wanted}” instead of “{words}”.").format(wanted=wanted, words=words)
            fix = _("Say “{words}”").format(words=said)
            yield Finding(Rule.PREFER, reason, start, end, text[:start] + said + text[end:], fix)


def _counts_emoji(text: str, voice: Voice, _language: str) -> Iterator[Finding]:
    places = [one.span() for one in _EMOJI.finditer(text)]
    if voice.emoji is None or len(places) <= voice.emoji:
        return
    start, end = places[voice.emoji]
    reason = _("{count} emoji; here {most} at most.").format(count=len(places), most=voice.emoji)
    yield Finding(Rule.EMOJI, reason, start, end, _without(text, places[voice.emoji :]), _("Take the others out"))


def _counts_exclamations(text: str, voice: Voice, _language: str) -> Iterator[Finding]:
    places = [place for place, letter in enumerate(_prose(text)) if letter == "!"]
    if voice.exclamations is None or len(places) <= voice.exclamations:
        return
    surplus = places[voice.exclamations :]
    reason = ngettext(
        "{count} exclamation mark; here {most} at most.", "{count} exclamation marks; here {most} at most.", len(places)
    ).format(count=len(places), most=voice.exclamations)
    letters = [*text]
    for place in surplus:
        # One of several in a row goes; one that ends a sentence becomes its full stop.
        beside = place > 0 and letters[place - 1] in (".", "!", "?", "")
        letters[place] = "" if beside or text[place + 1 : place + 2] == "?" else "."
    yield Finding(
        Rule.EXCLAMATION, reason, surplus[0], surplus[0] + 1, "".join(letters), _("Make the others full stops")
    )


def _asks(text: str, voice: Voice, _language: str) -> Iterator[Finding]:
    said = text.rstrip()
    if voice.question and "?" not in _last_sentences(said, voice):
        reason = _("It does not end with a question; here a text ends with one, so that the conversation goes on.")
        yield Finding(Rule.QUESTION, reason, len(said), len(said))


_CHECKS: Final[tuple[Check, ...]] = (
    _addresses,
    _greets,
    _closes,
    _avoids,
    _prefers,
    _counts_emoji,
    _counts_exclamations,
    _asks,
)


def _last_sentences(said: str, voice: Voice) -> str:
    """The last sentence, before a closing of ours where there is one."""
    for closing in voice.closings:
        if _bare(said).endswith(_bare(closing)):
            cut = said.casefold().rfind(closing.casefold().rstrip(" ,.!"))
            said = said[:cut].rstrip() if cut > 0 else said
            break
    parts = regex.split(r"(?<=[.!?…])\s+|\n+", said)
    words = [part for part in parts if regex.search(r"\w", part)]
    return words[-1] if words else ""


def _begins(text: str, greetings: tuple[str, ...]) -> bool:
    bare = text.casefold()
    return any(regex.match(rf"{regex.escape(one.casefold().rstrip(' ,!.'))}\b", bare) for one in greetings)


def _places(text: str, words: str) -> Iterator[tuple[int, int]]:
    """Where words stand as whole words, whatever their case; names of places and people are none."""
    if words.strip():
        found = regex.finditer(rf"(?<!\w){regex.escape(words.strip())}(?!\w)", _prose(text), regex.IGNORECASE)
        yield from (one.span() for one in found)


def _prose(text: str) -> str:
    """The text with each sign of what is no prose covered, so that all others stand where they stood."""
    return _NAMES.sub(lambda found: "\ufffc" * len(found[0]), text)


def _bare(words: str) -> str:
    """Words without what may follow them: marks and emoji."""
    return regex.sub(r"[^\w]+$", "", words.casefold())


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(_("“{words}”").format(words=one) for one in words[:4])


def _without(text: str, places: list[tuple[int, int]]) -> str:
    for start, end in reversed(places):
        before, after = text[:start], text[end:]
        text = before.rstrip(" ") + after if not after or after[0] in " \n.,!?" else before + after.lstrip(" ")
    return text
