"""From a homeserver's answers to plain values; pure.

https://spec.matrix.org/latest/client-server-api/#get_matrixclientv3sync and #room-event-format. An event that is not
one is passed over: anybody in a room may send anything, and one of them must not hold up the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from connectors.matrix.fields import Fields
from inbox_app.content.names import safe_name
from inbox_app.contract.remote import RemoteAttachment
from inbox_app.domain.jsonvalue import JsonObject

MESSAGE: Final = "m.room.message"
STICKER: Final = "m.sticker"
ENCRYPTED: Final = "m.room.encrypted"
REACTION: Final = "m.reaction"
REDACTION: Final = "m.room.redaction"
POLLS: Final = ("m.poll.start", "org.matrix.msc3381.poll.start")
VOTES: Final = ("m.poll.response", "org.matrix.msc3381.poll.response")
ENDS: Final = ("m.poll.end", "org.matrix.msc3381.poll.end")
SPOKEN: Final = frozenset({MESSAGE, STICKER, ENCRYPTED, *POLLS})
"""What is shown as a message."""
KEY: Final = "org.portavoce.key"
"""Under this name a message of ours carries the key of the act that sent it."""
HTML: Final = "org.matrix.custom.html"
_FILES: Final = frozenset({"m.image", "m.file", "m.audio", "m.video"})
_MXC: Final = re.compile(r"mxc://([\w.:\[\]-]{1,255})/([\w-]{1,255})", re.ASCII)
_MOST_EVENTS: Final = 5000


@dataclass(frozen=True, slots=True)
class Relation:
    """How an event belongs to another. `root` is its thread's first message; `answers` is what it really answers."""

    type: str = ""
    event: str = ""
    key: str = ""
    root: str = ""
    answers: str = ""


@dataclass(frozen=True, slots=True)
class RoomEvent:
    """One event of a room. `edit` is the newest replacement that the server bundled with it."""

    id: str
    type: str
    sender: str
    at: datetime
    content: Fields
    state_key: str | None = None
    redacted: bool = False
    redacted_by: str = ""
    redacts: str = ""
    transaction: str = ""
    before: Fields | None = None
    edit: Fields | None = None

    @property
    def relation(self) -> Relation:
        said = self.content.inner("m.relates_to")
        kind, above = said.some_id("rel_type"), said.some_id("event_id")
        root = above if kind == "m.thread" else ""
        answers = said.inner("m.in_reply_to").some_id("event_id")
        falls_back = bool(root) and said.flag("is_falling_back")
        return Relation(kind, above, said.text("key")[:100], root, "" if falls_back else answers)

    @property
    def shown(self) -> Fields:
        """What is to be read: the newest text."""
        new = self.edit.inner("content").inner("m.new_content") if self.edit is not None else Fields({})
        return new if new.values else self.content

    @property
    def edited_at(self) -> datetime | None:
        return (
            self.edit.moment("origin_server_ts") if self.edit is not None and self.shown is not self.content else None
        )


@dataclass(frozen=True, slots=True)
class RoomNews:
    """What a sync tells of one room."""

    id: str
    state: tuple[RoomEvent, ...]
    timeline: tuple[RoomEvent, ...]
    limited: bool
    before: str
    """Where to go on backwards from the timeline's first event."""
    read: tuple[tuple[str, frozenset[str]], ...]
    """Events with whoever has read up to them."""
    left: bool = False


@dataclass(frozen=True, slots=True)
class Invite:
    """Somebody wants us in a room."""

    room: str
    by: str
    by_name: str
    room_name: str
    direct: bool


@dataclass(frozen=True, slots=True)
class Sync:
    """One answer of the sync. `directs` are the rooms with one person, where the server tells of them."""

    next: str
    rooms: tuple[RoomNews, ...]
    invites: tuple[Invite, ...]
    directs: frozenset[str] | None

    @property
    def is_empty(self) -> bool:
        return not (self.rooms or self.invites) and self.directs is None


def sync_of(said: Fields, me: str) -> Sync:
    """An answer of `/sync`."""
    rooms = said.inner("rooms")
    joined = [_news(room, news) for room, news in _each_room(rooms.inner("join"))]
    left = [_news(room, news, left=True) for room, news in _each_room(rooms.inner("leave"))]
    invites = [_invite(room, news, me) for room, news in _each_room(rooms.inner("invite"))]
    told = [one for one in said.inner("account_data").each("events") if one.text("type") == "m.direct"]
    directs = directs_of(told[-1].inner("content")) if told else None
    return Sync(said.need_id("next_batch"), (*joined, *left), tuple(invites), directs)


def directs_of(content: Fields) -> frozenset[str]:
    """The rooms of `m.direct`, whomever they are with."""
    return frozenset(room for person in content.values for room in content.texts(person))


