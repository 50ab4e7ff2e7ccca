"""History, newest page first over the three lists: whichever has the newest left gives the next page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from connectors.mastodon.fields import Fields
from connectors.mastodon.lists import List, Lists, Page
from connectors.mastodon.pulling import Found, Puller
from connectors.mastodon.threads import Placed, Threads
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.timecode import to_ms

PAGE: Final = 20
"""Small: under each post of ours, and above each answer, stands a thread that is asked for by itself."""
_FROM_NOW: Final = 2**53


@dataclass(frozen=True, slots=True)
class Mark:
    """How far back one list was loaded: the place of its next page, and the date of the oldest so far."""

    place: str = ""
    reached: int = _FROM_NOW
    done: bool = False


Marks = Mapping[List, Mark]


def read_marks(cursor: JsonObject | None) -> dict[List, Mark]:
    """From a cursor; a list of which it says nothing begins at its newest page."""
    said = Fields(cursor or {})
    marks = {which: said.inner(which.value) for which in List}
    return {
        which: Mark(one.text("place"), one.number("reached") or _FROM_NOW, one.flag("done"))
        for which, one in marks.items()
    }


def to_json(marks: Marks) -> JsonObject:
    """As it is kept."""
    return {
        which.value: {"place": mark.place, "reached": mark.reached, "done": mark.done} for which, mark in marks.items()
    }


class History:
    """Loads it for one account that is signed in."""

    def __init__(self, lists: Lists, threads: Threads, puller: Puller) -> None:
        self._lists = lists
        self._threads = threads
        self._puller = puller

    async def page(self, marks: dict[List, Mark], since: datetime | None) -> tuple[list[Placed], dict[List, Mark]]:
        """The next older page with the threads around it, and the marks after it."""
        which = max((one for one in List if not marks[one].done), key=lambda one: marks[one].reached, default=None)
        if which is None:
            return [], marks
        page = await self._lists.before(which, marks[which].place, PAGE)
        found = Found()
        await self._puller.take(page, found)
        placed = [*found.placed, *found.fresh]
        if which is not List.NOTICES:
            placed += await self._below(page)
        wanted = [one for one in placed if since is None or one.status.created_at >= since or one.is_post]
        return wanted, {**marks, which: _after(page, marks[which], since)}

    async def _below(self, page: Page) -> list[Placed]:
        """What was answered to our posts, and the rest of each conversation."""
        below: list[Placed] = []
        for status in page.statuses:
            if status.parent is None and status.replies:
                below += await self._threads.below(status.id)
        for talk in page.talks:
            if talk.last is not None and talk.last.is_direct:
                below += await self._threads.below(talk.last.id)
        return below


def _after(page: Page, before: Mark, since: datetime | None) -> Mark:
    dates = [to_ms(one.created_at) for one in page.all_statuses]
    reached = min([before.reached, *dates])
    standing = not page.oldest or page.oldest == before.place
    early = since is not None and bool(dates) and max(dates) < to_ms(since)
    return Mark(page.oldest, reached, done=page.empty or standing or early)
