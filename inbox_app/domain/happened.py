"""What became of a message after it was written, and how two of its texts differ, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum


class Event(StrEnum):
    """What is recorded of a message besides its text; the values are what is stored."""

    EDIT = "edit"
    TITLE = "title"
    DELETION = "deletion"
    HIDE = "hide"
    SHOW = "show"
    REACTION = "reaction"


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened; `before` is what an edit replaced."""

    event: Event
    at: datetime
    before: str = ""


class Change(StrEnum):
    """What an edit did to a stretch of text."""

    SAME = "same"
    ADDED = "added"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some words, and whether an edit left, added or took them."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Version:
    """A text as it stood from a moment on; `changes` say how it came from the one before."""

    since: datetime
    text: str
    changes: tuple[Stretch, ...]


_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_MOST_WORDS = 4_000
"""Beyond these, comparing word by word takes longer than somebody waits; the whole text counts as replaced."""


def differences(old: str, new: str) -> tuple[Stretch, ...]:
    """How the new text came from the old one, in reading order."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) + len(after) > _MOST_WORDS:
        whole = ((Change.TAKEN, old), (Change.ADDED, new))
        return tuple(Stretch(change, text) for change, text in whole if text)
    made: list[Stretch] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            made.append(Stretch(Change.SAME, "".join(before[a:b])))
            continue
        taken, added = "".join(before[a:b]), "".join(after[c:d])
        made += [Stretch(Change.TAKEN, taken)] if taken else []
        made += [Stretch(Change.ADDED, added)] if added else []
    return tuple(made)


def versions(written_at: datetime, text: str, history: Sequence[Happened]) -> tuple[Version, ...]:
    """Every text that a message had, the newest first; each edit tells what stood before it."""
    edits = [one for one in history if one.event is Event.EDIT]
    texts = [*(one.before for one in edits), text]
    moments = [written_at, *(one.at for one in edits)]
    before = ["", *texts[:-1]]
    made = [
        Version(since, now, (Stretch(Change.SAME, now),) if place == 0 else differences(old, now))
        for place, (since, now, old) in enumerate(zip(moments, texts, before, strict=True))
    ]
    return tuple(reversed(made))
