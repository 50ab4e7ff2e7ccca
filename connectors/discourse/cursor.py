"""Where an account's pull stands: the newest post, what was told of the newest ones, and the sweep below them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, NamedTuple

from connectors.discourse.fields import Fields
from connectors.discourse.wire import Chat, Post
from connectors.shared.packed import pack, unpack
from inbox_app.domain.jsonvalue import JsonObject, JsonValue

_MOST_KNOWN: Final = 20_000
_MOST_CHATS: Final = 200


class Told(NamedTuple):
    """What was told of a post: its topic and its number there, by which it is known, and its digest."""

    topic: int
    number: int
    digest: int

    @property
    def place(self) -> str:
        """As what it is known."""
        return f"{self.topic}/{self.number}"


@dataclass(frozen=True, slots=True)
class Cursor:
    """`began` and `began_at` are the newest post and the time when the account was connected.

    `last` is the newest post that was looked at, `notice` the newest notification, `sweep` the post below which the
    next look at older ones goes on, 0 where it begins anew. `top` are the posts of the list's first page: ids are given
    out before posts are seen, so that one may come up late among those. `chats` has the highest post told of each
    conversation, `queue` what was told of the review queue.
    """

    began: int
    began_at: datetime
    last: int
    notice: int = 0
    sweep: int = 0
    top: frozenset[int] = frozenset()
    known: Mapping[int, Told] = field(default_factory=dict)
    chats: Mapping[int, int] = field(default_factory=dict)
    queue: Mapping[int, tuple[str, int]] = field(default_factory=dict)

    def told(self, posts: Iterable[Post], gone: Iterable[int] = ()) -> Cursor:
        """With these as they were told now, and without those that are gone."""
        known = {**self.known, **{one.id: Told(one.topic, one.number, one.digest) for one in posts}}
        for lost in gone:
            known.pop(lost, None)
        newest = sorted(known, reverse=True)[:_MOST_KNOWN]
        return replace(self, known={one: known[one] for one in newest})

    def told_chats(self, chats: Iterable[Chat]) -> Cursor:
        """With these conversations told up to their highest post; the latest come last, the longest silent go."""
        kept = dict(self.chats)
        for one in chats:
            kept.pop(one.id, None)
            kept[one.id] = one.highest
        return replace(self, chats=dict(list(kept.items())[-_MOST_CHATS:]))

    def to_json(self) -> JsonObject:
        """As it is kept."""
        return {
            "began": self.began,
            "began_at": self.began_at.isoformat(),
            "last": self.last,
            "notice": self.notice,
            "sweep": self.sweep,
            "top": [*sorted(self.top)],
            "known": pack((one, *told) for one, told in self.known.items()),
            "queue": [[number, place, digest] for number, (place, digest) in self.queue.items()],
            "chats": [[chat, highest] for chat, highest in self.chats.items()],
        }


def read_cursor(value: JsonObject) -> Cursor:
    """The inverse of `to_json`."""
    said = Fields(value)
    known = unpack(said.text("known"), 4, _MOST_KNOWN)
    chats = value.get("chats")
    pairs = [one for one in chats if isinstance(one, list) and len(one) == 2] if isinstance(chats, list) else []
    return Cursor(
        began=said.number("began"),
        began_at=said.moment("began_at") or datetime.fromtimestamp(0, UTC),
        last=said.number("last"),
        notice=said.number("notice"),
        sweep=said.number("sweep"),
        top=frozenset(said.numbers("top")),
        known={one: Told(*told) for one, *told in known},
        queue=dict(_waiting(value.get("queue"))),
        chats={chat: highest for chat, highest in pairs if isinstance(chat, int) and isinstance(highest, int)},
    )


def _waiting(value: JsonValue) -> Iterator[tuple[int, tuple[str, int]]]:
    for one in value if isinstance(value, list) else ():
        match one:
            case [int(number), str(place), int(digest)]:
                yield number, (place, digest)
