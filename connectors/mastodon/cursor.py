"""Where an account's pull stands: the newest of each list, and the threads that are looked at again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from connectors.mastodon.fields import Fields
from connectors.mastodon.threads import Place, Placed
from connectors.shared.watching import Sighting, Watch, read_watch
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.timecode import to_ms
from inbox_app.domain.words import Kind

BEFORE_ALL: Final = "0"
"""An id before every other."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """`began` is when the account was connected; ids are the server's, and opaque."""

    began: int
    notice: str = BEFORE_ALL
    own: str = BEFORE_ALL
    talk: str = BEFORE_ALL
    watch: Watch = field(default_factory=Watch)

    def seen(self, placed: Iterable[Placed]) -> Cursor:
        """With the threads of these statuses watched."""
        return replace(self, watch=self.watch.seen(_sighting(one) for one in placed if one.place.anchor is not None))

    def place_of(self, anchor: str) -> Place:
        """The place of a watched thread's first status."""
        kind = self.watch.threads[anchor].kind
        return Place(kind, anchor, post=anchor if kind is Kind.COMMENTS else None)

    def to_json(self) -> JsonObject:
        """As it is kept."""
        return {
            "began": self.began,
            "notice": self.notice,
            "own": self.own,
            "talk": self.talk,
            "threads": self.watch.to_json(),
        }


def read_cursor(value: JsonObject) -> Cursor:
    """The inverse of `to_json`.

    Raises:
        BadAnswer: we did not write this.
    """
    said = Fields(value)
    watch = read_watch(said.inner("threads"))
    return Cursor(said.number("began"), said.need_id("notice"), said.need_id("own"), said.need_id("talk"), watch)


def _sighting(one: Placed) -> Sighting:
    return Sighting(one.place.anchor or one.status.id, one.status.id, one.place.kind, to_ms(one.status.created_at))
