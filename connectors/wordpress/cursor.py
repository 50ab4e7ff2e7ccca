"""Where an account's pull stands: the newest comment, what was told of the newest ones, and the sweep below them.

Comments have no date of change. So what was told is kept as a short digest, by which an edit, another status and a
deletion are noticed; a sweep goes down through all the others, one page a pull.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from connectors.shared.packed import pack, unpack
from connectors.wordpress.fields import Fields
from connectors.wordpress.wire import Comment, Status
from inbox_app.domain.jsonvalue import JsonObject

_MOST_KNOWN: Final = 20_000
_MOST_HELD: Final = 500


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the list of all comments, newest first: below the comment `below`, about `deep` comments down."""

    below: int = 0
    deep: int = 0


@dataclass(frozen=True, slots=True)
class Cursor:
    """`began` is the newest comment when the account was connected, `last` the newest that was told.

    `behind` is how deep in the list `last` lay when there was more above it than one page.
    """

    began: int
    last: int
    behind: int = 0
    sweep: Place = Place()
    known: dict[int, int] = field(default_factory=dict)
    held: frozenset[int] = frozenset()

    def told(self, comments: Iterable[Comment], gone: Iterable[int] = ()) -> Cursor:
        """With these as they were told now, and without those that are gone."""
        known, held = dict(self.known), set(self.held)
        for one in comments:
            known[one.id] = one.digest
            (held.add if one.status is Status.HOLD else held.discard)(one.id)
        for lost in gone:
            known.pop(lost, None)
            held.discard(lost)
        newest = sorted(known, reverse=True)[:_MOST_KNOWN]
        return replace(
            self,
            known={one: known[one] for one in newest},
            held=frozenset(sorted(held, reverse=True)[:_MOST_HELD]),
        )

    def to_json(self) -> JsonObject:
        """As it is kept."""
        return {
            "began": self.began,
            "last": self.last,
            "behind": self.behind,
            "below": self.sweep.below,
            "deep": self.sweep.deep,
            "known": pack(self.known.items()),
            "held": [*sorted(self.held)],
        }


def read_cursor(value: JsonObject) -> Cursor:
    """The inverse of `to_json`."""
    said = Fields(value)
    held = value.get("held")
    return Cursor(
        began=said.number("began"),
        last=said.number("last"),
        behind=said.number("behind"),
        sweep=read_place(value),
        known={row[0]: row[1] for row in unpack(said.text("known"), 2, _MOST_KNOWN)},
        held=frozenset(one for one in held if isinstance(one, int)) if isinstance(held, list) else frozenset(),
    )


def read_place(value: JsonObject | None) -> Place:
    """From a cursor."""
    said = Fields(value or {})
    return Place(said.number("below"), said.number("deep"))
