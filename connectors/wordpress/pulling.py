"""What is new, and what is different: the top of the list, what waits for a moderator, and one page of the sweep.

A comment that is approved, edited or restored late lies anywhere below the newest, and no question asks for it. Those
that were told as waiting are looked up by id as soon as they wait no more; the sweep finds the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from connectors.wordpress.cursor import Cursor, Place
from connectors.wordpress.listing import PAGE, Listing, Page, missing
from connectors.wordpress.posts import Posts
from connectors.wordpress.telling import Teller
from connectors.wordpress.wire import Comment, PostRef
from inbox_app.contract.remote import Event, MessageGone, MessageHidden

_MOST_LOST: Final = 20
"""Deletions that are made sure of in one pull; the others have their turn in the next."""


@dataclass(slots=True)
class Found:
    """What one pull came upon."""

    comments: dict[int, Comment] = field(default_factory=dict)
    posts: set[PostRef] = field(default_factory=set)
    lost: set[int] = field(default_factory=set)

    def take(self, comments: Iterable[Comment]) -> None:
        """Comments that are to be told, with their posts."""
        for one in comments:
            self.comments[one.id] = one
            self.posts.add(one.post)


@dataclass(frozen=True, slots=True)
class Puller:
    """Pulls for one account that is signed in."""

    listing: Listing
    posts: Posts

    async def begin(self) -> Cursor:
        """Only note which comment is the newest."""
        newest = await self.listing.newest()
        return Cursor(began=newest, last=newest)

    async def news(self, cursor: Cursor, teller: Teller) -> tuple[list[Event], Cursor, bool]:
        """The events, the cursor after them, and whether there is more at once."""
        page, found = await self.listing.above(cursor.last, cursor.behind), Found()
        if not page.found:
            return [], replace(cursor, behind=page.place.deep), True
        is_top = page.place.deep == 0
        after = replace(cursor, last=page.place.below, behind=max(page.place.deep - PAGE + 1, 0))
        found.take(_told_otherwise(page.comments, cursor, teller))
        if is_top:
            found.lost.update(missing(page, cursor.known))
            await self._look_at_held(cursor, teller, found)
            after = replace(after, sweep=await self._sweep(cursor, page, teller, found))
        lost = await self._lost(found)
        events = await teller.events(found.comments.values(), await self.posts.of(found.posts))
        return [*events, *lost.values()], after.told(found.comments.values(), lost), not is_top

    async def _look_at_held(self, cursor: Cursor, teller: Teller, found: Found) -> None:
        held = await self.listing.held()
        found.take(one for one in _told_otherwise(held, cursor, teller) if one.id not in found.comments)
        waiting = {one.id for one in held}
        lowest = min(waiting) if len(held) >= PAGE else 0
        released = {one for one in cursor.held - waiting if one >= lowest} - found.comments.keys() - found.lost
        named = await self.listing.named(sorted(released))
        found.take(_told_otherwise(named, cursor, teller))
        found.lost.update(released.difference(one.id for one in named))

    async def _sweep(self, cursor: Cursor, top: Page, teller: Teller, found: Found) -> Place:
        """One page further down; at the end begin again at the top, which has just been read."""
        place = cursor.sweep
        if not place.below:
            found.posts.update(one.post for one in top.comments if teller.wants(one))
            return Place() if top.complete or not top.bottom else Place(top.bottom, PAGE - 1)
        page = await self.listing.below(place)
        if not page.found:
            return page.place
        found.take(one for one in _told_otherwise(page.comments, cursor, teller) if one.id not in found.comments)
        found.posts.update(one.post for one in page.comments if teller.wants(one))
        complete = page.complete and self.listing.since is None
        found.lost.update(missing(replace(page, complete=complete), cursor.known, below=place.below))
        return Place() if page.complete else page.place

    async def _lost(self, found: Found) -> dict[int, Event]:
        """What became of those that are missing: deleted, or out of the sight of who may not moderate."""
        lost: dict[int, Event] = {}
        for one in sorted(found.lost)[:_MOST_LOST]:
            if await self.listing.is_gone(one):
                lost[one] = MessageGone(str(one), by_author=False)
            elif not self.listing.me.moderates:
                lost[one] = MessageHidden(str(one), hidden=True)
        return lost


def _told_otherwise(comments: Iterable[Comment], cursor: Cursor, teller: Teller) -> list[Comment]:
    """Those that are not as they were told."""
    return [one for one in comments if teller.wants(one) and cursor.known.get(one.id) != one.digest]
