"""From the community's plain values to the contract's events, and from acts to lines of the journal. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

from connectors.practice.abilities import abilities, place_of
from connectors.practice.chronicle import said_in
from connectors.practice.client import Community
from connectors.practice.journal import Deed, Entry
from connectors.practice.places import Place
from connectors.practice.said import ALONE, JOURNAL, LETTER, Published, Said, message_id
from connectors.practice.talk import ROOM, ROOM_TITLE
from inbox_app.contract.acts import Act
from inbox_app.contract.errors import Rejected
from inbox_app.contract.remote import (
    ConversationSeen,
    Event,
    MessageGone,
    MessageHidden,
    MessageSeen,
    PostSeen,
    ReactionsSeen,
    ReadElsewhere,
    RemoteAttachment,
    RemoteMessage,
    RemotePost,
)
from inbox_app.contract.texts import _
from inbox_app.domain.timecode import from_ms, to_ms
from inbox_app.domain.words import Action, ActKind, Direction, Kind

HEART = "❤️"
MEDIA_TYPES = {".png": "image/png", ".txt": "text/plain"}
_DEED_OF_ACTION = {
    Action.HIDE: Deed.HIDE,
    Action.SPAM: Deed.HIDE,
    Action.UNHIDE: Deed.SHOW,
    Action.APPROVE: Deed.SHOW,
    Action.DELETE: Deed.DELETE,
    Action.LIKE: Deed.REACT,
    Action.BLOCK: Deed.BLOCK,
    Action.UNBLOCK: Deed.UNBLOCK,
    Action.REPORT: Deed.REPORT,
}
_WINDOW = timedelta(days=2)
Dated = tuple[int, Event]
"""A moment in milliseconds and what happened then."""


def message(town: Community, said: Said, *, history: bool) -> RemoteMessage:
    """One message of the community as the contract wants it."""
    ours = said.member is None
    return RemoteMessage(
        remote_id=said.id,
        kind=Kind.DIRECT if said.private else town.world.shape.kind,
        keys=said.keys,
        author=town.world.author(said.member),
        direction=Direction.OUTGOING if ours else Direction.INCOMING,
        sent_at=from_ms(said.at),
        text=said.text,
        parent=said.parent,
        post=said.post,
        title=said.title if town.place is Place.MAIL else "",
        edited_at=None if said.edited_at is None else from_ms(said.edited_at),
        attachments=tuple([attachment(said.id, name) for name in said.files]) if said.files else (),
        key=said.key,
        needs_work=said.calls_us,
        history=history,
        hidden=said.hidden,
        abilities=abilities(
            place_of(town.place, private=said.private),
            ours=ours,
            closed=said.closed,
            blocked=not ours and said.member in town.chronicle.blocked,
        ),
    )


def attachment(message_name: str, name: str) -> RemoteAttachment:
    """A file of a message, to be fetched by its name."""
    media_type = MEDIA_TYPES.get(PurePath(name).suffix.lower(), "application/octet-stream")
    return RemoteAttachment(f"{message_name}/{name}", name, media_type)


def tell(town: Community, first: Said, *, history: bool) -> Iterator[Dated]:
    """A message with its reactions and its end, as it stands now."""
    said = town.as_it_stands(first)
    yield said.at, MessageSeen(message(town, said, history=history))
    marks = town.chronicle.marks.get(said.id)
    if said.likes or (marks and marks.reactions):
        yield said.at, reactions_of(town, said)
    if said.closed:
        yield said.at, closing(town, said)
    if said.deleted_at is not None:
        yield said.at, MessageGone(said.id, from_ms(said.deleted_at), by_author=_by_author(town, first))


def _by_author(town: Community, first: Said) -> bool:
    mark = town.chronicle.marks.get(first.id)
    return first.deleted_at is not None or (mark is not None and mark.by_author)


def reactions_of(town: Community, said: Said) -> ReactionsSeen:
    """All reactions to a message, ours among them."""
    mark = town.chronicle.marks.get(said.id)
    ours = frozenset(mark.reactions) if mark else frozenset()
    counts = {HEART: said.likes} if said.likes else {}
    for reaction in sorted(ours):
        counts[reaction] = counts.get(reaction, 0) + 1
    return ReactionsSeen(said.id, tuple(counts.items()), ours)


def closing(town: Community, said: Said) -> ConversationSeen:
    """The reply window of a conversation is over."""
    return ConversationSeen(
        town.world.shape.kind,
        said.keys,
        abilities=abilities(town.place, ours=False, closed=True),
        reply_until=from_ms(said.at) + _WINDOW,
    )


def naming(town: Community) -> tuple[Event, ...]:
    """What the room is called: elsewhere a conversation has its name from its post, its subject or its people."""
    kind = town.world.shape.kind
    return (ConversationSeen(kind, (ROOM,), title=ROOM_TITLE),) if town.place is Place.ROOM else ()


def tell_post(town: Community, post: Published) -> Dated:
    """A post of ours or a member's topic."""
    return post.at, PostSeen(
        RemotePost(
            post.id,
            post.title,
            post.text,
            from_ms(post.at),
            town.world.author(post.member),
            picture_url=post.picture,
            comment_count=post.comments,
            reaction_count=post.reactions,
        )
    )


