"""The record for what we write: its key, its text, what it answers. Pure, but for the files and names added last.

https://docs.bsky.app/docs/advanced-guides/posts
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from connectors.bluesky.chats import PREFIX
from connectors.bluesky.fields import Fields
from connectors.bluesky.tid import tid_of
from connectors.bluesky.wire import POST
from inbox_app.contract.acts import Act
from inbox_app.contract.decoding import parse_json
from inbox_app.contract.errors import Rejected
from inbox_app.contract.limits import Counting, Limits
from inbox_app.contract.texts import _
from inbox_app.domain.jsonvalue import JsonObject, JsonValue
from inbox_app.domain.words import ActKind, Kind

PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "image/heic"})
LIMITS: Final = Limits(300, Counting.GRAPHEMES, files=4, file_size=2_000_000, media_types=PICTURES, descriptions=True)
CHAT_LIMITS: Final = Limits(1000, Counting.GRAPHEMES, files=0)
_BYTES: Final = {True: 10_000, False: 3_000}
"""What a message, and a post, may have in bytes whatever it has in signs."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What was fixed for all tries: a record with its key, or a private message."""

    text: str
    rkey: str
    record: JsonObject
    chat: bool
    convo: str
    recipients: tuple[str, ...]


def freeze(act: Act) -> bytes:
    """Everything that follows from the act alone."""
    chat = act.kind is ActKind.NEW or act.conversation_kind is Kind.DIRECT
    body: JsonObject = {"text": text_of(act), "chat": chat}
    if chat:
        said = Fields(act.target.extra if act.target and act.target.extra else {})
        people: list[JsonValue] = [one.handle for one in act.recipients]
        if act.kind is ActKind.NEW and said.text("did"):
            people = [said.text("did")]  # a handle can change, and be given to somebody else
        body |= {"convo": said.text("convo"), "recipients": people}
    else:
        body |= {"rkey": tid_of(act.decided_at, act.key), "record": _record(act)}
    return json.dumps(body, ensure_ascii=False, sort_keys=True).encode()


def read_frozen(frozen: bytes) -> Frozen:
    """The inverse of `freeze`."""
    said = Fields.of(parse_json(frozen))
    return Frozen(
        said.text("text"),
        said.text("rkey"),
        said.inner("record").values,
        said.flag("chat"),
        said.text("convo"),
        tuple(said.texts("recipients")),
    )


def text_of(act: Act) -> str:
    """A post's title is its first line."""
    return f"{act.title}\n\n{act.text}" if act.title and act.kind is ActKind.POST else act.text


def moment(at: datetime) -> str:
    """A time as records have it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def limits_of(keys: tuple[str, ...]) -> Limits:
    """What one message may hold: in private more text, and no files."""
    return CHAT_LIMITS if any(one.startswith(PREFIX) for one in keys) else LIMITS


def check(frozen: Frozen, act: Act) -> None:
    """Refuse what the service would.

    Raises:
        Rejected: too long, too many files, too large, or no pictures.
    """
    limits = CHAT_LIMITS if frozen.chat else LIMITS
    if not limits.allows_text(frozen.text) or len(frozen.text.encode()) > _BYTES[frozen.chat]:
        raise Rejected(
            _("This has {length} characters; Bluesky takes {limit}.").format(
                length=limits.length(frozen.text), limit=limits.text
            )
        )
    if len(act.files) > (limits.files or 0):
        raise Rejected(_("At most {limit} files go with one message here.").format(limit=limits.files))
    for file in act.files:
        if file.media_type not in PICTURES:
            raise Rejected(_("{name} is no picture, and Bluesky takes no other files.").format(name=file.name))
        if limits.file_size is not None and len(file.data) > limits.file_size:
            raise Rejected(_("{name} is larger than the 2 MB that Bluesky takes.").format(name=file.name))


def whole(frozen: Frozen, facets: Sequence[JsonObject], images: Sequence[JsonObject]) -> JsonObject:
    """The record to write: what was fixed, with its facets and the pictures that were uploaded."""
    record = dict(frozen.record)
    if facets:
        record["facets"] = [*facets]
    if images:
        record["embed"] = {"$type": "app.bsky.embed.images", "images": [*images]}
    return record


def _record(act: Act) -> JsonObject:
    said = Fields(act.target.extra if act.target and act.target.extra else {})
    record: JsonObject = {"$type": POST, "text": text_of(act), "createdAt": moment(act.decided_at)}
    if act.kind is ActKind.REPLY and act.target is not None:
        parent: JsonObject = {"uri": act.target.remote_id, "cid": said.text("cid")}
        root = said.inner("root")
        record["reply"] = {"root": root.values or parent, "parent": parent}
    language = act.value or (said.text("language") if act.kind is ActKind.REPLY else "")
    if language:
        record["langs"] = [language]
    return record
