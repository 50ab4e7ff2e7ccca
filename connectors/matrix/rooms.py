"""What is known of each room while an account is connected: its name, its rules, who is called how.

Asked for when a room first tells something, kept true by the events after that; bounded.
https://spec.matrix.org/latest/client-server-api/#get_matrixclientv3roomsroomidstateeventtypestatekey
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from connectors.matrix import asking
from connectors.matrix.client import Client, Refusal, path_of
from connectors.matrix.fields import Fields
from connectors.matrix.power import Power
from connectors.matrix.wire import RoomEvent, directs_of, event_of
from inbox_app.contract.errors import Rejected
from inbox_app.contract.texts import _

CREATE: Final = "m.room.create"
MEMBER: Final = "m.room.member"
TOMBSTONE: Final = "m.room.tombstone"
LEVELS: Final = "m.room.power_levels"
NAME: Final = "m.room.name"
ALIAS: Final = "m.room.canonical_alias"
ENCRYPTION: Final = "m.room.encryption"
_FACTS: Final = (CREATE, LEVELS, NAME, ALIAS, ENCRYPTION, TOMBSTONE)
_MOST_ROOMS: Final = 2000
_MOST_NAMES: Final = 10_000
_MOST_EVENTS: Final = 2000
_NAMES_IN_TITLE: Final = 3
_NOTHING: Final = Fields({})


@dataclass(frozen=True, slots=True)
class Room:
    """One room as it stands. `facts` are the contents of its state events by their type."""

    id: str
    me: str
    membership: str = "join"
    creator: str = ""
    facts: Mapping[str, Fields] = field(default_factory=dict)
    people: str = ""
    """Names of those inside, for a room that has none itself."""

    def fact(self, kind: str) -> Fields:
        """A state event's content, empty where there is none."""
        return self.facts.get(kind, _NOTHING)

    @property
    def power(self) -> Power:
        return Power.of(self.fact(LEVELS), self.fact(CREATE), self.creator)

    @property
    def name(self) -> str:
        return self.fact(NAME).text("name").strip()

    @property
    def title(self) -> str:
        return self.name or self.fact(ALIAS).text("alias") or self.people

    @property
    def encrypted(self) -> bool:
        return bool(self.fact(ENCRYPTION).values)

    @property
    def successor(self) -> str:
        """The room that took this one's place."""
        return self.fact(TOMBSTONE).some_id("replacement_room")

    @property
    def predecessor(self) -> str:
        """The room whose place this one took."""
        return self.fact(CREATE).inner("predecessor").some_id("room_id")

    @property
    def keys(self) -> tuple[str, ...]:
        """An upgraded room goes on in the conversation of the one before it."""
        return (self.id, self.predecessor) if self.predecessor else (self.id,)


