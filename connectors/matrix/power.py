"""Who may do what in a room (https://spec.matrix.org/latest/client-server-api/#mroompower_levels); pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from connectors.matrix.fields import Fields

ALL: Final = 10**9
"""Above every level: from version 12 of rooms on, those who made a room."""
_CREATORS_ABOVE_ALL_SINCE: Final = 12


@dataclass(frozen=True, slots=True)
class Power:
    """The levels of one room. `makers` stand above all."""

    levels: Fields
    makers: frozenset[str]
    founder: str
    """Who made it, and may do everything as long as nobody set any level."""

    @classmethod
    def of(cls, levels: Fields, creation: Fields, creator: str) -> Power:
        version = creation.number("room_version", 1)
        above = version >= _CREATORS_ABOVE_ALL_SINCE
        makers = frozenset({creator, *creation.texts("additional_creators")}) if above else frozenset[str]()
        return cls(levels, makers - {""}, creator)

    def level(self, user: str) -> int:
        """How much somebody may do."""
        if user in self.makers:
            return ALL
        if not self.levels.values:
            return 100 if user == self.founder else 0
        return self.levels.inner("users").number(user, self.levels.number("users_default"))

    def to_send(self, kind: str) -> int:
        """What it takes to send an event of a kind."""
        return self.levels.inner("events").number(kind, self.levels.number("events_default"))

    def to(self, deed: str) -> int:
        """What it takes to `ban`, `kick` or `redact`."""
        return self.levels.number(deed, 50)
