"""From acts to the content of events; pure.

https://spec.matrix.org/latest/client-server-api/#mroommessage, #rich-replies, #threading and #event-replacements
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

from connectors.matrix.fields import Fields
from connectors.matrix.wire import HTML, KEY
from inbox_app.contract.acts import Act, OutgoingFile, Target
from inbox_app.contract.decoding import parse_json
from inbox_app.contract.errors import Rejected
from inbox_app.contract.limits import Counting, Limits
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import ActKind, Kind

TEXT: Final = 30_000
"""Bytes of a text. A whole event may have 65,536, in which a quote or a line's end takes two."""
_EVENT: Final = 62_000
_USER: Final = re.compile(r"@[^\s:]+:[^\s/?#]+")
_LONGEST_ID: Final = 255
_SORTS: Final = ("image", "audio", "video")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an act's message is."""

    room: str
    event: str
    thread: str = ""

    @classmethod
    def of(cls, target: Target | None) -> Place:
        said = Fields(target.extra if target is not None and target.extra else {})
        if target is None or not said.some_id("room"):
            raise Rejected(_("This names no message."))
        return cls(said.some_id("room"), target.remote_id, said.some_id("thread"))


@dataclass(frozen=True, slots=True)
class Frozen:
    """What is sent: fixed for all tries, but for where the file was put for this one.

    Without a room it goes to the direct chat with `user`.
    """

    room: str
    user: str
    content: Fields


def limits(largest_file: int | None) -> Limits:
    """The same in every room; a text and a file make one message."""
    return Limits(text=TEXT, counting=Counting.BYTES, files=1, file_size=largest_file)


def freeze(act: Act) -> bytes:
    """The message: an answer, or to somebody in private.

    Raises:
        Rejected: neither is named.
    """
    content = {**(_file(act.files[0], act.text) if act.files else _text(act.text, act.html)), KEY: act.key}
    where: JsonObject
    if act.kind is ActKind.NEW:
        where = {"user": _person(act)}
        content["m.mentions"] = {}
    else:
        place = Place.of(act.target)
        where = {"room": place.room}
        content["m.relates_to"] = _relation(place)
        content["m.mentions"] = {"user_ids": [act.target.author_handle] if act.target is not None else []}
    return json.dumps({**where, "content": content}, ensure_ascii=False, sort_keys=True).encode()


def _person(act: Act) -> str:
    if act.conversation_kind is not Kind.DIRECT or len(act.recipients) != 1:
        raise Rejected(_("On Matrix a private message goes to one person."))
    handle = act.recipients[0].handle
    if _USER.fullmatch(handle) is None or len(handle.encode()) > _LONGEST_ID:
        raise Rejected(_("{handle} is no Matrix address. One looks like @anna:example.org.").format(handle=handle))
    return handle


def read(frozen: bytes) -> Frozen:
    """The inverse of `freeze`."""
    said = Fields.of(parse_json(frozen))
    user = said.some_id("user")
    return Frozen("" if user else said.need_id("room"), user, said.inner("content"))


def check(act: Act, frozen: Frozen) -> None:
    """Refuse what the server would not take.

    Raises:
        Rejected: too long, or too many files.
    """
    if not limits(None).allows_text(act.text) or len(json.dumps(frozen.content.values).encode()) > _EVENT * 2:
        raise Rejected(_("This is longer than one Matrix message can be."))
    if len(json.dumps(frozen.content.values, ensure_ascii=False).encode()) > _EVENT:
        raise Rejected(_("This is longer than one Matrix message can be."))
    if len(act.files) > 1:
        raise Rejected(_("One file goes with one message here."))


def edit(act: Act) -> JsonObject:
    """The replacement of a text of ours."""
    place, new = Place.of(act.target), _text(act.text, act.html)
    relation: JsonObject = {"rel_type": "m.replace", "event_id": place.event}
    return {**new, "body": f"* {act.text}", "m.new_content": new, "m.relates_to": relation, "m.mentions": {}}


def _text(text: str, html: str) -> JsonObject:
    plain: JsonObject = {"msgtype": "m.text", "body": text}
    return {**plain, "format": HTML, "formatted_body": html} if html else plain


def _file(file: OutgoingFile, text: str) -> JsonObject:
    """A file with what is written beside it; where it lies is added when it was put there."""
    sort = file.media_type.partition("/")[0]
    return {
        "msgtype": f"m.{sort}" if sort in _SORTS else "m.file",
        "filename": file.name,
        "body": text or file.description or file.name,
        "info": {"mimetype": file.media_type, "size": len(file.data)},
    }


def _relation(place: Place) -> JsonObject:
    answers: JsonObject = {"m.in_reply_to": {"event_id": place.event}}
    if not place.thread:
        return answers
    return {**answers, "rel_type": "m.thread", "event_id": place.thread, "is_falling_back": False}
