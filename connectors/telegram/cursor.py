"""Where an account stands: the next update, when it was last asked for, and what later updates refer to.

Asking with an offset makes the service forget everything before it, so an offset is only used once it is kept. After
24 hours it forgets everything, so that a longer absence is a gap.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from connectors.telegram.albums import Albums, read_albums
from connectors.telegram.fields import Fields
from inbox_app.domain.jsonvalue import JsonObject

_MOST_POSTS: Final = 300
_MOST_REACTED: Final = 200
Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Cursor:
    """`asked` is the moment of the last question in milliseconds; `posts` are those of a channel in its discussion.

    `reactions` count each emoji by message, and `ours` are our own of them: the service tells of changes only.
    `told` names what of our own words the batch of this cursor told.
    """

    offset: int = 0
    asked: int = 0
    posts: tuple[str, ...] = ()
    reactions: dict[str, Counts] = field(default_factory=dict)
    ours: dict[str, str] = field(default_factory=dict)
    albums: Albums = field(default_factory=Albums)
    told: tuple[str, ...] = ()

    def with_post(self, remote_id: str) -> Cursor:
        """With a post that was seen."""
        return replace(self, posts=(*(one for one in self.posts if one != remote_id), remote_id)[-_MOST_POSTS:])

    def with_change(self, remote_id: str, old: Iterable[str], new: Iterable[str]) -> Cursor:
        """With somebody's reactions changed."""
        counts = dict(self.reactions.get(remote_id, {}))
        for name in old:
            counts[name] = counts.get(name, 0) - 1
        for name in new:
            counts[name] = counts.get(name, 0) + 1
        return self._with_counts(remote_id, {name: count for name, count in counts.items() if count > 0})

    def with_ours(self, remote_id: str, reaction: str) -> Cursor:
        """With our own reaction, of which a bot may have one for each message; empty for none."""
        before = self.ours.get(remote_id, "")
        changed = self.with_change(remote_id, [before] if before else [], [reaction] if reaction else [])
        others = {one: name for one, name in self.ours.items() if one != remote_id and one in changed.reactions}
        return replace(changed, ours=others | ({remote_id: reaction} if reaction else {}))

    def _with_counts(self, remote_id: str, counts: Counts) -> Cursor:
        others = {one: known for one, known in self.reactions.items() if one != remote_id}
        kept = [*others.items(), (remote_id, counts)][-_MOST_REACTED:]
        return replace(self, reactions=dict(kept))

    def to_json(self) -> JsonObject:
        """As it is kept."""
        return {
            "offset": self.offset,
            "asked": self.asked,
            "posts": [*self.posts],
            "reactions": {one: dict(counts) for one, counts in self.reactions.items()},
            "ours": dict(self.ours),
            "albums": self.albums.to_json(),
            "told": [*self.told],
        }


def read_cursor(value: JsonObject | None) -> Cursor:
    """The inverse of `to_json`; before the first time there is nothing."""
    said = Fields(value or {})
    reactions, ours = said.inner("reactions"), said.inner("ours")
    return Cursor(
        said.number("offset"),
        said.number("asked"),
        tuple(said.texts("posts")),
        {one: {name: reactions.inner(one).number(name) for name in reactions.inner(one).values}
         for one in reactions.values},
        {one: ours.text(one) for one in ours.values},
        read_albums(said.inner("albums")),
        tuple(said.texts("told")),
    )  # fmt: skip
