"""A poll below a message: what can be chosen, how many chose it as far as the service tells, and until when."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.i18n import _

_MOST = 50
_BULLETS = "•–-* "


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the choices. `votes` is None where the service does not tell."""

    text: str
    votes: int | None = None


@dataclass(frozen=True, slots=True)
class Poll:
    """As the service last told it; `voters` is how many people chose, which may be fewer than there are votes."""

    choices: tuple[Choice, ...]
    voters: int | None = None
    multiple: bool = False
    closed: bool = False
    closes_at: datetime | None = None

    @property
    def votes(self) -> int | None:
        """All of them; None where those of any choice are not told."""
        told = [one.votes for one in self.choices if one.votes is not None]
        return sum(told) if len(told) == len(self.choices) else None

    def share(self, one: Choice) -> float:
        """How much of those who voted chose this, from 0 to 1; where one may choose several the sum may be more."""
        among = max(self.voters or 0, one.votes or 0) if self.multiple and self.voters else self.votes
        return (one.votes or 0) / among if among else 0.0

    def is_over(self, now: datetime) -> bool:
        """Whether nobody can vote any more."""
        return self.closed or (self.closes_at is not None and self.closes_at <= now)

    def besides(self, text: str) -> str:
        """What a text says besides the list of choices with which it may end: that is drawn."""
        lines = text.rstrip().split("\n")
        for one in reversed(self.choices):
            words = one.text.split()
            if not lines or lines[-1].lstrip(_BULLETS).split() != words:
                return text
            lines.pop()
        said = "\n".join(lines).rstrip()
        for heading in ("Poll", _("Poll")):
            said = said.removesuffix(f"\n{heading}:").rstrip()
        return said

    def to_json(self) -> JsonObject:
        """Only what there is."""
        facts: JsonObject = {"choices": [{"text": one.text, "votes": one.votes} for one in self.choices]}
        if self.voters is not None:
            facts["voters"] = self.voters
        facts |= {name: True for name, holds in (("multiple", self.multiple), ("closed", self.closed)) if holds}
        if self.closes_at is not None:
            facts["closes_at"] = self.closes_at.isoformat()
        return facts

    @classmethod
    def from_json(cls, stored: object) -> Poll | None:
        """The inverse; None where there is none."""
        if not isinstance(stored, Mapping):
            return None
        choices = stored.get("choices")
        listed = choices if isinstance(choices, Sequence) and not isinstance(choices, str) else ()
        closes_at = stored.get("closes_at")
        return cls(
            tuple(
                Choice(str(one.get("text", "")), _count(one.get("votes"))) for one in listed if isinstance(one, Mapping)
            ),
            _count(stored.get("voters")),
            bool(stored.get("multiple")),
            bool(stored.get("closed")),
            datetime.fromisoformat(closes_at) if isinstance(closes_at, str) else None,
        )


def stored_poll(stored: str | None) -> Poll | None:
    """That of a row."""
    return Poll.from_json(json.loads(stored)) if stored else None


def choices(texts: Sequence[str], votes: Sequence[int | None] = ()) -> tuple[Choice, ...]:
    """Choices from their texts and the counts beside them, in their order; no more than can be looked at."""
    counts = [*votes, *[None] * len(texts)]
    return tuple(Choice(text, count) for text, count in zip(texts[:_MOST], counts, strict=False))


def _count(stored: object) -> int | None:
    return max(stored, 0) if isinstance(stored, int) and not isinstance(stored, bool) else None