def tell_entry(town: Community, entry: Entry, *, history: bool = False) -> Iterator[Dated]:
    """What a line of the journal means for somebody who pulls."""
    at = from_ms(entry.at)
    match entry.deed:
        case Deed.MESSAGE:
            yield from tell(town, said_in(entry), history=history)
        case Deed.POST:
            yield tell_post(town, Published(entry.id, None, entry.at, entry.title, entry.text))
        case Deed.HIDE | Deed.SHOW:
            yield entry.at, MessageHidden(entry.target, entry.deed is Deed.HIDE, at)
        case Deed.DELETE:
            yield entry.at, MessageGone(entry.target, at, by_author=entry.member is not None)
        case Deed.READ:
            yield entry.at, ReadElsewhere(entry.target)
        case Deed.EDIT | Deed.REACT | Deed.UNREACT:
            yield from _tell_again(town, entry, history=history)
        case _:
            return


def _tell_again(town: Community, entry: Entry, *, history: bool) -> Iterator[Dated]:
    said = town.said(entry.target)
    if said is None:
        return
    if entry.deed is Deed.EDIT:
        yield entry.at, MessageSeen(message(town, town.as_it_stands(said), history=history))
    else:
        yield entry.at, reactions_of(town, town.as_it_stands(said))


def freeze(act: Act) -> bytes:
    """The request for an act that brings something new: all of it but the time and the files' bytes."""
    target = act.target
    return json.dumps(
        {
            "key": act.key,
            "kind": act.kind,
            "text": act.text,
            "title": act.title,
            "target": target.remote_id if target else "",
            "keys": target.keys if target else (),
            "post": target.post if target else None,
            "to": [one.handle for one in act.recipients],
            "private": act.conversation_kind is Kind.DIRECT,
            "files": [file.name for file in act.files],
        },
        sort_keys=True,
    ).encode()


def thaw(place: Place, frozen: bytes, now: datetime, copies: int) -> Entry:
    """The line that a frozen request becomes; `copies` is how many there are with its key."""
    said = json.loads(frozen)
    name = said["key"] if not copies else f"{said['key']}.{copies}"
    if said["kind"] == ActKind.POST:
        post = f"{LETTER[place]}p{JOURNAL}{name}"
        return Entry(to_ms(now), Deed.POST, post, said["key"], text=said["text"], title=said["title"])
    remote_id = message_id(place, JOURNAL, name)
    private = said.get("private", False) and place is not Place.DIRECT
    return Entry(
        at=to_ms(now),
        deed=Deed.MESSAGE,
        id=remote_id,
        key=said["key"],
        target=said["target"],
        text=said["text"],
        title=_title(place, said["title"], answers=bool(said["target"])),
        keys=_private_keys(place, said) if private else _keys(place, remote_id, tuple(said["keys"])),
        post=None if private else said["post"],
        files=tuple(said["files"]),
        private=private,
    )


def _title(place: Place, title: str, *, answers: bool) -> str:
    return f"Re: {title.removeprefix('Re: ')}" if place is Place.MAIL and answers else title


def _private_keys(place: Place, said: Mapping[str, Any]) -> tuple[str, ...]:
    """One conversation with each person, begun or gone on with."""
    if said["kind"] == ActKind.NEW:
        return (f"{LETTER[place]}{ALONE}{said['to'][0]}",)
    return tuple(said["keys"])


def _keys(place: Place, remote_id: str, keys: tuple[str, ...]) -> tuple[str, ...]:
    if place is Place.MAIL:
        return (*(key for key in keys[-8:] if key != remote_id), remote_id)
    return keys or (remote_id,)


def entry_of(act: Act, now: datetime) -> Entry:
    """The line for an act that changes what is there.

    Raises:
        Rejected: the community knows no such act.
    """
    entry = Entry(to_ms(now), Deed.READ, key=act.key, target=act.target.remote_id if act.target else "")
    match act.kind:
        case ActKind.READ_MARK:
            return entry
        case ActKind.EDIT:
            return replace(entry, deed=Deed.EDIT, text=act.text)
        case ActKind.DELETION:
            return replace(entry, deed=Deed.DELETE)
        case ActKind.REACTION:
            taken_back = act.value.startswith("-")
            return replace(
                entry, deed=Deed.UNREACT if taken_back else Deed.REACT, value=act.value.removeprefix("-") or HEART
            )
        case ActKind.MODERATION if act.action in _DEED_OF_ACTION:
            deed = _DEED_OF_ACTION[act.action]
            return replace(entry, deed=deed, value=HEART if deed is Deed.REACT else act.value)
        case _:
            raise Rejected(_("The practice community does not know how to do this."))
