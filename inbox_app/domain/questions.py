"""Questions: what is one, by its question mark or by how it begins; and what became of those of members and of ours."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from inbox_app.domain.ids import ConversationId, MemberId, MessageId
from inbox_app.domain.people import TimelineLine

_MOST = 4_000


def is_question(text: str, starts: frozenset[str]) -> bool:
    """Whether a text asks something; `starts` are the beginnings of questions, plain and in lower case."""
    said = text[:_MOST]
    if "?" in said and any("?" in word and not _is_address(word) for word in said.split()):
        return True
    return _beginning(starts).search(_plain(said)) is not None


def _is_address(word: str) -> bool:
    """Whether the mark in a word is part of an address; before another sign, “open??”, “open?😊”, somebody asks."""
    before, _mark, after = word.partition("?")
    return "://" in word or "www." in word or (("." in before or "/" in before) and after[:1].isalnum())


@cache
def _beginning(starts: frozenset[str]) -> re.Pattern[str]:
    """One pattern for all of them: it is tried at the beginnings of sentences and nowhere else."""
    return re.compile(r"(?:^|[.!;\n])[ \t]*(?:" + "|".join(sorted(map(re.escape, starts))) + r")\s")


def _plain(text: str) -> str:
    folded = text.lower()
    if folded.isascii():
        return folded
    bare = unicodedata.normalize("NFKD", folded.replace("’", "'"))
    return "".join(sign for sign in bare if not unicodedata.combining(sign))


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What a member asked and we have not answered; `answers` are those of other members."""

    asked: TimelineLine
    who: str
    answers: tuple[tuple[MessageId, str], ...]
    """The message and the name of who wrote it."""


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question of ours, in a post or a message, and what came of it."""

    text: str
    asked_at: datetime
    conversation: ConversationId | None
    """Where it was asked, or the first answer below a post."""
    message: MessageId | None
    answers: int
    people: int


@dataclass(frozen=True, slots=True)
class Helper:
    """A member who answered questions of others, and the last of those answers."""

    member: MemberId
    name: str
    helped: int
    last: TimelineLine


@dataclass(frozen=True, slots=True)
class Ledger:
    """All questions of some days: theirs that are open, ours, and who helped; of the last two maybe only the first."""

    open: tuple[OpenQuestion, ...]
    own: tuple[OwnQuestion, ...]
    helpers: tuple[Helper, ...]
    own_count: int
    """How many of ours there are, also where fewer are told."""
    helper_count: int
