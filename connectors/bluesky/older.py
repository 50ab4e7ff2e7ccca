"""History, newest page first over three lists: whichever has the newest left gives the next page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from connectors.bluesky.chats import Chats
from connectors.bluesky.fields import Fields
from connectors.bluesky.lists import Lists
from connectors.bluesky.pulling import Found, Puller
from connectors.bluesky.telling import Teller
from connectors.bluesky.threads import Placed, Threads
from inbox_app.contract.errors import Rejected
from inbox_app.contract.remote import Event
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.timecode import to_ms

PAGE: Final = 20
"""Small: under each post of ours, and above each answer, stands a thread that is asked for by itself."""
_LINES: Final = 50
_FROM_NOW: Final = 2**53


class List(StrEnum):
    """Which list; the value is its name in cursors."""

    NOTICES = "notices"
    OWN = "own"
    CHATS = "chats"


@dataclass(frozen=True, slots=True)
class Mark:
    """How far back one list was loaded: the place of its next page, and the date of the oldest so far.

    Chats are loaded one by one: `place` is that of the next page of conversations, unless all are `listed`; `convo` is
    the one that is loaded now, `inside` the place in it, and `waiting` are those of the same page that come after.
    """

    place: str = ""
    reached: int = _FROM_NOW
    done: bool = False
    convo: str = ""
    inside: str = ""
    waiting: tuple[str, ...] = ()
    listed: bool = False


Marks = Mapping[List, Mark]


def read_marks(cursor: JsonObject | None) -> dict[List, Mark]:
    """From a cursor; a list of which it says nothing begins at its newest page."""
    said = Fields(cursor or {})
    marks = {which: said.inner(which.value) for which in List}
    return {
        which: Mark(
            one.text("place"),
            one.number("reached") or _FROM_NOW,
            one.flag("done"),
            one.text("convo"),
            one.text("inside"),
            tuple(one.texts("waiting")),
            one.flag("listed"),
        )
        for which, one in marks.items()
    }


def to_json(marks: Marks) -> JsonObject:
    """As it is kept."""
    return {
        which.value: {
            "place": mark.place,
            "reached": mark.reached,
            "done": mark.done,
            "convo": mark.convo,
            "inside": mark.inside,
            "waiting": [*mark.waiting],
            "listed": mark.listed,
        }
        for which, mark in marks.items()
    }


class History:
    """Loads it for one account that is signed in."""

    def __init__(self, lists: Lists, threads: Threads, chats: Chats, puller: Puller) -> None:
        self._lists = lists
        self._threads = threads
        self._chats = chats
        self._puller = puller

    async def page(
        self, marks: dict[List, Mark], teller: Teller, since: datetime | None
    ) -> tuple[list[Event], dict[List, Mark]]:
        """The next older page with the threads around it, and the marks after it."""
        which = max((one for one in List if not marks[one].done), key=lambda one: marks[one].reached, default=None)
        if which is None:
            return [], marks
        if which is List.CHATS:
            events, mark = await self._chat_page(marks[which], teller, since)
            return events, {**marks, which: mark}
        placed, mark = await (self._notices(marks[which]) if which is List.NOTICES else self._own(marks[which]))
        wanted = [one for one in placed if since is None or one.post.sort_at >= since or one.is_post]
        early = since is not None and mark.reached < to_ms(since)
        events = await teller.events(wanted, history=True)
        return events, {**marks, which: replace(mark, done=mark.done or early)}

    async def _notices(self, mark: Mark) -> tuple[list[Placed], Mark]:
        page, found = await self._lists.notices(mark.place, PAGE), Found()
        await self._puller.take_notices([*page.notices][::-1], found)
        after = _after(mark, page.cursor, [one.at for one in page.notices])
        return [*found.placed, *found.fresh], after

    async def _own(self, mark: Mark) -> tuple[list[Placed], Mark]:
        """Our posts with what was answered to them, and what we answered elsewhere."""
        page = await self._lists.own(mark.place, PAGE)
        placed: list[Placed] = []
        for post in page.posts[::-1]:
            placed += await self._threads.chain(post)
            if post.parent is None and post.replies:
                placed += await self._threads.below(post.uri) or []
        return placed, _after(mark, page.cursor, [one.sort_at for one in page.posts])

    async def _chat_page(self, mark: Mark, teller: Teller, since: datetime | None) -> tuple[list[Event], Mark]:
        """The next page of the conversation that is loaded now, or of the next one."""
        if not mark.convo:
            return [], await self._next_convo(mark, since)
        try:
            convo = await self._chats.convo(mark.convo)
            page = await self._chats.lines(mark.convo, mark.inside, _LINES)
        except Rejected:  # we have left it
            return [], replace(mark, convo="", inside="")
        wanted = [one for one in page.lines if since is None or one.at >= since]
        events = await self._chats.tell(convo, wanted, teller.began, history=True)
        ended = not page.cursor or page.cursor == mark.inside or len(wanted) < len(page.lines)
        reached = min([mark.reached, *(to_ms(one.at) for one in page.lines)])
        return events, replace(
            mark, reached=reached, convo="" if ended else mark.convo, inside="" if ended else page.cursor
        )

    async def _next_convo(self, mark: Mark, since: datetime | None) -> Mark:
        if mark.waiting:
            return replace(mark, convo=mark.waiting[0], waiting=mark.waiting[1:], inside="")
        if mark.listed:
            return replace(mark, done=True)
        try:
            convos, place = await self._chats.convos(mark.place, PAGE)
        except Rejected:  # we may not see them
            return replace(mark, done=True)
        wanted = tuple(one.id for one in convos if since is None or one.last is None or one.last >= since)
        last_page = len(wanted) < len(convos) or place in ("", mark.place)
        return replace(mark, place=place, waiting=wanted, listed=last_page)


def _after(mark: Mark, place: str, times: Sequence[datetime]) -> Mark:
    reached = min([mark.reached, *map(to_ms, times)])
    return Mark(place, reached, done=not place or place == mark.place)
