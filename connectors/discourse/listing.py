"""The list of all public posts by id, and what follows from a gap in it.

A forum gives fifty posts up to an id: older ones those of the fifty ids below it, newer ones the next fifty that there
are; whether that id itself counts differs too. Both are asked in a way that is right for either.
https://docs.discourse.org/#tag/Posts/operation/listPosts
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from connectors.discourse.client import Client
from connectors.discourse.cursor import Told
from connectors.discourse.wire import Post

PAGE: Final = 50
STEP: Final = PAGE - 1
"""Ids that one question certainly covers, whichever way the forum counts."""
_TOP: Final = 2**62


@dataclass(frozen=True, slots=True)
class Page:
    """Posts, newest first, and the lowest id down to which the list is known now."""

    posts: tuple[Post, ...]
    bottom: int

    def missing(self, known: Mapping[int, Told], top: int) -> set[int]:
        """What was there once between the bottom and `top`, and is not now."""
        there = {one.id for one in self.posts}
        return {one for one in known if self.bottom <= one <= top and one not in there}


@dataclass(frozen=True, slots=True)
class Listing:
    """Asks for one account."""

    client: Client

    async def newest(self) -> Page:
        """The top of the list; an empty one says nothing of what is below."""
        posts = await self.client.latest()
        return Page(posts, min((one.id for one in posts), default=_TOP))

    async def above(self, last: int) -> tuple[Post, ...]:
        """The posts of the `STEP` ids after `last`."""
        posts = await self.client.latest(before=last + PAGE)
        return tuple(one for one in posts if last < one.id <= last + STEP)

    async def below(self, top: int) -> Page:
        """The posts below `top`. An empty answer covers no more than its own ids."""
        posts = tuple(one for one in await self.client.latest(before=top) if one.id < top)
        return Page(posts, min((one.id for one in posts), default=max(top - STEP, 1)))
