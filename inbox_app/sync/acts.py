"""From the act as it is stored to the act as a connector takes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import cast

from inbox_app.contract.acts import Act, OutgoingFile, ReadMark, Receipt, Target
from inbox_app.contract.remote import Location, RemoteRecipient
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.timecode import from_ms, to_ms
from inbox_app.domain.words import Action, ActKind, Kind
from inbox_app.storage import outbox

ReadBlob = Callable[[str], Awaitable[bytes]]
"""The bytes of a file by its digest."""


async def act_of(row: outbox.Outgoing, read_blob: ReadBlob) -> Act:
    """The act with its files' bytes; equal at each try but for the count."""
    said = row.act
    action = said["action"]
    return Act(
        key=row.key,
        kind=ActKind(row.kind),
        conversation_kind=Kind(str(said["conversation_kind"])),
        decided_at=from_ms(cast("int", said["decided_at"])),
        text=str(said["text"]),
        html=str(said.get("html", "")),
        title=str(said["title"]),
        target=_target(cast("JsonObject | None", said["target"])),
        action=None if action is None else Action(str(action)),
        value=str(said["value"]),
        sender=str(said.get("sender", "")),
        recipients=_recipients(said),
        files=tuple([await _file(cast("dict[str, str]", one), read_blob) for one in _list(said, "files")]),
        marks=tuple(_mark(one) for one in _list(said, "marks")) if "marks" in said else (),
        attempt=row.attempts,
        first_tried_at=None if row.first_tried_at is None else from_ms(row.first_tried_at),
    )


def to_stored(receipt: Receipt) -> outbox.Receipt:
    """A connector's receipt as the outbox keeps it."""
    sent_at = None if receipt.sent_at is None else to_ms(receipt.sent_at)
    return outbox.Receipt(receipt.remote_id, sent_at, receipt.url, receipt.extra)


def from_stored(receipt: outbox.Receipt) -> Receipt:
    """The inverse of `to_stored`."""
    sent_at = None if receipt.sent_at is None else from_ms(receipt.sent_at)
    return Receipt(receipt.remote_id or "", sent_at, receipt.url, receipt.extra)


def _target(said: JsonObject | None) -> Target | None:
    if said is None:
        return None
    post, extra = said["post"], said["extra"]
    return Target(
        remote_id=str(said["remote_id"]),
        keys=tuple(str(key) for key in _list(said, "keys")),
        author_handle=str(said["author_handle"]),
        author_name=str(said["author_name"]),
        text=str(said["text"]),
        title=str(said["title"]),
        sent_at=from_ms(cast("int", said["sent_at"])),
        post=None if post is None else str(post),
        recipients=_recipients(said),
        extra=cast("JsonObject | None", extra),
    )


def _recipients(said: JsonObject) -> tuple[RemoteRecipient, ...]:
    triples = (cast("list[str]", one) for one in _list(said, "recipients"))
    return tuple(RemoteRecipient(role, handle, name) for role, handle, name in triples)


def _mark(said: object) -> ReadMark:
    remote_id, read, places, *more = cast("tuple[str, bool | None, list[tuple[str, int, int]], bool | None]", said)
    return ReadMark(remote_id, read, tuple(Location(*place) for place in places), more[0] if more else None)


async def _file(said: dict[str, str], read_blob: ReadBlob) -> OutgoingFile:
    return OutgoingFile(
        said["name"],
        said["media_type"],
        await read_blob(said["digest"]),
        said["description"],
        said.get("content_id", ""),
    )


def _list(said: JsonObject, name: str) -> list[object]:
    return cast("list[object]", said[name])
