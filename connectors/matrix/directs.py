"""Direct chats: the room in which we talk with somebody, and how one is begun, once for an act.

Which rooms are direct is kept in the account's data, where every program of ours looks. A room that an act makes bears
the act's key from its creation on: whatever breaks off afterwards, the next try goes on in that room.
https://spec.matrix.org/latest/client-server-api/#direct-messaging
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from connectors.matrix import asking
from connectors.matrix.client import Client, Gone, Refusal, path_of
from connectors.matrix.fields import Fields
from connectors.matrix.rooms import ENCRYPTION, MEMBER, TOMBSTONE, Rooms
from connectors.matrix.wire import KEY
from inbox_app.contract.errors import Rejected
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject

_MOST_ROOMS: Final = 10
"""Rooms with one person that are looked at, the newest first."""


@dataclass(frozen=True, slots=True)
class Directs:
    """The direct chats of one account that is signed in."""

    client: Client
    rooms: Rooms
    me: str

    async def open(self, user: str, key: str, *, again: bool) -> str:
        """The room with this person, begun and noted as direct where there is none; `again` says that a try was made.

        Raises:
            Rejected: nobody is called so, they declined, or the chat is encrypted.
        """
        room = await self._known(user) or (await self.begun_by(key) if again else "") or await self._make(user, key)
        await self._let_in(room, user)
        await note(self.client, self.me, user, room)
        return room

    async def with_person(self, user: str) -> list[str]:
        """The rooms in which we talk with this person, the newest first."""
        known = (await _noted(self.client, self.me)).texts(user)
        return [room for room in known[: -_MOST_ROOMS - 1 : -1] if await self._both_inside(room, user)]

    async def begun_by(self, key: str) -> str:
        """The room that an earlier try of this act made, as far as we are in it; empty where there is none."""
        for room in await asking.creations(self.client, self.me):
            if any(one.sender == self.me and one.content.text(KEY) == key for one in room.state):
                return room.id
        return ""

    async def _known(self, user: str) -> str:
        there = await self.with_person(user)
        secret = [room for room in there if (await self.rooms.ask_fact(room, ENCRYPTION)).values]
        in_clear = [room for room in there if room not in secret]
        if secret and not in_clear:
            raise Rejected(
                _("Your direct chat with {user} is encrypted, and Portavoce cannot write there. "
                  "Write to them in another Matrix program.").format(user=user)
            )  # fmt: skip
        return in_clear[0] if in_clear else ""

    async def _both_inside(self, room: str, user: str) -> bool:
        """Whoever left a chat, or declined it, is not in it; one that was replaced goes on elsewhere."""
        ours, theirs, replaced = await asyncio.gather(
            self.rooms.ask_fact(room, MEMBER, self.me),
            self.rooms.ask_fact(room, MEMBER, user),
            self.rooms.ask_fact(room, TOMBSTONE),
        )
        inside = ours.text("membership") == "join" and theirs.text("membership") in ("join", "invite")
        return inside and not replaced.values

    async def _make(self, user: str, key: str) -> str:
        """A room of our own, still without anybody else."""
        await self._refuse_nobody(user)
        body: JsonObject = {"preset": "private_chat", "is_direct": True, "creation_content": {KEY: key}}
        return (await self.client.post(path_of("createRoom"), body)).need_id("room_id")

    async def _refuse_nobody(self, user: str) -> None:
        """Servers take an invitation for anybody, also for whom there is not."""
        try:
            await self.client.get(path_of("profile", user))
        except Gone as gone:
            raise Rejected(_("Nobody on Matrix is called {user}.").format(user=user)) from gone
        except Refusal:
            return  # not everybody's is shown

    async def _let_in(self, room: str, user: str) -> None:
        """Invite them, unless they were; a room in which nothing can be said is given up before they hear of it."""
        membership = (await self.rooms.ask_fact(room, MEMBER, user)).text("membership")
        if membership in ("leave", "ban"):
            raise Rejected(_("{user} declined the chat that this began.").format(user=user))
        if membership:
            return
        try:
            await self._refuse_secrets(room)
            invited: JsonObject = {"membership": "invite", "is_direct": True}
            await self.client.put(path_of("rooms", room, "state", MEMBER, user), invited)
        except Rejected:
            await self._give_up(room)
            raise

    async def _refuse_secrets(self, room: str) -> None:
        if (await self.rooms.ask_fact(room, ENCRYPTION)).values:
            raise Rejected(
                _("Your server encrypts every new chat, and Portavoce cannot write there. "
                  "Write to them in another Matrix program.")
            )  # fmt: skip

    async def _give_up(self, room: str) -> None:
        with suppress(Refusal):
            await self.client.post(path_of("rooms", room, "leave"))
            await self.client.post(path_of("rooms", room, "forget"))


async def note(client: Client, me: str, other: str, room: str) -> None:
    """Note a room as the direct chat with somebody, so that every program shows it as such."""
    known = await _noted(client, me)
    if room not in known.texts(other):
        path = path_of("user", me, "account_data", "m.direct")
        await client.put(path, {**known.values, other: [*known.texts(other), room]})


async def _noted(client: Client, me: str) -> Fields:
    try:
        return await client.get(path_of("user", me, "account_data", "m.direct"))
    except Gone:
        return Fields({})
