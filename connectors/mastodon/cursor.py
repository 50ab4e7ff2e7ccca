"""Where an account's pull stands: the newest of each list, and the threads that are looked at again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from connectors.mastodon.fields import Fields
from connectors.mastodon.threads import Place, Placed
from inbox_app.contract.errors import BadAnswer
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.timecode import to_ms
from inbox_app.domain.words import Kind

BEFORE_ALL: Final = "0"
"""An id before every other."""
_MINUTE: Final = 60_000
_DAY: Final = 24 * 60 * _MINUTE
_CALM: Final = ((60 * _MINUTE, _MINUTE), (_DAY, 10 * _MINUTE), (7 * _DAY, 60 * _MINUTE), (30 * _DAY, 6 * 60 * _MINUTE))
"""How long a thread has been silent, and how long it is then left alone."""
_MOST_THREADS: Final = 120
_MOST_MEMBERS: Final = 60


@dataclass(frozen=True, slots=True)
class Watched:
    """One thread: when it was looked at, when somebody last spoke in it, and the newest statuses that it holds."""

    kind: Kind
    checked: int
    active: int
    members: tuple[str, ...] = ()

    def due(self, now: int) -> int | None:
        """The moment from which it is looked at again; None when it has been silent for too long."""
        silent = now - self.active
        pause = next((pause for age, pause in _CALM if silent < age), None)
        return None if pause is None else self.checked + pause


@dataclass(frozen=True, slots=True)
class Cursor:
    """`began` is when the account was connected; ids are the server's, and opaque."""

    began: int
    notice: str = BEFORE_ALL
    own: str = BEFORE_ALL
    talk: str = BEFORE_ALL
    threads: dict[str, Watched] = field(default_factory=dict)

    @property
    def watched(self) -> frozenset[str]:
        """Every status of which an edit or a deletion would be noticed."""
        return frozenset(self.threads).union(*(one.members for one in self.threads.values()))

    def seen(self, placed: Iterable[Placed]) -> Cursor:
        """With the threads of these statuses watched."""
        threads = dict(self.threads)
        for one in placed:
            if one.place.anchor is not None:
                threads[one.place.anchor] = _with_member(threads.get(one.place.anchor), one)
        return replace(self, threads=threads)

    def looked_at(self, anchor: str, now: int) -> Cursor:
        """With one thread left alone for a while."""
        return replace(self, threads={**self.threads, anchor: replace(self.threads[anchor], checked=now)})

    def without(self, gone: Iterable[str]) -> Cursor:
        """Without what is gone."""
        lost = frozenset(gone)
        kept = {anchor: one for anchor, one in self.threads.items() if anchor not in lost}
        return replace(
            self,
            threads={
                anchor: replace(one, members=tuple(member for member in one.members if member not in lost))
                for anchor, one in kept.items()
            },
        )

    def due(self, now: int, most: int) -> list[str]:
        """The threads whose time has come, the longest overdue first."""
        times = {anchor: one.due(now) for anchor, one in self.threads.items()}
        ripe = [(time, anchor) for anchor, time in times.items() if time is not None and time <= now]
        return [anchor for _time, anchor in sorted(ripe)][:most]

    def trimmed(self, now: int) -> Cursor:
        """Without threads that fell silent, and never more than are worth their requests."""
        awake = [(one.active, anchor) for anchor, one in self.threads.items() if one.due(now) is not None]
        kept = {anchor for _active, anchor in sorted(awake)[-_MOST_THREADS:]}
        return replace(self, threads={anchor: one for anchor, one in self.threads.items() if anchor in kept})

    def place_of(self, anchor: str) -> Place:
        """The place of a watched thread's first status."""
        kind = self.threads[anchor].kind
        return Place(kind, anchor, post=anchor if kind is Kind.COMMENTS else None)

    def to_json(self) -> JsonObject:
        """As it is kept."""
        return {
            "began": self.began,
            "notice": self.notice,
            "own": self.own,
            "talk": self.talk,
            "threads": {
                anchor: {
                    "kind": one.kind.value,
                    "checked": one.checked,
                    "active": one.active,
                    "members": [*one.members],
                }
                for anchor, one in self.threads.items()
            },
        }


def read_cursor(value: JsonObject) -> Cursor:
    """The inverse of `to_json`.

    Raises:
        BadAnswer: we did not write this.
    """
    said = Fields(value)
    try:
        threads = {anchor: _watched(Fields.of(one)) for anchor, one in said.inner("threads").values.items()}
    except ValueError:
        raise BadAnswer(_("The note of how far this account was loaded cannot be read. Add it again.")) from None
    return Cursor(said.number("began"), said.need_id("notice"), said.need_id("own"), said.need_id("talk"), threads)


def _watched(said: Fields) -> Watched:
    return Watched(Kind(said.text("kind")), said.number("checked"), said.number("active"), tuple(said.texts("members")))


def _with_member(known: Watched | None, one: Placed) -> Watched:
    spoken = to_ms(one.status.created_at)
    if known is None:
        known = Watched(one.place.kind, spoken, spoken)
    members = known.members
    if one.status.id != one.place.anchor and one.status.id not in members:
        members = (*members, one.status.id)[-_MOST_MEMBERS:]
    return replace(known, active=max(known.active, spoken), members=members)
