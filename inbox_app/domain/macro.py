"""Steps of a template: what is done with the conversation once the text has gone, each in a few words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from inbox_app.domain.errors import WrongUse
from inbox_app.domain.when import parse_when
from inbox_app.domain.words import Hat
from inbox_app.i18n import _


class Deed(StrEnum):
    """What a step does."""

    TAG = "tag"
    UNTAG = "untag"
    DONE = "done"
    SNOOZE = "snooze"
    ASSIGN = "assign"
    HAT = "hat"
    SEND = "send"
    NEXT = "next"

    @property
    def takes_value(self) -> bool:
        """Whether it must be said what with."""
        return self not in (Deed.DONE, Deed.SEND, Deed.NEXT)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a tag's name, a moment in words, a colleague or a hat is its `value`."""

    deed: Deed
    value: str = ""

    def __str__(self) -> str:
        return f"{self.deed} {self.value}".strip()


def read_steps(lines: Iterable[str], now: datetime) -> tuple[Step, ...]:
    """Steps as people write them, `tag thanks`, `snooze in 3 days`, `done`; empty lines are passed over.

    Raises:
        WrongUse: one is not understood.
    """
    return tuple(_read(line.split(), now) for line in lines if line.strip())


def stored_steps(text: str) -> tuple[Step, ...]:
    """The inverse of `"\\n".join(map(str, steps))`; what a newer program wrote is passed over."""
    words = (line.partition(" ") for line in text.splitlines())
    return tuple(Step(Deed(deed), value) for deed, _space, value in words if deed in set(Deed))


def _read(words: list[str], now: datetime) -> Step:
    deed, value = words[0].casefold(), " ".join(words[1:])
    if deed not in set(Deed) or Deed(deed).takes_value != bool(value) or not _makes_sense(Deed(deed), value, now):
        known = "tag X, untag X, done, snooze WHEN, assign X, hat community, hat social, send, next"
        raise WrongUse(_("“{step}” is no step. There are: {known}.").format(step=" ".join(words), known=known))
    return Step(Deed(deed), value.casefold() if deed == Deed.HAT else value)


def _makes_sense(deed: Deed, value: str, now: datetime) -> bool:
    if deed is Deed.SNOOZE:
        return (parse_when(value, now) or now) > now
    return deed is not Deed.HAT or value.casefold() in set(Hat)