def events_of(said: Iterable[Fields]) -> tuple[RoomEvent, ...]:
    """Those that are events."""
    return tuple(event for one in [*said][:_MOST_EVENTS] if (event := event_of(one)) is not None)


def event_of(said: Fields) -> RoomEvent | None:
    """One event, None where it is none."""
    name, kind, sender = said.some_id("event_id"), said.some_id("type"), said.some_id("sender")
    if not (name and kind and sender):
        return None
    unsigned, content = said.inner("unsigned"), said.inner("content")
    bundled = unsigned.inner("m.relations").inner("m.replace")
    by_its_author = bundled.some_id("sender") == sender
    return RoomEvent(
        id=name,
        type=kind,
        sender=sender,
        at=said.moment("origin_server_ts"),
        content=content,
        state_key=said.text("state_key") if "state_key" in said else None,
        redacted="redacted_because" in unsigned or (kind in SPOKEN and not content.values),
        redacted_by=unsigned.inner("redacted_because").some_id("sender"),
        redacts=said.some_id("redacts") or content.some_id("redacts"),
        transaction=unsigned.some_id("transaction_id"),
        before=unsigned.inner("prev_content") if "prev_content" in unsigned else None,
        edit=bundled if by_its_author else None,
    )


def attachment_of(content: Fields) -> RemoteAttachment | None:
    """The file of a message, None where it has none that could be fetched."""
    info, url = content.inner("info"), content.some_id("url")
    if content.text("msgtype") not in _FILES and "info" not in content:
        return None
    if _MXC.fullmatch(url) is None:
        return None
    name = safe_name(content.text("filename") or content.text("body")[:200])
    media_type = info.text("mimetype")[:100] or "application/octet-stream"
    return RemoteAttachment(url, name, media_type, size=max(info.number("size"), 0))


def caption_of(content: Fields) -> str:
    """What was written beside a file, which older programs do not tell apart from its name."""
    name, body = content.text("filename"), content.text("body")
    return body if name and body != name else ""


def media_parts(mxc: str) -> tuple[str, str] | None:
    """Server and id of a file's address."""
    found = _MXC.fullmatch(mxc)
    return (found[1], found[2]) if found else None


def html_of(content: Fields) -> str:
    """The formatted text without the quote that older programs put before an answer; empty where there is none."""
    if content.text("format") != HTML:
        return ""
    text = content.text("formatted_body")
    head, opened, rest = text.partition("<mx-reply>")
    return head + rest.partition("</mx-reply>")[2] if opened else text


def plain_of(content: Fields, *, answers: bool) -> str:
    """The same for the plain text."""
    lines = content.text("body").split("\n")
    if not answers or not re.match(r"> (\* )?<", lines[0]):
        return "\n".join(lines)
    quoted = next((number for number, line in enumerate(lines) if not line.startswith(">")), len(lines))
    return "\n".join(lines[quoted:]).lstrip("\n")


def reactions_of(events: Iterable[RoomEvent], me: str) -> tuple[Mapping[str, int], Mapping[str, str]]:
    """How many gave each emoji, and the events of ours among them by emoji."""
    whose = {(one.relation.key, one.sender): one.id for one in events if one.type == REACTION and not one.redacted}
    counts: dict[str, int] = {}
    for key, _sender in whose:
        if key:
            counts[key] = counts.get(key, 0) + 1
    return counts, {key: name for (key, sender), name in whose.items() if sender == me and key}


def _each_room(said: Fields) -> list[tuple[str, Fields]]:
    return [(room, said.inner(room)) for room in said.values if len(room) <= 255]


def _news(room: str, said: Fields, *, left: bool = False) -> RoomNews:
    timeline = said.inner("timeline")
    receipts = [
        one.inner("content") for one in said.inner("ephemeral").each("events") if one.text("type") == "m.receipt"
    ]
    return RoomNews(
        id=room,
        state=events_of(said.inner("state").each("events")),
        timeline=events_of(timeline.each("events")),
        limited=timeline.flag("limited"),
        before=timeline.some_id("prev_batch"),
        read=tuple((event, _readers(one.inner(event))) for one in receipts for event in one.values),
        left=left,
    )


def _readers(said: Fields) -> frozenset[str]:
    return frozenset(who for kind in ("m.read", "m.read.private") for who in said.inner(kind).values)


def _invite(room: str, said: Fields, me: str) -> Invite:
    by, name, direct = "", "", False
    names: JsonObject = {}
    for one in said.inner("invite_state").each("events"):
        content = one.inner("content")
        if one.text("type") == "m.room.member":
            names[one.text("state_key")] = content.text("displayname")
            if one.text("state_key") == me:
                by, direct = one.some_id("sender"), content.flag("is_direct")
        elif one.text("type") == "m.room.name":
            name = content.text("name")
        elif one.text("type") == "m.room.canonical_alias":
            name = name or content.text("alias")
    return Invite(room, by, Fields(names).text(by), name[:200], direct)
