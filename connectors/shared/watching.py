"""Threads that are looked at again, the sooner the younger: so silent answers and deletions are noticed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from connectors.shared.fields import ServiceFields
from inbox_app.contract.errors import BadAnswer
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Kind

_MINUTE: Final = 60_000
_DAY: Final = 24 * 60 * _MINUTE
_CALM: Final = ((60 * _MINUTE, _MINUTE), (_DAY, 10 * _MINUTE), (7 * _DAY, 60 * _MINUTE), (30 * _DAY, 6 * 60 * _MINUTE))
"""How long a thread has been silent, and how long it is then left alone."""
_MOST_THREADS: Final = 120
_MOST_MEMBERS: Final = 60


@dataclass(frozen=True, slots=True)
class Sighting:
    """A message that was seen in the thread of `anchor`; times are in milliseconds."""

    anchor: str
    id: str
    kind: Kind
    spoken: int


@dataclass(frozen=True, slots=True)
class Watched:
    """One thread: when it was looked at, when somebody last spoke in it, and the newest messages that it holds."""

    kind: Kind
    checked: int
    active: int
    members: tuple[str, ...] = ()

    def due(self, now: int) -> int | None:
        """The moment from which it is looked at again; None when it has been silent for too long."""
        silent = now - self.active
        pause = next((pause for age, pause in _CALM if silent < age), None)
        return None if pause is None else self.checked + pause

    def with_member(self, one: Sighting) -> Watched:
        """With one message more."""
        members = self.members
        if one.id != one.anchor and one.id not in members:
            members = (*members, one.id)[-_MOST_MEMBERS:]
        return replace(self, active=max(self.active, one.spoken), members=members)


@dataclass(frozen=True, slots=True)
class Watch:
    """All threads of an account that are looked at again, by their anchors."""

    threads: dict[str, Watched] = field(default_factory=dict)

    @property
    def ids(self) -> frozenset[str]:
        """Every message of which a deletion would be noticed."""
        return frozenset(self.threads).union(*(one.members for one in self.threads.values()))

    def seen(self, sightings: Iterable[Sighting]) -> Watch:
        """With the threads of these messages watched."""
        threads = dict(self.threads)
        for one in sightings:
            known = threads.get(one.anchor) or Watched(one.kind, one.spoken, one.spoken)
            threads[one.anchor] = known.with_member(one)
        return Watch(threads)

    def looked_at(self, anchor: str, now: int) -> Watch:
        """With one thread left alone for a while."""
        return Watch({**self.threads, anchor: replace(self.threads[anchor], checked=now)})

    def without(self, gone: Iterable[str]) -> Watch:
        """Without what is gone."""
        lost = frozenset(gone)
        kept = {anchor: one for anchor, one in self.threads.items() if anchor not in lost}
        return Watch(
            {
                anchor: replace(one, members=tuple(member for member in one.members if member not in lost))
                for anchor, one in kept.items()
            }
        )

    def due(self, now: int, most: int) -> list[str]:
        """The threads whose time has come, the longest overdue first."""
        times = {anchor: one.due(now) for anchor, one in self.threads.items()}
        ripe = [(time, anchor) for anchor, time in times.items() if time is not None and time <= now]
        return [anchor for _time, anchor in sorted(ripe)][:most]

    def trimmed(self, now: int) -> Watch:
        """Without threads that fell silent, and never more than are worth their requests."""
        awake = [(one.active, anchor) for anchor, one in self.threads.items() if one.due(now) is not None]
        kept = {anchor for _active, anchor in sorted(awake)[-_MOST_THREADS:]}
        return Watch({anchor: one for anchor, one in self.threads.items() if anchor in kept})

    def to_json(self) -> JsonObject:
        """As it is kept in a cursor."""
        return {
            anchor: {
                "kind": one.kind.value,
                "checked": one.checked,
                "active": one.active,
                "members": [*one.members],
            }
            for anchor, one in self.threads.items()
        }


def read_watch(said: ServiceFields) -> Watch:
    """The inverse of `to_json`.

    Raises:
        BadAnswer: we did not write this.
    """
    try:
        return Watch({anchor: _watched(ServiceFields.of(one)) for anchor, one in said.values.items()})
    except ValueError:
        raise BadAnswer(_("The note of how far this account was loaded cannot be read. Add it again.")) from None


def _watched(said: ServiceFields) -> Watched:
    return Watched(Kind(said.text("kind")), _time(said, "checked"), _time(said, "active"), tuple(said.texts("members")))


def _time(said: ServiceFields, name: str) -> int:
    value = said.values.get(name)
    return value if isinstance(value, int) else 0
