"""The review queue as work: posts that wait to be seen by others, and reports of posts, as messages of their own.

Both are hidden from everybody but those who decide, and leave when somebody decided. The list is counted by offsets,
which shift while it is read: what is missing in it is asked for by itself before it is told to be gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from connectors.discourse.abilities import of_review
from connectors.discourse.client import Client, Forbidden, Gone
from connectors.discourse.review_wire import About, Item, Page, Person, Report, Status, read_item, read_page
from connectors.discourse.telling import Teller
from connectors.discourse.topics import Topics
from connectors.discourse.wire import Topic
from inbox_app.contract.remote import Event, MessageGone, MessageSeen, RemoteMessage
from inbox_app.contract.texts import _
from inbox_app.domain.marks import NO_MARKS, Marks, Standing
from inbox_app.domain.words import Direction, Kind

QUEUE: Final = "/review.json"
_PAGES: Final = 5
_MOST_TOLD: Final = 20
"""Items of one pull: each may be in a topic of its own, which is one question more."""
_MOST_LOST: Final = 10
Waiting = Mapping[int, tuple[str, int]]
"""By its number what was told of the queue: its place and its digest."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Asks for one account that may decide."""

    client: Client
    topics: Topics

    async def news(self, told: Waiting, teller: Teller) -> tuple[list[Event], Waiting]:
        """What is new in it or different, and what left it."""
        listed = await self._listed()
        events: list[Event] = []
        waiting = {one.id: told[one.id] for one in listed if one.id in told}
        for one in [one for one in listed if told.get(one.id) != (one.place, one.digest)][:_MOST_TOLD]:
            if one.id in told and told[one.id][0] != one.place:
                events.append(MessageGone(told[one.id][0], by_author=False))
            events.append(MessageSeen(await self._message(one, teller)))
            waiting[one.id] = (one.place, one.digest)
        missing = sorted(number for number in told if number not in waiting)
        waiting |= {number: told[number] for number in missing[_MOST_LOST:]}
        for number in missing[:_MOST_LOST]:
            if await self._waits(number):
                waiting[number] = told[number]
            else:
                events.append(MessageGone(told[number][0], by_author=False))
        return events, waiting

    async def _listed(self) -> list[Item]:
        """Oldest first; nothing where the forum does not let us look any more."""
        found: dict[int, Item] = {}
        at = 0
        for _page in range(_PAGES):
            page = await self._page(at)
            found |= {one.id: one for one in page.items}
            at += page.length
            if not page.length or at >= page.total:
                break
        return sorted(found.values(), key=lambda one: (one.at, one.id))

    async def _page(self, at: int) -> Page:
        params: dict[str, str | int | list[str]] = {"status": "pending", **({"offset": at} if at else {})}
        try:
            return read_page((await self.client.ask("GET", QUEUE, params)).json())
        except (Gone, Forbidden):
            return Page((), 0, 0)

    async def _waits(self, number: int) -> bool:
        try:
            one = read_item((await self.client.ask("GET", f"/review/{number}.json")).json())
        except (Gone, Forbidden):
            return False
        return one is not None and one.status == Status.PENDING

    async def _message(self, one: Item, teller: Teller) -> RemoteMessage:
        topic = await self.topics.one(one.topic) if one.topic else None
        by = _teller_of(one, teller)
        ours = by is not None and by.id == teller.me.id
        return RemoteMessage(
            remote_id=one.place,
            kind=Kind.FORUM,
            keys=(str(one.topic) if one.topic else one.place,),
            author=teller.person(by),
            direction=Direction.OUTGOING if ours else Direction.INCOMING,
            sent_at=one.at,
            text=await _text(one, teller),
            parent=_parent(one, topic, teller),
            post=str(topic.id) if topic is not None and teller.is_ours(topic) else None,
            title=topic.title if topic is not None else one.title,
            url=one.url if one.url.startswith(f"{teller.site}/") else f"{teller.site}/review/{one.id}",
            hidden=True,
            abilities=of_review(one),
            extra={"review": one.id},
            marks=Marks(standing=Standing.HELD) if one.about is About.QUEUED else NO_MARKS,
        )


def _teller_of(one: Item, teller: Teller) -> Person | None:
    """Who wrote what waits, or who reported; where we did that ourselves, it is about its author."""
    if one.about is About.QUEUED:
        return one.author
    others = [report.by for report in one.reports if report.by is not None and report.by.id != teller.me.id]
    return others[0] if others else one.author


def _parent(one: Item, topic: Topic | None, teller: Teller) -> str | None:
    """The post that is answered or reported; what begins a topic of ours is a post of ours, and no message."""
    if not one.topic or not one.number:
        return None
    begins_ours = one.number == 1 and topic is not None and teller.is_ours(topic)
    return None if begins_ours else f"{one.topic}/{one.number}"


async def _text(one: Item, teller: Teller) -> str:
    said = one.raw if one.raw is not None else await teller.words(one.cooked)
    if one.about is About.QUEUED:
        return said
    reports = [await _report(report, teller) for report in one.reports] or [_("This was reported.")]
    # In quotation marks: lines that are marked as quoted are folded away, and this is what has to be decided about.
    author = f"@{one.author.username}: " if one.author is not None else ""
    return "\n\n".join(["\n".join(reports), f"{author}“{said.strip()}”"])


async def _report(report: Report, teller: Teller) -> str:
    told = _("Reported: {what}").format(what=report.what) if report.what else _("This was reported.")
    reason = (await teller.words(report.reason)).strip() if report.reason else ""
    who = f"@{report.by.username}: " if report.by is not None else ""
    return f"{who}{told}" + (f" ({reason})" if reason else "")
