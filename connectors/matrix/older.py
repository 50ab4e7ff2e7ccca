"""History, newest page first over the rooms: whichever has the newest left gives the next page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from connectors.matrix import asking
from connectors.matrix.client import Client, Refusal
from connectors.matrix.fields import Fields
from connectors.matrix.pulling import Puller
from connectors.matrix.rooms import Rooms
from connectors.matrix.telling import Teller
from connectors.matrix.wire import REACTION, SPOKEN, RoomEvent
from inbox_app.contract.remote import Event
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.timecode import to_ms

PAGE: Final = 50
_FROM_NOW: Final = 2**53
_MOST_REACTED: Final = 300


@dataclass(frozen=True, slots=True)
class Mark:
    """How far back one room was loaded: its next page, the date of the oldest so far.

    `reacted` are messages further back to which reactions were met on the way.
    """

    at: str = ""
    reached: int = _FROM_NOW
    ended: bool = False
    reacted: tuple[str, ...] = ()

    def wants(self, since: datetime | None) -> bool:
        """Whether something that is asked for may be left."""
        return not self.ended and (since is None or self.reached >= to_ms(since))


Marks = Mapping[str, Mark]


def read_marks(cursor: JsonObject) -> dict[str, Mark]:
    """From a cursor."""
    rooms = Fields(cursor).inner("rooms")
    marks = {room: rooms.inner(room) for room in rooms.values}
    return {
        room: Mark(one.some_id("at"), one.number("reached"), one.flag("ended"), tuple(one.texts("reacted")))
        for room, one in marks.items()
    }


def to_json(marks: Marks) -> JsonObject:
    """As it is kept."""
    return {
        "rooms": {
            room: {"at": one.at, "reached": one.reached, "ended": one.ended, "reacted": [*one.reacted]}
            for room, one in marks.items()
        }
    }


class History:
    """Loads it for one account that is signed in. What was there before `began` is history."""

    def __init__(self, client: Client, rooms: Rooms, teller: Teller, puller: Puller, me: str) -> None:
        self._client = client
        self._rooms = rooms
        self._teller = teller
        self._puller = puller
        self._me = me

    async def begin(self) -> dict[str, Mark]:
        """The rooms we are in, and when each was last spoken in."""
        first = await asking.first_sync(self._client, self._me)
        last = {one.id: max((to_ms(event.at) for event in one.timeline), default=_FROM_NOW) for one in first.rooms}
        return {room: Mark(reached=reached) for room, reached in last.items()}

    async def page(
        self, marks: dict[str, Mark], since: datetime | None, began: datetime
    ) -> tuple[list[Event], dict[str, Mark]]:
        """The next older page, and the marks after it."""
        left = [room for room, mark in marks.items() if mark.wants(since)]
        if not left:
            return [], marks
        room = max(left, key=lambda one: marks[one].reached)
        mark = marks[room]
        try:
            page = await asking.page_before(self._client, room, mark.at, limit=PAGE)
        except Refusal:  # left meanwhile
            return [], {**marks, room: replace(mark, ended=True)}
        self._rooms.learn_names(room, page.names)
        wanted = [one for one in page.events if since is None or one.at >= since]
        reacted = dict.fromkeys((*mark.reacted, *(one.relation.event for one in wanted if one.type == REACTION)))
        told = await self._tell(room, wanted, frozenset(reacted), began)
        here = {one.id for one in page.events}
        further = [one for one in reacted if one and one not in here][-_MOST_REACTED:]
        reached = min([mark.reached, *(to_ms(one.at) for one in page.events)])
        return told, {**marks, room: Mark(page.next, reached, not page.next, tuple(further))}

    async def _tell(self, room: str, events: list[RoomEvent], reacted: frozenset[str], began: datetime) -> list[Event]:
        said = [one for one in events if one.type in SPOKEN and one.relation.type != "m.replace" and not one.redacted]
        self._rooms.remember(said)
        told: list[Event] = []
        for event in sorted(said, key=lambda one: one.at):
            told += await self._teller.tell(await self._rooms.get(room), event, history=event.at < began)
        return [*told, *[await self._puller.reactions(room, one.id) for one in said if one.id in reacted]]
