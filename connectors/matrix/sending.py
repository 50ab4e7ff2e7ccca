"""Sending a message, and finding out whether one arrived.

A server drops a repeated transaction id of one device for half an hour at least; beyond that the message carries the
act's key, and what is in doubt is looked for in the room first, back to before the first try.
https://spec.matrix.org/latest/client-server-api/#transaction-identifiers
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from connectors.matrix import asking, compose, media
from connectors.matrix.client import Client, Forbidden, path_of
from connectors.matrix.compose import Frozen
from connectors.matrix.directs import Directs
from connectors.matrix.rooms import TOMBSTONE, Rooms
from connectors.matrix.wire import KEY, MESSAGE, RoomEvent
from inbox_app.contract.acts import Absent, Act, CannotTell, Finding, Receipt
from inbox_app.contract.errors import BadAnswer, NotSent, Rejected
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject

_CLOCKS_APART: Final = timedelta(minutes=5)
"""How far the server's clock may be from ours."""
_PAGES_BACK: Final = 50
_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Sending:
    """Sends for one account that is signed in."""

    client: Client
    rooms: Rooms
    directs: Directs
    me: str

    async def send(self, act: Act, frozen: bytes) -> Receipt:
        """Put the file where files are, then say the message; in a room that was replaced, in the newer one."""
        message = compose.read(frozen)
        compose.check(act, message)
        room = message.room or await self._open(act, message.user)
        await self.rooms.refuse_encrypted(room)
        content = dict(message.content.values)
        if act.files:
            content["url"] = await media.upload(self.client, act.files[0])
        try:
            return await self._say(room, message, content, act.key)
        except Forbidden:
            successor = await self._successor(room)
            if not successor:
                raise
        await self.rooms.refuse_encrypted(successor)
        return await self._say(successor, message, content, act.key)

    async def find(self, act: Act, frozen: bytes) -> Finding:
        """Look through the room, and the one that took its place; or through what may be the chat with somebody."""
        message = compose.read(frozen)
        try:
            for room in await self._places(act, message):
                found = await self._find_in(room, act, message)
                if not isinstance(found, Absent):
                    return found
        except (NotSent, BadAnswer):
            return CannotTell()
        return Absent()

    async def _open(self, act: Act, user: str) -> str:
        if user == self.me:
            raise Rejected(_("This is your own account."))
        return await self.directs.open(user, act.key, again=act.attempt > 1)

    async def _places(self, act: Act, message: Frozen) -> list[str]:
        if message.room:
            places = [message.room, await self._successor(message.room)]
        else:
            places = [await self.directs.begun_by(act.key), *await self.directs.with_person(message.user)]
        return [*dict.fromkeys(filter(None, places))]

    async def _say(self, room: str, message: Frozen, content: JsonObject, key: str) -> Receipt:
        said = await self.client.put(path_of("rooms", room, "send", MESSAGE, key), content)
        return _receipt(room, said.need_id("event_id"), message)

    async def _successor(self, room: str) -> str:
        known = await self.rooms.ask_fact(room, TOMBSTONE)
        return known.some_id("replacement_room")

    async def _find_in(self, room: str, act: Act, message: Frozen) -> Finding:
        at, since = "", (act.first_tried_at or act.decided_at) - _CLOCKS_APART
        for _page in range(_PAGES_BACK):
            page = await asking.page_before(self.client, room, at, limit=_PAGE)
            ours = next((one for one in page.events if self._is_it(one, act.key)), None)
            if ours is not None:
                return _receipt(room, ours.id, message)
            if not page.next or any(one.at < since for one in page.events):
                return Absent()
            at = page.next
        return CannotTell()

    def _is_it(self, event: RoomEvent, key: str) -> bool:
        """By the key that it carries; by the transaction where it was redacted meanwhile."""
        return event.sender == self.me and key in (event.content.text(KEY), event.transaction)


def _receipt(room: str, event: str, message: Frozen) -> Receipt:
    relation = message.content.inner("m.relates_to")
    thread = relation.some_id("event_id") if relation.text("rel_type") == "m.thread" else ""
    extra: JsonObject = {"room": room, **({"thread": thread} if thread else {})}
    return Receipt(event, url=f"https://matrix.to/#/{room}/{event}", extra=extra)