class Rooms:
    """The rooms of one account that is signed in."""

    def __init__(self, client: Client, me: str) -> None:
        self._client = client
        self._me = me
        self._rooms: OrderedDict[str, Room] = OrderedDict()
        self._names: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._events: OrderedDict[str, RoomEvent | None] = OrderedDict()
        self._directs: frozenset[str] | None = None

    async def get(self, room: str) -> Room:
        """The room as it stands."""
        if room not in self._rooms:
            self._put(await self._ask(room))
        return self._rooms[room]

    def note(self, room: Room, events: Iterable[RoomEvent]) -> Room:
        """The room after these events; who is called how is learned with them."""
        for event in events:
            if event.type == MEMBER and event.state_key is not None:
                self._name(room.id, event.state_key, event.content)
                if event.state_key == self._me:
                    room = replace(room, membership=event.content.text("membership"))
            elif event.type in _FACTS and event.state_key == "":
                room = _with_fact(room, event)
        return self._put(room)

    def changes(self, event: RoomEvent) -> bool:
        """Whether an event may change what the room is called, or what we may do there."""
        return event.type in _FACTS or (event.type == MEMBER and event.state_key == self._me)

    def learn_names(self, room: str, events: Iterable[RoomEvent]) -> None:
        """Who is called how, of events that came along with others; what is known already is newer."""
        for event in events:
            if event.type == MEMBER and event.state_key and (room, event.state_key) not in self._names:
                self._name(room, event.state_key, event.content)

    async def name_of(self, room: str, user: str) -> str:
        """What somebody is called in a room; empty where nobody knows."""
        if (room, user) not in self._names:
            self._name(room, user, await self.ask_fact(room, MEMBER, user))
        return self._names[room, user]

    async def is_direct(self, room: Room) -> bool:
        """Whether it is a talk with one person."""
        if self._directs is None:
            try:
                self._directs = directs_of(
                    await self._client.get(path_of("user", self._me, "account_data", "m.direct"))
                )
            except Refusal:
                self._directs = frozenset()
        return any(key in self._directs for key in room.keys)

    def learn_directs(self, directs: frozenset[str]) -> None:
        """Which rooms are talks with one person now."""
        self._directs = directs

    async def event(self, room: str, event: str) -> RoomEvent | None:
        """An event as it was when it was first seen here; None where it is not to be had."""
        if event not in self._events:
            self.remember([await self.ask_event(room, event)], event)
        return self._events.get(event)

    async def ask_event(self, room: str, event: str) -> RoomEvent | None:
        """An event as it is now."""
        try:
            return event_of(await self._client.get(path_of("rooms", room, "event", event)))
        except Refusal:
            return None

    async def references(self, room: str, event: str) -> list[RoomEvent] | None:
        """All events that speak of one; None where they are too many."""
        return await asking.references_to(self._client, room, event)

    def remember(self, events: Iterable[RoomEvent | None], named: str = "") -> None:
        """Events that may be asked for again: what is answered, and the first of a thread."""
        for event in events:
            self._events[event.id if event else named] = event
        while len(self._events) > _MOST_EVENTS:
            self._events.popitem(last=False)

    async def _ask(self, room: str) -> Room:
        asked = (*(self.ask_fact(room, kind) for kind in _FACTS), self.ask_fact(room, MEMBER, self._me))
        *rest, ours = await asyncio.gather(*asked)
        facts = dict(zip(_FACTS, rest, strict=True))
        creator = facts[CREATE].some_id("sender") or facts[CREATE].some_id("creator")
        if "sender" in facts[CREATE]:
            facts[CREATE] = facts[CREATE].inner("content")
        made = Room(room, self._me, ours.text("membership") or "leave", creator, facts)
        return made if made.title else replace(made, people=await self._people(room))

    async def ask_fact(self, room: str, kind: str, key: str = "") -> Fields:
        """A state event's content; of the creation the whole event, for who made the room has all power there."""
        params = {"format": "event"} if kind == CREATE else None
        try:
            return await self._client.get(path_of("rooms", room, "state", kind, key), params)
        except Refusal:
            return _NOTHING

    async def refuse_encrypted(self, room: str) -> None:
        """What waited to be sent may find a room that was encrypted meanwhile: nothing goes there in the clear.

        Raises:
            Rejected: it is encrypted now.
        """
        if (await self.ask_fact(room, ENCRYPTION)).values:
            raise Rejected(no_secrets())

    async def _people(self, room: str) -> str:
        try:
            inside = (await self._client.get(path_of("rooms", room, "joined_members"))).inner("joined")
        except Refusal:
            return ""
        others = sorted(who for who in inside.values if who != self._me)
        names = [inside.inner(who).text("display_name") or who for who in others[:_NAMES_IN_TITLE]]
        return ", ".join(names) + ("…" if len(others) > _NAMES_IN_TITLE else "")

    def _name(self, room: str, user: str, content: Fields) -> None:
        self._names[room, user] = content.text("displayname")[:200]
        while len(self._names) > _MOST_NAMES:
            self._names.popitem(last=False)

    def _put(self, room: Room) -> Room:
        self._rooms[room.id] = room
        while len(self._rooms) > _MOST_ROOMS:
            self._rooms.popitem(last=False)
        return room


def no_secrets() -> str:
    """Why nothing can be said in an encrypted room."""
    return _("This room is encrypted, and Portavoce cannot write there. Answer in another Matrix program.")


def _with_fact(room: Room, event: RoomEvent) -> Room:
    creator = event.sender if event.type == CREATE else room.creator
    return replace(room, creator=creator, facts={**room.facts, event.type: event.content})
