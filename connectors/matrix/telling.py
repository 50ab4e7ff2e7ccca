"""From a room's events to the events of the contract."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from connectors.matrix import abilities
from connectors.matrix.polls import poll_of, question_of
from connectors.matrix.rooms import Room, Rooms
from connectors.matrix.wire import (
    ENCRYPTED,
    KEY,
    POLLS,
    Invite,
    RoomEvent,
    attachment_of,
    caption_of,
    html_of,
    plain_of,
)
from inbox_app.content.parsed import CleanHtml, Unparsable
from inbox_app.content.worker import Worker
from inbox_app.contract.remote import (
    ConversationSeen,
    Event,
    MessageSeen,
    RemoteAuthor,
    RemoteMessage,
    RemoteRecipient,
)
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.marks import NO_MARKS, Marks
from inbox_app.domain.words import Direction, Kind

_MOST_MENTIONS: Final = 50
_TITLE: Final = 80
_PLAIN: Final = frozenset({"m.text", "m.notice", "m.emote"})
_LONGEST: Final = 65_536


@dataclass(frozen=True, slots=True)
class Us:
    """Who we are, by every name that may mean us in a text."""

    id: str
    name: str = ""

    def is_named(self, text: str) -> bool:
        """Whether a text without a list of those it mentions mentions us."""
        names = "|".join(re.escape(one) for one in (self.id, self.name) if len(one) > 1)
        return re.search(rf"(?<!\w)(?:{names})(?!\w)", text[:_LONGEST], re.IGNORECASE) is not None


@dataclass(slots=True)
class Teller:
    """Tells what was seen for one account, while it is connected."""

    us: Us
    rooms: Rooms
    content: Worker
    introduced: set[str] = field(default_factory=set)
    """Conversations that were told of as a whole."""

    async def tell(self, room: Room, event: RoomEvent, *, history: bool) -> list[Event]:
        """A message, and first the conversation that it stands in where that is new here."""
        return [*await self._introduce(room, event), MessageSeen(await self._message(room, event, history=history))]

    async def describe(self, room: Room) -> ConversationSeen:
        """The room as a whole."""
        self.introduced.add(room.id)
        direct = await self.rooms.is_direct(room)
        title = "" if direct and not room.name else room.title
        return ConversationSeen(
            Kind.DIRECT if direct else Kind.ROOM, room.keys, title=title, abilities=abilities.of_room(room)
        )

    def invite(self, invite: Invite, remote_id: str, now: datetime) -> list[Event]:
        """An invitation, which waits for being accepted or declined, and the conversation that would begin with it."""
        kind, name = Kind.DIRECT if invite.direct else Kind.ROOM, invite.by_name or invite.by
        if invite.direct:
            text = _("{name} invites you to a direct chat.").format(name=name)
        else:
            room = invite.room_name or _("without a name")
            text = _("{name} invites you to the room “{room}”.").format(name=name, room=room)
        can = abilities.of_invite()
        message = RemoteMessage(
            remote_id=remote_id,
            kind=kind,
            keys=(invite.room,),
            author=author_of(invite.by or invite.room, invite.by_name),
            direction=Direction.INCOMING,
            sent_at=now,
            text=text,
            abilities=can,
            extra={"room": invite.room, "invited_by": invite.by, "direct": invite.direct},
        )
        title = "" if invite.direct else invite.room_name
        return [ConversationSeen(kind, (invite.room,), title=title, abilities=can), MessageSeen(message)]

    async def _introduce(self, room: Room, event: RoomEvent) -> list[Event]:
        told: list[Event] = []
        if room.id not in self.introduced:
            told.append(await self.describe(room))
        root = event.relation.root
        if root and root not in self.introduced:
            self.introduced.add(root)
            first = await self.rooms.event(room.id, root)
            words = " ".join(plain_of(first.shown, answers=False).split()) if first is not None else ""
            short = words if len(words) <= _TITLE else f"{words[:_TITLE].rstrip()}…"
            title = " · ".join(filter(None, (short, room.title)))
            kind = Kind.DIRECT if await self.rooms.is_direct(room) else Kind.ROOM
            told.append(
                ConversationSeen(kind, (thread_key(room.id, root),), title=title, abilities=abilities.of_room(room))
            )
        return told

    async def _message(self, room: Room, event: RoomEvent, *, history: bool) -> RemoteMessage:
        ours, direct, said = event.sender == self.us.id, await self.rooms.is_direct(room), event.relation
        clean, file = await self._clean(event), attachment_of(event.shown)
        name = await self.rooms.name_of(room.id, event.sender)
        return RemoteMessage(
            remote_id=event.id,
            kind=Kind.DIRECT if direct else Kind.ROOM,
            keys=(thread_key(room.id, said.root),) if said.root else room.keys,
            author=author_of(event.sender, name),
            direction=Direction.OUTGOING if ours else Direction.INCOMING,
            sent_at=event.at,
            text=f"* {name or event.sender} {clean.text}" if _sort(event) == "m.emote" else clean.text,
            html=None if _sort(event) == "m.emote" else clean.html or None,
            parent=said.answers or said.root or None,
            edited_at=event.edited_at,
            attachments=(file,) if file is not None else (),
            recipients=tuple(RemoteRecipient("mention", who) for who in _mentioned(event)),
            key=event.content.text(KEY) or None if ours else None,
            url=f"https://matrix.to/#/{room.id}/{event.id}",
            needs_work=not ours and await self._asks(room, event, direct=direct, history=history),
            history=history,
            abilities=abilities.of_message(
                room, event.sender, direct=direct, editable=event.content.text("msgtype") in _PLAIN
            ),
            extra=_extra(room, said.root),
            marks=await self._marks(room, event),
        )

    async def _marks(self, room: Room, event: RoomEvent) -> Marks:
        if event.type not in POLLS:
            return NO_MARKS
        return Marks(poll=poll_of(event, await self.rooms.references(room.id, event.id), room.power))

    async def _asks(self, room: Room, event: RoomEvent, *, direct: bool, history: bool) -> bool:
        """In a room only what mentions or answers us asks for an answer; what a machine says never does."""
        if _sort(event) == "m.notice":
            return False
        if direct or self._is_mentioned(event):
            return True
        if history:
            return False
        above = [one for one in (event.relation.answers, event.relation.root) if one]
        found = [await self.rooms.event(room.id, one) for one in above]
        return any(one is not None and one.sender == self.us.id for one in found)

    def _is_mentioned(self, event: RoomEvent) -> bool:
        if "m.mentions" in event.content:
            return self.us.id in _mentioned(event)
        return self.us.is_named(plain_of(event.shown, answers=bool(event.relation.answers)))

    async def _clean(self, event: RoomEvent) -> CleanHtml:
        if event.type == ENCRYPTED:
            return CleanHtml("", _("This message is encrypted and cannot be read here."))
        if event.type in POLLS:
            return CleanHtml("", question_of(event.shown))
        shown = event.shown
        if attachment_of(shown) is not None:
            return CleanHtml("", caption_of(shown))
        if source := html_of(shown):
            clean = await self.content.clean(source)
            if not isinstance(clean, Unparsable) and (clean.text or clean.html):
                return clean
        return CleanHtml("", plain_of(shown, answers=bool(event.relation.answers)))


def thread_key(room: str, root: str) -> str:
    """The key of a thread's conversation."""
    return f"{room}|{root}"


def author_of(user: str, name: str) -> RemoteAuthor:
    """Known by the whole address, which is the same in every room."""
    return RemoteAuthor(remote_id=user, handle=user, name=name, profile_url=f"https://matrix.to/#/{user}")


def _sort(event: RoomEvent) -> str:
    return event.content.text("msgtype")


def _mentioned(event: RoomEvent) -> list[str]:
    return event.content.inner("m.mentions").texts("user_ids")[:_MOST_MENTIONS]


def _extra(room: Room, root: str) -> JsonObject:
    """What an answer, an edit or a deletion needs again."""
    return {"room": room.id, **({"thread": root} if root else {})}
