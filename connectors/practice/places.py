"""The six places of the practice community: what each is like, and how large it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from inbox_app.domain.words import Kind

DAYS = 180
"""How far back the community reaches, from the moment it began."""
FRESH_DAYS = 3
"""The newest days are work to do; what is older is history."""


class Place(StrEnum):
    """Where the brand meets its members; one account each."""

    COMMENTS = "comments"
    DIRECT = "direct"
    MAIL = "mail"
    ROOM = "room"
    FORUM = "forum"
    REVIEWS = "reviews"


class Size(StrEnum):
    """How large a community is."""

    SMALL = "small"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Shape:
    """One place in figures. A block is a stretch of time that is generated in one go.

    Per block: `messages`, `conversations`, `posts`. `lean` draws messages to few conversations (1 spreads them evenly).
    `members` is how many people ever write here; `first_person` lets the places share some of them.
    """

    kind: Kind
    blocks: int
    messages: int
    conversations: int
    posts: int
    lean: float
    members: int
    first_person: int

    @property
    def all_messages(self) -> int:
        """Messages up to the moment the community began."""
        return self.blocks * self.messages


_SMALL = {
    Place.COMMENTS: Shape(Kind.COMMENTS, 20, 100, 16, 4, 2.0, 180, 0),
    Place.DIRECT: Shape(Kind.DIRECT, 8, 100, 17, 0, 1.4, 80, 150),
    Place.MAIL: Shape(Kind.MAIL, 6, 100, 20, 0, 1.2, 60, 200),
    Place.ROOM: Shape(Kind.ROOM, 8, 100, 3, 0, 1.0, 20, 10),
    Place.FORUM: Shape(Kind.FORUM, 5, 100, 8, 8, 1.8, 25, 25),
    Place.REVIEWS: Shape(Kind.REVIEW, 3, 100, 36, 0, 1.0, 35, 100),
}
_BLOCKS_OF_LARGE, _PER_BLOCK_OF_LARGE, _MEMBERS_OF_LARGE = 40, 5, 50


def shape_of(place: Place, size: Size) -> Shape:
    """The figures of a place: over all six 5,000 messages, 400 members, 120 posts; or 200 and 50 times that."""
    small = _SMALL[place]
    if size is Size.SMALL:
        return small
    return Shape(
        small.kind,
        small.blocks * _BLOCKS_OF_LARGE,
        small.messages * _PER_BLOCK_OF_LARGE,
        small.conversations * _PER_BLOCK_OF_LARGE,
        small.posts * _PER_BLOCK_OF_LARGE,
        small.lean,
        small.members * _MEMBERS_OF_LARGE,
        small.first_person * _MEMBERS_OF_LARGE,
    )
