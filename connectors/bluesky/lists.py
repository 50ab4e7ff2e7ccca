"""The lists in which an account's news stand, from now backwards: notifications and our own posts.

https://docs.bsky.app/docs/api/app-bsky-notification-list-notifications
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, TypeVar

from connectors.bluesky import wire
from connectors.bluesky.client import Client, Params
from connectors.bluesky.cursor import Window
from connectors.bluesky.fields import read_uri
from connectors.bluesky.wire import FeedPage, Notice, NoticePage, Post
from inbox_app.contract.errors import Rejected

Entry = TypeVar("Entry")
PAGE: Final = 50
REASONS: Final = ("mention", "reply", "quote", "like", "repost")
"""What is told; who follows us now is no message."""
_POSTS: Final = 25
_PAGES: Final = 200
_CHUNK: Final = 50


class Lists:
    """Asks for pages."""

    def __init__(self, client: Client, me: str) -> None:
        self._client = client
        self._me = me

    async def notices(self, place: str = "", limit: int = PAGE) -> NoticePage:
        """A page of notifications; the newest without a place."""
        params: Params = {"limit": limit, **({"cursor": place} if place else {})}
        return wire.notices(await self._client.get("app.bsky.notification.listNotifications", params))

    async def own(self, place: str = "", limit: int = PAGE) -> FeedPage:
        """A page of our own posts and answers."""
        params: Params = {"actor": self._me, "filter": "posts_with_replies", "limit": limit}
        if place:
            params = {**params, "cursor": place}
        return wire.feed(await self._client.get("app.bsky.feed.getAuthorFeed", params))

    async def posts(self, uris: Iterable[str]) -> dict[str, Post]:
        """These posts as they are now; those that are gone are missing."""
        found: dict[str, Post] = {}
        wanted = [*dict.fromkeys(uri for uri in uris if f"/{wire.POST}/" in uri)]
        for start in range(0, len(wanted), _POSTS):
            some = wanted[start : start + _POSTS]
            answer = await self._client.get("app.bsky.feed.getPosts", {"uris": some})
            found |= {one.uri: one for one in wire.posts(answer)}
        return found

    async def exists(self, uri: str) -> bool:
        """Whether a post is there, also where its author and we are kept from seeing each other."""
        where = read_uri(uri)
        params: Params = {"repo": where.did, "collection": where.collection, "rkey": where.rkey}
        try:
            await self._client.get("com.atproto.repo.getRecord", params)
        except Rejected:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Entries(Generic[Entry]):
    """A page of any list."""

    entries: Sequence[Entry]
    cursor: str


class Backlog(Generic[Entry]):
    """What is new in one list, oldest first in handy pieces; pages are asked for until one brings nothing new.

    One that brings both is not the last: what a slow clock dated, or the service listed late, stands below the known.

    What is left after a piece is kept in memory alone: the next process finds it by what the window does not know.
    """

    def __init__(
        self,
        page: Callable[[str], Awaitable[Entries[Entry]]],
        mark: Callable[[Entry], tuple[str, datetime]],
    ) -> None:
        self._page = page
        self._mark = mark
        self._left: list[Entry] = []
        self._after: Window | None = None
        self.broke_off: datetime | None = None
        """Where the pages were too many: the date of the oldest entry that was reached."""

    async def take(self, window: Window) -> tuple[list[Entry], Window, bool]:
        """The next piece, the window with it, and whether more is left."""
        if window != self._after or not self._left:
            self._left = await self._find(window)
        piece, self._left = self._left[:_CHUNK], self._left[_CHUNK:]
        self._after = window.with_known(map(self._mark, piece))
        return piece, self._after, bool(self._left)

    async def _find(self, window: Window) -> list[Entry]:
        found: list[Entry] = []
        place = ""
        for _number in range(_PAGES):
            page = await self._page(place)
            new = [one for one in page.entries if window.is_new(*self._mark(one))]
            found += new
            if (page.entries and not new) or page.cursor in ("", place):  # a page of nothing but reposts is no end
                return found[::-1]
            place = page.cursor
        self.broke_off = self._mark(found[-1])[1] if found else None
        return found[::-1]


def mark_of_notice(one: Notice) -> tuple[str, datetime]:
    return one.id, one.at


def mark_of_post(one: Post) -> tuple[str, datetime]:
    return one.uri, one.sort_at
