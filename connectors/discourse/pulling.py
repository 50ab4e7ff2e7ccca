"""What is new and what is different: new posts, the top of the list, one page of a sweep, notifications, private talk.

No question of a forum asks for what was changed. So what was told of the newest posts is kept as a short digest, by
which an edit, a like, a move and a deletion are noticed; a sweep goes down through the others, one page a pull.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from connectors.discourse.chats import Chats
from connectors.discourse.client import Client, Forbidden, Gone
from connectors.discourse.cursor import Cursor
from connectors.discourse.listing import STEP, Listing, Page
from connectors.discourse.reviewing import Queue
from connectors.discourse.telling import Teller
from connectors.discourse.topics import Topics
from connectors.discourse.wire import Post, Topic
from inbox_app.contract.remote import Event, MessageGone, MessageHidden

_SLICE: Final = 20
"""Posts of one pull: each may be in a topic of its own, which is one question more."""
_MOST_LOST: Final = 10
_MOST_NOTICES: Final = 10
_CLOCKS_APART: Final = timedelta(minutes=10)
"""How far the forum's clock may be behind ours: a private conversation that is new is told by its time alone."""


@dataclass(slots=True)
class Found:
    """What one pull came upon."""

    posts: dict[int, Post] = field(default_factory=dict)
    named: set[int] = field(default_factory=set)
    """Posts that concern us whatever topic they are in."""
    lost: set[int] = field(default_factory=set)
    dropped: set[int] = field(default_factory=set)
    """Posts that are not compared with the list any more."""
    gone: list[Event] = field(default_factory=list)
    noted: list[Post] = field(default_factory=list)
    """Posts of the past as they stand now; history tells those of them that concern us."""

    def take_again(self, post: Post, cursor: Cursor) -> None:
        """One that is not as it was: what was told came in; of the past it is not known what concerned us."""
        self.posts[post.id] = post
        if post.id > cursor.began:
            self.named.add(post.id)


