"""Ids for messages whose download gives them none: what is said, when, by whom, where, and how often before."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256


class Names:
    """The ids of one conversation. The same messages get the same ids, also in a later and longer download."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._when = ""
        self._seen: Counter[str] = Counter()

    def name(self, when: str, *what: str) -> str:
        """An id; asked in the order of time, since only what was said at one moment is told apart by its number."""
        if when != self._when:
            self._when = when
            self._seen.clear()
        digest = sha256("\0".join((self._place, when, *what)).encode("utf-8", "surrogatepass")).hexdigest()[:32]
        self._seen[digest] += 1
        return digest if self._seen[digest] == 1 else f"{digest}.{self._seen[digest]}"


def stands_out(takes_part: list[frozenset[str]]) -> frozenset[str]:
    """Whoever takes part in every conversation; nobody where that is not one person, or only one conversation."""
    if len(takes_part) < 2:
        return frozenset()
    everywhere = frozenset.intersection(*takes_part)
    return everywhere if len(everywhere) == 1 else frozenset()
