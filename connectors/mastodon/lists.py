"""The three lists in which an account's news stand, page by page in both directions.

Notifications (https://docs.joinmastodon.org/methods/grouped_notifications/, else one by one), our own statuses and
direct conversations. Forward by `min_id`, which leaves no gap where `since_id` would; backward by `max_id`. The Link
header says where the next page begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from connectors.mastodon.client import Client, Forbidden, Gone, Params, path_of, place_after
from connectors.mastodon.wire import Notice, Reader, Status, Talk
from inbox_app.contract.errors import BadAnswer
from inbox_app.contract.http import Answer

PAGE: Final = 40
_TYPES: Final = ["mention", "favourite", "reblog", "update"]
_GROUPED: Final = ["favourite", "reblog"]


class List(StrEnum):
    """Which list; the value is its name in cursors."""

    NOTICES = "notice"
    OWN = "own"
    TALKS = "talk"


@dataclass(frozen=True, slots=True)
class Page:
    """What one page brought, newest first, and where the neighbouring pages begin (empty where nothing does)."""

    notices: tuple[Notice, ...] = ()
    statuses: tuple[Status, ...] = ()
    talks: tuple[Talk, ...] = ()
    newest: str = ""
    oldest: str = ""

    @property
    def empty(self) -> bool:
        return not (self.newest or self.oldest)

    @property
    def all_statuses(self) -> tuple[Status, ...]:
        """The statuses of whatever list it is of."""
        noticed = (one.status for one in self.notices)
        last = (one.last for one in self.talks)
        return tuple(one for one in (*noticed, *self.statuses, *last) if one is not None)


class Lists:
    """Asks for pages. A server that lacks conversations gives none: direct messages still come as notifications.

    One that groups no notifications tells them one by one.
    """

    def __init__(self, client: Client, reader: Reader, me: str) -> None:
        self._client = client
        self._reader = reader
        self._me = me
        self._without_talks = False
        self._without_groups = False

    async def after(self, which: List, place: str, limit: int = PAGE) -> Page:
        """The page next to `place`, towards now."""
        return await self._page(which, {"min_id": place, "limit": limit})

    async def before(self, which: List, place: str, limit: int = PAGE) -> Page:
        """The page next to `place`, towards the past; the newest page without a place."""
        return await self._page(which, {"limit": limit, **({"max_id": place} if place else {})})

    async def _page(self, which: List, params: Params) -> Page:
        match which:
            case List.NOTICES:
                return await self._notices(params)
            case List.OWN:
                return await self._own(params)
            case List.TALKS:
                return await self._talks(params)

    async def _notices(self, params: Params) -> Page:
        """Also those that the server's own filter put aside: strangers who write in private are among them."""
        wanted: Params = {**params, "types[]": _TYPES, "include_filtered": "true"}
        grouped = None if self._without_groups else await self._groups(wanted)
        if grouped is not None:
            return grouped
        answer = await self._client.get(path_of("v1", "notifications"), wanted)
        found = self._reader.notices(answer.json())
        newest, oldest = _edges(answer, [one.id for one in found])
        return Page(notices=found, newest=newest, oldest=oldest)

    async def _groups(self, wanted: Params) -> Page | None:
        """A page where a thousand favourites of one status are one entry; None where the server has no such pages.

        Forward it is filled by the lowest of each group, so that all up to the highest of those was told. A group's
        newest, which the Link header may name, can lie beyond a mention that came while the page was made.
        """
        try:
            answer = await self._client.get(path_of("v2", "notifications"), {**wanted, "grouped_types[]": _GROUPED})
            found = self._reader.groups(answer.json())
        except (Gone, Forbidden, BadAnswer):
            self._without_groups = True
            return None
        ids = sorted((one.id for one in found), key=lambda one: (len(one), one))
        return Page(notices=found, newest=ids[-1] if ids else "", oldest=ids[0] if ids else "")

    async def _own(self, params: Params) -> Page:
        wanted: Params = {**params, "exclude_reblogs": "true"}
        answer = await self._client.get(path_of("v1", "accounts", self._me, "statuses"), wanted)
        found = self._reader.statuses(answer.json())
        newest, oldest = _edges(answer, [one.id for one in found])
        return Page(statuses=tuple(one for one in found if not one.is_boost), newest=newest, oldest=oldest)

    async def _talks(self, params: Params) -> Page:
        if self._without_talks:
            return Page()
        try:
            answer = await self._client.get(path_of("v1", "conversations"), params)
        except (Gone, Forbidden):
            self._without_talks = True
            return Page()
        found = self._reader.talks(answer.json())
        newest, oldest = _edges(answer, [one.last.id if one.last else "" for one in found])
        return Page(talks=found, newest=newest, oldest=oldest)


def _edges(answer: Answer, ids: Sequence[str]) -> tuple[str, str]:
    """Where the pages beside this one begin: as the Link header says, else at the first and the last id."""
    if not ids:
        return "", ""
    return place_after(answer, "prev", "min_id") or ids[0], place_after(answer, "next", "max_id") or ids[-1]
