"""What is new: notifications, our own posts and chats forward, then threads that are due for another look."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from connectors.bluesky.chats import Chats
from connectors.bluesky.cursor import Cursor, Window
from connectors.bluesky.lists import PAGE, REASONS, Backlog, Entries, Lists, mark_of_notice, mark_of_post
from connectors.bluesky.sweep import Sweep
from connectors.bluesky.telling import Teller, reactions_of
from connectors.bluesky.threads import Place, Placed, Threads
from connectors.bluesky.wire import Notice, Post
from connectors.shared.watching import Sighting, Watched
from inbox_app.contract.errors import ConnectorError
from inbox_app.contract.remote import Event, GapClosed, GapFound, MessageGone, MessageSeen, PostSeen, RemotePost
from inbox_app.contract.texts import _
from inbox_app.domain.timecode import to_ms
from inbox_app.domain.words import Kind

_THREADS_A_PULL: Final = 8
_MISSING_A_LOOK: Final = 10
_REACTED: Final = frozenset({"like", "repost"})
_OWN: Final = 30
_PAGES_A_SWEEP: Final = 2


@dataclass(slots=True)
class Found:
    """What one pull came upon. `fresh` arrived now; `placed` may have been there before us."""

    fresh: list[Placed] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)
    others: list[Event] = field(default_factory=list)

    @property
    def sightings(self) -> list[Sighting]:
        """For the watch."""
        return [seen for one in (*self.placed, *self.fresh) if (seen := one.sighting) is not None]


class Puller:
    """Pulls for one account that is signed in."""

    def __init__(self, lists: Lists, threads: Threads, chats: Chats, me: str) -> None:
        self._lists = lists
        self._threads = threads
        self._chats = chats
        self._me = me
        self._notices: Backlog[Notice] = Backlog(self._notice_page, mark_of_notice)
        self._own: Backlog[Post] = Backlog(self._own_page, mark_of_post)

    async def begin(self, now: datetime) -> Cursor:
        """Only note what is there, and watch the newest posts: somebody may answer those in silence."""
        notices = (await self._notice_page("")).entries
        page = await self._lists.own("", _OWN)
        own = page.posts
        cursor = Cursor(
            began=to_ms(now),
            notices=_known([mark_of_notice(one) for one in notices], now, goes_on=len(notices) >= PAGE),
            own=_known([mark_of_post(one) for one in own], now, goes_on=page.size >= _OWN),
            chat=await self._chats.begin(),
        )
        posts = [seen for one in own if one.parent is None and (seen := (await self._place(one))[-1].sighting)]
        return replace(cursor, watch=cursor.watch.seen(posts).trimmed(to_ms(now)))

    async def news(self, cursor: Cursor, found: Found) -> tuple[Cursor, bool]:
        """One piece of each public list; whether any of them has more."""
        notices, after_notices, more_notices = await self._notices.take(cursor.notices)
        own, after_own, more_own = await self._own.take(cursor.own)
        found.others += _gap("own", self._own)
        sweep = self._broken_off(cursor.sweep, found).with_told(notices)
        await self.take_notices(notices, found)
        for post in own:
            await self._take(post, found)
        watch = cursor.watch.seen(found.sightings)
        cursor = replace(cursor, notices=after_notices, sweep=sweep, own=after_own, watch=watch)
        return cursor, more_notices or more_own

    async def sweep(self, cursor: Cursor, found: Found, now: datetime) -> Cursor:
        """A few pages further down the notifications, for what was listed late."""
        sweep = cursor.sweep
        for _page in range(_PAGES_A_SWEEP):
            page = await self._lists.notices(sweep.place)
            late = [one for one in page.notices[::-1] if sweep.is_news(one, cursor.began, to_ms(now))]
            await self.take_notices(late, found)
            sweep = sweep.with_told(page.notices)
            if not sweep.reads_on(page.notices, page.cursor, to_ms(now)):
                found.others += [GapClosed(sweep.gap)] if sweep.gap else []
                sweep = sweep.ended(to_ms(now))
                break
            sweep = replace(sweep, place=page.cursor)
        return replace(cursor, sweep=sweep, watch=cursor.watch.seen(found.sightings))

    def _broken_off(self, sweep: Sweep, found: Found) -> Sweep:
        """More than is read at once: messages among the rest are found by a sweep from the top."""
        until, self._notices.broke_off = self._notices.broke_off, None
        if until is None:
            return sweep
        reason = _("More happened meanwhile than the server tells at once; it is being loaded.")
        gap = sweep.gap or f"notices-{to_ms(until)}"
        found.others.append(GapFound(gap, until=until, reason=reason))
        return replace(sweep, place="", gap=gap)

    async def chats(self, cursor: Cursor, found: Found, began: datetime) -> tuple[Cursor, bool]:
        """What happened in private. While that service is down, what came in public is not held up by it.

        Raises:
            ConnectorError: it is down, and nothing else is to be told.
        """
        try:
            place, more = cursor.chat or await self._chats.begin(), False
            if place:
                events, place, more = await self._chats.news(place, began)
                found.others += events
        except ConnectorError:
            if found.fresh or found.placed or found.others:
                return cursor, False
            raise
        return replace(cursor, chat=place), more

    async def take_notices(self, notices: list[Notice], found: Found) -> None:
        """Place what they are about, oldest first."""
        told = [one for one in notices if one.reason in REASONS]
        posts = await self._lists.posts(one.subject if one.reason in _REACTED else one.uri for one in told)
        for notice in told:
            post = posts.get(notice.subject if notice.reason in _REACTED else notice.uri)
            if post is not None and notice.reason in _REACTED:
                await self._take_reaction(post, found)
            elif post is not None:
                await self._take(post, found)

    async def _take(self, post: Post, found: Found) -> None:
        *above, one = await self._place(post)
        found.placed += above
        found.fresh.append(one)

    async def _take_reaction(self, post: Post, found: Found) -> None:
        """On a post they are counted with it; on an answer of ours they are told by themselves."""
        if post.author.did == self._me and post.parent is None:
            found.placed += await self._place(post)
        else:
            found.others.append(reactions_of(post))

    async def _place(self, post: Post) -> list[Placed]:
        return await self._threads.chain(post)

    async def look_again(self, cursor: Cursor, found: Found, now: datetime) -> Cursor:
        """Read threads once more whose time has come."""
        for anchor in cursor.watch.due(to_ms(now), _THREADS_A_PULL):
            cursor = await self._look_at(anchor, cursor, found, now)
        return replace(cursor, watch=cursor.watch.trimmed(to_ms(now)))

    async def _look_at(self, anchor: str, cursor: Cursor, found: Found, now: datetime) -> Cursor:
        watched = cursor.watch.threads[anchor]
        self._threads.put_anchor(anchor, _place_of(anchor, watched))
        seen = await self._threads.below(anchor)
        missing = _missing(anchor, watched, seen or [])
        shown = await self._lists.posts(missing)
        unseen = [one for one in missing if one not in shown][:_MISSING_A_LOOK]
        found.placed += seen or []
        found.others += [_gone(one, watched, anchor, now) for one in unseen if not await self._lists.exists(one)]
        sightings = [sighting for one in seen or [] if (sighting := one.sighting) is not None]
        watch = cursor.watch.seen(sightings).without(unseen)
        return replace(cursor, watch=watch.looked_at(anchor, to_ms(now)) if anchor in watch.threads else watch)

    async def _notice_page(self, place: str) -> Entries[Notice]:
        page = await self._lists.notices(place)
        return Entries(page.notices, page.cursor)

    async def _own_page(self, place: str) -> Entries[Post]:
        page = await self._lists.own(place, _OWN)
        return Entries(page.posts, page.cursor)


async def tell(teller: Teller, found: Found) -> list[Event]:
    """Everything that was found as events; what arrived now is never history, however old its date is."""
    fresh = {one.post.uri for one in found.fresh}
    before = [one for one in found.placed if one.post.uri not in fresh]
    told = [*await teller.events(before, history=True), *await teller.events(found.fresh), *found.others]
    said = [one for one in told if isinstance(one, MessageSeen)]
    posts = [one for one in told if isinstance(one, PostSeen)]
    rest = [one for one in told if not isinstance(one, MessageSeen | PostSeen)]
    return [*posts, *sorted(said, key=lambda one: one.message.sent_at), *rest]


def _known(marks: list[tuple[str, datetime]], now: datetime, *, goes_on: bool) -> Window:
    """What was there before us; of a list that goes on, what lies deeper is history."""
    window = Window().with_known(marks)
    return window.raised(min((at for _entry, at in marks), default=now)) if goes_on else window


def _gap(name: str, backlog: Backlog[Any]) -> list[Event]:
    """Said once; what lies deeper than any list is read is not loaded by itself."""
    until, backlog.broke_off = backlog.broke_off, None
    if until is None:
        return []
    reason = _("More happened meanwhile than can be caught up on.")
    return [GapFound(f"{name}-{to_ms(until)}", until=until, can_close=False, reason=reason)]


def _missing(anchor: str, watched: Watched, seen: list[Placed]) -> list[str]:
    shown = {one.post.uri for one in seen}
    return [one for one in (anchor, *watched.members) if one not in shown]


def _place_of(anchor: str, watched: Watched) -> Place:
    return Place(watched.kind, anchor, post=anchor if watched.kind is Kind.COMMENTS else None)


def _gone(uri: str, watched: Watched, anchor: str, now: datetime) -> Event:
    if uri == anchor and watched.kind is Kind.COMMENTS:
        return PostSeen(RemotePost(uri, "", "", now, deleted=True))
    return MessageGone(uri)
