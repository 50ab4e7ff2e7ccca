"""Rules: what is done by itself with a message, when what the rule says of it holds.

Most meet a message as it arrives. One that says how long a message has waited meets it when that time has come.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import regex

from inbox_app.domain.errors import WrongUse
from inbox_app.domain.filters import All, Any, By, Filter, Is, Not, conditions, span_ms
from inbox_app.domain.ids import ConversationId, MessageId, OperationId, RuleId
from inbox_app.domain.search_query import fold
from inbox_app.domain.words import Hat
from inbox_app.i18n import _


class RuleDeed(StrEnum):
    """What a rule does."""

    TAG = "tag"
    UNTAG = "untag"
    HAT = "hat"
    ASSIGN = "assign"
    PRIORITY = "priority"
    DONE = "done"
    HIDE = "hide"
    SPAM = "spam"

    @property
    def takes_value(self) -> bool:
        """Whether it must be said what with."""
        return self in (RuleDeed.TAG, RuleDeed.UNTAG, RuleDeed.HAT, RuleDeed.ASSIGN)


@dataclass(frozen=True, slots=True)
class RuleStep:
    """One thing to do; a tag's name, a hat or a colleague is its `value`."""

    deed: RuleDeed
    value: str = ""

    def __str__(self) -> str:
        return f"{self.deed} {self.value}".strip()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. They run in the order of `position`; after one that stops, no later one runs for that message."""

    id: RuleId
    name: str
    condition: Filter
    steps: tuple[RuleStep, ...]
    enabled: bool = True
    stop: bool = False
    position: int = 0

    @property
    def waits_ms(self) -> int | None:
        """How long a message must have waited for an answer at least; None for a rule that meets what arrives."""
        waits = [span_ms(one.values[0]) for one in conditions(self.condition) if one.by is By.UNANSWERED]
        return min(waits, default=None)


@dataclass(frozen=True, slots=True)
class Met:
    """A message that a rule would be about, as a dry run shows it."""

    message: MessageId
    conversation: ConversationId
    author: str
    snippet: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a rule would have met among the newest messages from outside: the newest few of them, and how many."""

    looked_at: int
    count: int
    met: tuple[Met, ...]


@dataclass(frozen=True, slots=True)
class OverHistory:
    """How far a rule is with all that is there already: looked at, of how many, and met among them."""

    looked_at: int
    all: int
    met: int


@dataclass(frozen=True, slots=True)
class RuleRun:
    """One time that a rule was met. `operation` is what it did; None where nothing was left to do."""

    id: str
    rule: RuleId | None
    rule_name: str
    message: MessageId
    conversation: ConversationId
    operation: OperationId | None
    at: datetime
    undone_at: datetime | None
    snippet: str


@dataclass(frozen=True, slots=True)
class RuleTally:
    """How many messages a rule met, and how often it did something that nobody took back."""

    met: int
    stands: int


@dataclass(frozen=True, slots=True)
class Said:
    """What of a message that arrived rules look at."""

    message: MessageId
    conversation: ConversationId
    text: str
    title: str
    has_html_link: bool
    hidden: bool
    is_first: bool
    member_tags: frozenset[str]
    waited_ms: int | None = None
    """How long it has waited for an answer; None where it needs none."""


def read_rule_steps(lines: Iterable[str]) -> tuple[RuleStep, ...]:
    """Steps as people write them: `tag spam`, `hat social`, `assign ID`, `priority`, `done`, `hide`, `spam`.

    Raises:
        WrongUse: one is not understood, or there is none.
    """
    steps = tuple(_read(line.split()) for line in lines if line.strip())
    if not steps:
        raise WrongUse(_("A rule needs something to do: {known}.").format(known=_KNOWN))
    return steps


def stored_rule_steps(lines: Iterable[str]) -> tuple[RuleStep, ...]:
    """The inverse of what `str` makes of each; what a newer program wrote is passed over."""
    words = (line.partition(" ") for line in lines)
    return tuple(RuleStep(RuleDeed(deed), value) for deed, _space, value in words if deed in set(RuleDeed))


def holds(tree: Filter, leaf: Callable[[Is], bool]) -> bool:
    """Whether a condition holds, with `leaf` knowing about its plain parts."""
    match tree:
        case Is():
            return leaf(tree)
        case All(parts):
            return all(holds(part, leaf) for part in parts)
        case Any(parts):
            return any(holds(part, leaf) for part in parts)
        case Not(part):
            return not holds(part, leaf)


def said_holds(condition: Is, said: Said) -> bool:
    """Whether a plain condition about one message holds."""
    return _OF_MESSAGE[condition.by](said, condition.values)


def _read(words: list[str]) -> RuleStep:
    deed, value = words[0].casefold(), " ".join(words[1:])
    known = deed in set(RuleDeed) and RuleDeed(deed).takes_value == bool(value)
    if not known or (deed == RuleDeed.HAT and value.casefold() not in set(Hat)):
        raise WrongUse(
            _("“{step}” is nothing a rule can do. There are: {known}.").format(step=" ".join(words), known=_KNOWN)
        )
    return RuleStep(RuleDeed(deed), value.casefold() if deed == RuleDeed.HAT else value)


_KNOWN = "tag X, untag X, hat community, hat social, assign X, priority, done, hide, spam"
_LINK = re.compile(r"(?:https?://|www\.)\S", re.IGNORECASE)
_MENTION = re.compile(r"@[\w.@-]+")
_WORD = re.compile(r"\w+")
_EMOJI = regex.compile(r"[\p{Extended_Pictographic}\p{RI}\p{Emoji_Modifier}]|[0-9#*]\uFE0F?\u20E3")


def _contains(said: Said, values: tuple[str, ...]) -> bool:
    text = fold(f"{said.title}\n{said.text}")
    return any(fold(value) in text for value in values)


def _only_emoji(said: Said, _values: tuple[str, ...]) -> bool:
    """Emoji, and beside them nothing that can be read; a currency or an arrow is none."""
    bare, count = _EMOJI.subn("", said.text)
    return count > 0 and not _WORD.search(bare)


def _only_mentions(said: Said, _values: tuple[str, ...]) -> bool:
    return bool(_MENTION.search(said.text)) and not _MENTION.sub("", said.text).strip(" ,;:.!")


def _words(said: Said) -> int:
    return len(_WORD.findall(said.text))


_OF_MESSAGE: Mapping[By, Callable[[Said, tuple[str, ...]], bool]] = {
    By.TEXT: _contains,
    By.LINK: lambda said, _values: said.has_html_link or bool(_LINK.search(said.text)),
    By.ONLY_EMOJI: _only_emoji,
    By.ONLY_MENTIONS: _only_mentions,
    By.LONGER: lambda said, values: _words(said) > int(values[0]),
    By.SHORTER: lambda said, values: _words(said) < int(values[0]),
    By.FIRST_MESSAGE: lambda said, _values: said.is_first,
    By.MEMBER_TAG: lambda said, values: bool(said.member_tags & {value.casefold() for value in values}),
    By.HIDDEN: lambda said, _values: said.hidden,
    By.UNANSWERED: lambda said, values: said.waited_ms is not None and said.waited_ms >= span_ms(values[0]),
}
