"""What must be in the tables after a set of messages was told, worked out slowly and simply from the set itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from inbox_app.contract.remote import RemoteMessage
from inbox_app.domain.timecode import ms_of, to_ms
from inbox_app.domain.titles import bare_title
from inbox_app.domain.words import Direction, Kind
from inbox_app.storage.schema import conversation, handle, member, message, participant, thread, unread

TREES = (Kind.COMMENTS, Kind.MENTION, Kind.FORUM, Kind.REVIEW, Kind.FEED)


@dataclass(frozen=True)
class Told:
    """A set of messages, which of them are deleted by now, and the titles of the posts that were seen."""

    messages: tuple[RemoteMessage, ...]
    deleted: frozenset[str] = frozenset()
    posts: frozenset[tuple[str, str]] = frozenset()


def expected(told: Told, ids: Mapping[str, int]) -> dict[str, Any]:
    """The whole picture. `ids` only orders messages of the same moment."""
    by_id = {one.remote_id: one for one in told.messages}
    parts = _partition(told.messages)
    asking = {one.remote_id for part in parts for one in _asking(part, by_id, told)}
    return {
        "parents": {one.remote_id: _parent(one, by_id) for one in told.messages},
        "needs_reply": asking,
        "unread": {
            one.remote_id
            for one in told.messages
            if _incoming(one) and not one.history and not one.context and one.remote_id not in told.deleted
        },
        "conversations": {
            frozenset(one.remote_id for one in part): _conversation(part, asking, told, ids) for part in parts
        },
        "members": _members(told.messages),
    }


def _incoming(one: RemoteMessage) -> bool:
    return one.direction is Direction.INCOMING


def _partition(messages: Iterable[RemoteMessage]) -> list[list[RemoteMessage]]:
    parts: list[tuple[set[tuple[Kind, str]], list[RemoteMessage]]] = []
    for one in messages:
        keys = {(one.kind, key) for key in one.keys}
        touching = [part for part in parts if part[0] & keys]
        parts = [part for part in parts if part not in touching]
        parts.append((keys.union(*(part[0] for part in touching)), [one, *(m for part in touching for m in part[1])]))
    return [part[1] for part in parts]


def _parent(one: RemoteMessage, by_id: Mapping[str, RemoteMessage]) -> str | None:
    return one.parent if one.parent in by_id and one.parent != one.remote_id else None


def _asking(part: list[RemoteMessage], by_id: Mapping[str, RemoteMessage], told: Told) -> list[RemoteMessage]:
    answers = [one for one in told.messages if not _incoming(one)]
    here = [to_ms(one.sent_at) for one in part if not _incoming(one)]

    def answered(one: RemoteMessage) -> bool:
        if any(_is_below(answer, one.remote_id, by_id) for answer in answers):
            return True
        return one.kind not in TREES and any(to_ms(one.sent_at) < moment for moment in here)

    return [
        one
        for one in part
        if _incoming(one) and one.needs_work and not one.context and not one.history
        and one.remote_id not in told.deleted and not answered(one)
    ]  # fmt: skip


def _is_below(answer: RemoteMessage, above: str, by_id: Mapping[str, RemoteMessage]) -> bool:
    current, seen = _parent(answer, by_id), set[str]()
    while current is not None and current not in seen:
        if current == above:
            return True
        seen.add(current)
        current = _parent(by_id[current], by_id)
    return False


def _conversation(part: list[RemoteMessage], asking: set[str], told: Told, ids: Mapping[str, int]) -> dict[str, Any]:
    counted = sorted((one for one in part if not one.context), key=lambda one: ids[one.remote_id])
    outgoing = [one for one in counted if not _incoming(one)]
    incoming = [one for one in counted if _incoming(one)]
    open_ones = sum(one.remote_id in asking for one in part)
    return {
        "count": len(counted),
        "needs_reply": open_ones,
        "last": counted[-1].remote_id if counted else None,
        "last_in": incoming[-1].remote_id if incoming else None,
        "last_out": outgoing[-1].remote_id if outgoing else None,
        "snippet": counted[-1].text if counted else "",
        "title": _title(part, counted, incoming, dict(told.posts)),
        "state": "open" if open_ones else "waiting" if outgoing and not outgoing[-1].history else "done",
        "key": min(key for one in part for key in one.keys),
        "files": sum(len(one.attachments) for one in part),
        "participants": {
            who: sum(one.author.remote_id == who for one in counted)
            for who in {one.author.remote_id for one in counted}
        },
    }


def _title(
    part: list[RemoteMessage],
    counted: list[RemoteMessage],
    incoming: list[RemoteMessage],
    posts: Mapping[str, str],
) -> str:
    if part[0].kind is Kind.DIRECT:
        return incoming[-1].author.name if incoming else ""
    under = {one.post for one in part if one.post}
    if under:
        return posts.get(under.pop(), "")
    return next((bare_title(one.title) for one in counted if one.title), "")


def _members(messages: Iterable[RemoteMessage]) -> dict[str, tuple[int, int | None, int | None]]:
    people = {one.author.remote_id for one in messages if _incoming(one)}
    counted: dict[str, tuple[int, int | None, int | None]] = {}
    for who in people:
        moments = [to_ms(one.sent_at) for one in messages if one.author.remote_id == who and not one.context]
        counted[who] = (len(moments), min(moments, default=None), max(moments, default=None))
    return counted


def found(conn: Connection) -> tuple[dict[str, Any], dict[str, int]]:
    """The same picture as the tables show it, and the ids of the messages."""
    messages = conn.execute(select(message, thread.c.key).join(thread, thread.c.id == message.c.thread)).all()
    named = {row.id: row.remote_id for row in messages}
    talks = conn.execute(select(conversation).where(conversation.c.merged_into.is_(None))).all()
    assert all(row.received_at >= ms_of(row.id) for row in messages)
    picture = {
        "parents": {row.remote_id: named.get(row.parent) for row in messages},
        "needs_reply": {row.remote_id for row in messages if row.needs_reply},
        "unread": {named[one] for one in conn.execute(select(unread.c.message)).scalars()},
        "conversations": {
            frozenset(row.remote_id for row in messages if row.conversation == talk.id): {
                "count": talk.message_count,
                "needs_reply": talk.needs_reply_count,
                "last": named.get(talk.last_message),
                "last_in": named.get(talk.last_incoming),
                "last_out": named.get(talk.last_outgoing),
                "snippet": talk.snippet,
                "title": talk.title,
                "state": talk.state,
                "key": _only({row.key for row in messages if row.conversation == talk.id}),
                "files": talk.attachment_count,
                "participants": _participants(conn, talk.id),
            }
            for talk in talks
        },
        "members": _stored_members(conn),
    }
    return picture, {row.remote_id: row.id for row in messages}


def _only(values: set[str]) -> str:
    (value,) = values
    return value


def _participants(conn: Connection, talk: str) -> dict[str, int]:
    rows = conn.execute(
        select(handle.c.remote_id, participant.c.message_count)
        .join(handle, handle.c.id == participant.c.handle)
        .where(participant.c.conversation == talk)
    )
    return {row[0]: row[1] for row in rows}


def _stored_members(conn: Connection) -> dict[str, tuple[int, int | None, int | None]]:
    rows = conn.execute(
        select(handle.c.remote_id, member.c.message_count, member.c.first_seen, member.c.last_seen).join(
            member, member.c.id == handle.c.member
        )
    )
    return {row[0]: (row[1], row[2], row[3]) for row in rows}
