"""What is new: the three lists forward, then threads that are due for another look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from connectors.mastodon.client import Client, Gone, path_of
from connectors.mastodon.cursor import BEFORE_ALL, Cursor
from connectors.mastodon.lists import List, Lists, Page
from connectors.mastodon.telling import Teller, reactions_of
from connectors.mastodon.threads import Placed, Threads, concerns, place_of
from connectors.mastodon.wire import Reader, Status, Talk
from inbox_app.contract.remote import (
    ConversationSeen,
    Event,
    MessageGone,
    PostSeen,
    ReadElsewhere,
    RemotePost,
)
from inbox_app.domain.timecode import to_ms
from inbox_app.domain.words import Kind

_THREADS_A_PULL: Final = 8
_MISSING_A_LOOK: Final = 10
_REACTED: Final = frozenset({"favourite", "reblog"})


@dataclass(slots=True)
class Found:
    """What one pull came upon. `fresh` arrived now; `placed` may have been there before us."""

    fresh: list[Placed] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)
    others: list[Event] = field(default_factory=list)


class Puller:
    """Pulls for one account that is signed in."""

    def __init__(self, client: Client, reader: Reader, lists: Lists, threads: Threads, me: str) -> None:
        self._client = client
        self._reader = reader
        self._lists = lists
        self._threads = threads
        self._me = me

    async def begin(self, now: datetime) -> Cursor:
        """Only note where the lists stand, and watch the newest posts: somebody may answer those in silence."""
        pages = {which: await self._lists.before(which, "", 1 if which is not List.OWN else 20) for which in List}
        posts = [Placed(one, place_of(one, None, self._me)) for one in pages[List.OWN].statuses if one.parent is None]
        cursor = Cursor(
            began=to_ms(now),
            notice=pages[List.NOTICES].newest or BEFORE_ALL,
            own=pages[List.OWN].newest or BEFORE_ALL,
            talk=pages[List.TALKS].newest or BEFORE_ALL,
        )
        cursor = cursor.seen(one for one in posts if one.is_post)
        return replace(cursor, watch=cursor.watch.trimmed(to_ms(now)))

    async def news(self, cursor: Cursor, found: Found) -> tuple[Cursor, bool]:
        """One page of each list; whether there was anything in them."""
        notices = await self._lists.after(List.NOTICES, cursor.notice)
        own = await self._lists.after(List.OWN, cursor.own)
        talks = await self._lists.after(List.TALKS, cursor.talk)
        for page in (notices, own, talks):
            await self.take(page, found)
        cursor = replace(
            cursor,
            notice=notices.newest or cursor.notice,
            own=own.newest or cursor.own,
            talk=talks.newest or cursor.talk,
        )
        return cursor.seen([*found.placed, *found.fresh]), not (notices.empty and own.empty and talks.empty)

    async def take(self, page: Page, found: Found) -> None:
        """Place everything in a page, oldest first."""
        for notice in reversed(page.notices):
            if notice.status is not None and notice.type in _REACTED:
                await self._take_reaction(notice.status, found)
            elif notice.status is not None and concerns(notice.status, self._me):
                await self._take(notice.status, found)
        for status in reversed(page.statuses):
            await self._take(status, found)
        for talk in reversed(page.talks):
            await self._take_talk(talk, found)

    async def _take(self, status: Status, found: Found) -> None:
        *above, one = await self._threads.chain(status)
        found.placed += above
        found.fresh.append(one)

    async def _take_reaction(self, status: Status, found: Found) -> None:
        """On a post they are counted with it; on an answer of ours they are told by themselves."""
        if status.account.id == self._me and status.parent is None and not status.is_direct:
            found.placed.append(Placed(status, place_of(status, None, self._me)))
        else:
            found.others.append(reactions_of(status))

    async def _take_talk(self, talk: Talk, found: Found) -> None:
        if talk.last is None:
            return
        await self._take(talk.last, found)
        others = [one for one in talk.accounts if one.id != self._me]
        if len(others) > 1 and talk.last.is_direct:
            title = ", ".join(one.name or one.handle for one in others)
            found.others.append(ConversationSeen(Kind.DIRECT, (talk.last.id,), title=title))
        if not talk.unread:
            found.others.append(ReadElsewhere(talk.last.id))

    async def look_again(self, cursor: Cursor, found: Found, now: int, hints: Iterable[str]) -> Cursor:
        """Read threads once more whose time has come, or of which the stream told."""
        hinted = [anchor for anchor, one in cursor.watch.threads.items() if {anchor, *one.members} & set(hints)]
        due = [*dict.fromkeys((*hinted, *cursor.watch.due(now, _THREADS_A_PULL)))]
        for anchor in due[: max(_THREADS_A_PULL, len(hinted))]:
            cursor = await self._look_at(anchor, cursor, found, now)
        return replace(cursor, watch=cursor.watch.trimmed(now))

    async def _look_at(self, anchor: str, cursor: Cursor, found: Found, now: int) -> Cursor:
        place, members = cursor.place_of(anchor), frozenset(cursor.watch.threads[anchor].members)
        self._threads.put_anchor(anchor, place)
        status = await self._status(anchor)
        if status is None:
            found.others.append(_gone(anchor, post=place.post == anchor, now=self._client.now()))
            return replace(cursor, watch=cursor.watch.without([anchor]))
        seen = [Placed(status, place), *await self._threads.below(anchor)]
        missing = sorted(members - {one.status.id for one in seen})[:_MISSING_A_LOOK]
        lost = [one for one in missing if await self._is_gone(one)]
        found.placed += seen
        found.others += [MessageGone(one) for one in lost]
        return replace(cursor, watch=cursor.seen(seen).watch.without(lost).looked_at(anchor, now))

    async def _status(self, wanted: str) -> Status | None:
        try:
            return self._reader.status((await self._client.get(path_of("v1", "statuses", wanted))).json())
        except Gone:
            return None

    async def _is_gone(self, wanted: str) -> bool:
        return await self._status(wanted) is None


async def tell(teller: Teller, found: Found) -> list[Event]:
    """Everything that was found as events; what arrived now is never history, however old its date is."""
    fresh = {one.status.id for one in found.fresh}
    before = [one for one in found.placed if one.status.id not in fresh]
    told = [*await teller.events(before, history=True), *await teller.events(found.fresh)]
    return [*told, *found.others]


def _gone(anchor: str, *, post: bool, now: datetime) -> Event:
    return PostSeen(RemotePost(anchor, "", "", now, deleted=True)) if post else MessageGone(anchor)
