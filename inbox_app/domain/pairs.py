"""Pairs of members who may be one person, over everybody: gathered as they are found, the surest taken first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from inbox_app.domain.ids import MemberId
from inbox_app.domain.people import Ground, MemberLine, weight

Two = tuple[MemberId, MemberId]


@dataclass(frozen=True, slots=True)
class Guess:
    """Two members, and what was found that speaks for one person; nothing was weighed against it yet."""

    two: Two
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two members with all that speaks for and against; `whole`, who said more, would stand for both."""

    whole: MemberLine
    part: MemberLine
    grounds: tuple[Ground, ...]

    @property
    def weight(self) -> int:
        """How much speaks for it, what speaks against it taken off."""
        return weight(self.grounds)


@dataclass(slots=True)
class Guesses:
    """All that was found so far; a pair that was taken is not gathered again."""

    _open: dict[Two, tuple[Ground, ...]] = field(default_factory=dict)
    _taken: set[Two] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self._open)

    @property
    def taken(self) -> frozenset[Two]:
        """All that were taken."""
        return frozenset(self._taken)

    def gather(self, found: Iterable[Guess]) -> None:
        """These were found as well."""
        for guess in found:
            if guess.two not in self._taken:
                known = self._open.get(guess.two, ())
                self._open[guess.two] = (*known, *(one for one in guess.grounds if one not in known))

    def take(self, most: int) -> tuple[Guess, ...]:
        """Those for whom most speaks, which are no longer here then."""
        surest = sorted(self._open, key=lambda two: (-weight(self._open[two]), two))[:most]
        self._taken.update(surest)
        return tuple(Guess(two, self._open.pop(two)) for two in surest)


def two_of(one: MemberId, other: MemberId) -> Two:
    """The pair, the same in whichever order it was found."""
    return (one, other) if one < other else (other, one)