@dataclass(frozen=True, slots=True)
class Puller:
    """Pulls for one account that is signed in."""

    client: Client
    listing: Listing
    topics: Topics
    chats: Chats
    queue: Queue | None = None
    """The review queue, where it is open to us."""

    async def begin(self, now: datetime) -> Cursor:
        """Only note what is the newest."""
        page, notices = await self.listing.newest(), await self.client.notices()
        newest = max((one.id for one in page.posts), default=0)
        begun = Cursor(newest, now - _CLOCKS_APART, newest, notice=max((one.id for one in notices), default=0))
        return begun.told_chats(await self.chats.listed())

    async def news(self, cursor: Cursor, teller: Teller) -> tuple[list[Event], Cursor, bool]:
        """The events, the cursor after them, and whether there is more at once."""
        top = await self.listing.newest()
        fresh, last = await self._fresh(top, cursor)
        newest = max((one.id for one in top.posts), default=0)
        more, found = last < newest, Found()
        found.posts.update((one.id, one) for one in (*_late(top, cursor), *fresh))
        after = replace(cursor, last=last, top=frozenset(one.id for one in top.posts))
        if not more:
            after = await self._look_around(top, after, found, teller)
        talk: list[Event] = []
        if not more:
            talk, chats = await self.chats.news(cursor, teller)
            after = after.told_chats(chats)
            if self.queue is not None:
                waiting, told_of = await self.queue.news(cursor.queue, teller)
                talk, after = [*talk, *waiting], replace(after, queue=told_of)
        events, told = await self._tell(found, cursor, teller)
        return [*events, *talk], after.told([*found.noted, *told], found.dropped), more

    async def _fresh(self, top: Page, cursor: Cursor) -> tuple[list[Post], int]:
        """New posts, oldest first, and up to which id that is all."""
        newest = max((one.id for one in top.posts), default=0)
        if newest <= cursor.last:
            return [], cursor.last
        if top.bottom <= cursor.last + 1 or newest <= cursor.last + STEP:
            page, last = [one for one in top.posts if one.id > cursor.last], newest
        else:
            page, last = [*await self.listing.above(cursor.last)], cursor.last + STEP
        ordered = sorted(page, key=lambda one: one.id)
        if len(ordered) > _SLICE:
            return ordered[:_SLICE], ordered[_SLICE - 1].id
        return ordered, last

    async def _look_around(self, top: Page, cursor: Cursor, found: Found, teller: Teller) -> Cursor:
        """Whatever is no new post: changes among those that are known, and what we are named in."""
        self._compare(top, cursor, found, cursor.last)
        self._note(top, cursor, found, teller)
        after = await self._sweep(top, cursor, found, teller)
        after = replace(after, notice=await self._notices(cursor, found))
        await self._look_for_lost(cursor, found)
        return after

    def _compare(self, page: Page, cursor: Cursor, found: Found, top: int) -> None:
        for one in page.posts:
            told = cursor.known.get(one.id)
            if told is not None and (told.place, told.digest) != (one.place, one.digest):
                found.take_again(one, cursor)
        found.lost |= page.missing(cursor.known, top)

    @staticmethod
    def _note(page: Page, cursor: Cursor, found: Found, teller: Teller) -> None:
        """How those stand that history tells, so that a later change is noticed; what changed meanwhile is told."""
        past = [one for one in page.posts if one.id <= cursor.began and one.id not in cursor.known]
        for one in past:
            if teller.reaches(one) and not one.deleted:
                found.noted.append(one)
                if one.changed_at is not None and one.changed_at >= cursor.began_at:
                    found.posts[one.id] = one

    async def _sweep(self, top: Page, cursor: Cursor, found: Found, teller: Teller) -> Cursor:
        """One page further down, as far as anything is known or history reaches; then again from the top."""
        below, deepest = cursor.sweep or top.bottom, min(cursor.known, default=2**62)
        if not top.posts or below <= 1:
            return replace(cursor, sweep=0)
        page = await self.listing.below(below)
        self._compare(page, cursor, found, below - 1)
        self._note(page, cursor, found, teller)
        ends = not page.posts or any(not teller.reaches(one) for one in page.posts)
        return replace(cursor, sweep=0 if page.bottom <= deepest and ends else page.bottom)

    async def _notices(self, cursor: Cursor, found: Found) -> int:
        """Where we were named, answered or quoted, also in topics that we do not follow."""
        fresh = [one for one in await self.client.notices() if one.id > cursor.notice][:_MOST_NOTICES]
        for one in fresh:
            if one.post and one.post not in found.posts and one.post not in cursor.known:
                try:
                    found.posts[one.post] = await self.client.post(one.post)
                except (Gone, Forbidden):
                    continue
            found.named.add(one.post)
        return fresh[-1].id if fresh else cursor.notice

    async def _look_for_lost(self, cursor: Cursor, found: Found) -> None:
        """What became of those that are missing: deleted, out of our sight, or moved out of the list.

        None of them is in the list any more, so that from now on none is compared with it.
        """
        for one in sorted(found.lost)[:_MOST_LOST]:
            place = cursor.known[one].place
            found.dropped.add(one)
            try:
                found.take_again(await self.client.post(one), cursor)
            except Gone:
                found.gone.append(MessageGone(place, by_author=False))
            except Forbidden:
                found.gone.append(MessageHidden(place, hidden=True))

    async def _tell(self, found: Found, cursor: Cursor, teller: Teller) -> tuple[list[Event], list[Post]]:
        """What concerns us, each new topic with what began it; then what is gone."""
        posts = [one for one in found.posts.values() if one.id in cursor.known or not one.deleted]
        # What we said ourselves makes a topic one that we follow.
        ours = [one for one in posts if one.yours and one.id > cursor.last]
        topics = await self.topics.of(ours, anew=True) | await self.topics.of(posts)
        seen = [one for one in posts if one.topic in topics and not topics[one.topic].is_private]
        wanted = [one for one in seen if one.id in found.named or teller.wants(one, topics[one.topic])]
        told = [*await self._beginnings(wanted, topics, cursor), *wanted]
        events = await teller.events(told, topics)
        for one in wanted:
            before = cursor.known.get(one.id)
            if before is not None and before.place != one.place:
                found.gone.append(MessageGone(before.place, by_author=False))
            if before is not None and not one.likes and not one.deleted:
                events.append(teller.reactions(one))
        found.dropped.update(one.id for one in wanted if one.deleted)
        return [*events, *found.gone], told

    async def _beginnings(self, posts: list[Post], topics: dict[int, Topic], cursor: Cursor) -> list[Post]:
        """What began the topics of these posts, where it was not told: an answer without its question says little."""
        there = {one.id for one in posts} | {one for one in cursor.known if one > cursor.began}
        begun = []
        for number in dict.fromkeys(one.topic for one in posts):
            first = topics[number].first
            if first is not None and first.id not in there and not first.deleted:
                begun.append(first if first.raw is not None else await self.client.post(first.id))
        return begun


def _late(top: Page, cursor: Cursor) -> list[Post]:
    """Posts that came up among those which were looked at before."""
    lowest = min(cursor.top, default=cursor.last)
    return [one for one in top.posts if max(cursor.began, lowest) < one.id <= cursor.last and one.id not in cursor.top]
