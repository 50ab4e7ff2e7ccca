"""What we did about a member: decisions about conversations in which they spoke, acts on what they said, reminders."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select

from inbox_app.domain.ids import ColleagueId, ConversationId, HandleId, MemberId, MessageId, OperationId
from inbox_app.domain.member_deeds import TAKEN_BACK, Deed, DeedLine, Step
from inbox_app.domain.timecode import from_ms
from inbox_app.domain.words import Action, ActKind, OutboxState
from inbox_app.storage.bulk import one_of
from inbox_app.storage.circles import parts_of
from inbox_app.storage.history import tags_of
from inbox_app.storage.schema import (
    colleague,
    conversation,
    message,
    message_text,
    operation,
    operation_on,
    outbox,
    participant,
    post,
    reminder,
)

_DECISIONS = ("done", "reopen", "snooze", "assign", "tag", "hat", "priority", "macro")
"""What is hidden, marked as spam or shown again is an act on the service, which is told by itself."""
_ACTS = (ActKind.REACTION, ActKind.MODERATION)
_SNIPPET = 300
_Row = Row[*tuple[Any, ...]]
_TITLE = func.coalesce(func.nullif(post.c.title, ""), func.nullif(conversation.c.title, ""), conversation.c.snippet, "")


def decided(conn: Connection, handles: Collection[HandleId], until: int | None, limit: int) -> list[DeedLine]:
    """The newest decisions that stand about conversations in which these spoke, one line each however many it was."""
    about = select(operation_on.c.operation).where(operation_on.c.conversation.in_(_theirs(handles)))
    wanted = (
        select(operation.c.id, operation.c.kind, operation.c.at, colleague.c.name)
        .outerjoin(colleague, colleague.c.id == operation.c.colleague)
        .where(operation.c.id.in_(about), operation.c.kind.in_(_DECISIONS), operation.c.undone_at.is_(None))
        .order_by(operation.c.at.desc())
        .limit(limit)
    )
    rows = conn.execute(wanted if until is None else wanted.where(operation.c.at <= until)).all()
    places = _places(conn, [row.id for row in rows], handles)
    tags = tags_of(conn, [OperationId(row.id) for row in rows if row.kind in ("tag", "macro")])
    return [_decision(row, places[row.id], tags.get(row.id, ())) for row in rows if row.id in places]


def _decision(row: _Row, place: _Row, tags: tuple[str, ...]) -> DeedLine:
    where = ConversationId(place.id)
    told = (from_ms(row.at), row.name or "", place.title)
    return DeedLine(Deed.DECISION, row.kind, *told, where, named=tags, more=place.several - 1)


def _places(conn: Connection, decisions: Sequence[str], handles: Collection[HandleId]) -> dict[str, _Row]:
    """Of each decision the conversation of theirs in which something was said last, and how many of theirs it was."""
    newest = (
        select(
            operation_on.c.operation,
            func.count().label("several"),
            func.max(conversation.c.last_message).label("last"),
        )
        .join(conversation, conversation.c.id == operation_on.c.conversation)
        .where(one_of(operation_on.c.operation, decisions), operation_on.c.conversation.in_(_theirs(handles)))
        .group_by(operation_on.c.operation)
        .subquery()
    )
    shown = (
        select(newest.c.operation, newest.c.several, conversation.c.id, _TITLE.label("title"))
        .join(message, message.c.id == newest.c.last)
        .join(conversation, conversation.c.id == message.c.conversation)
        .outerjoin(post, post.c.id == conversation.c.post)
    )
    return {row.operation: row for row in conn.execute(shown)} if decisions else {}


def acted(conn: Connection, handles: Collection[HandleId], until: int | None) -> list[DeedLine]:
    """What was done on the service to what these said, and arrived there."""
    wanted = (
        select(outbox.c.act, outbox.c.kind, outbox.c.decided_at, colleague.c.name, message.c.id)
        .add_columns(message.c.conversation, message_text.c.body)
        .join(message, message.c.id == outbox.c.target)
        .outerjoin(message_text, message_text.c.id == message.c.id)
        .outerjoin(colleague, colleague.c.id == outbox.c.colleague)
        .where(one_of(message.c.author, handles), outbox.c.kind.in_(_ACTS), outbox.c.state == OutboxState.DELIVERED)
    )
    rows = conn.execute(wanted if until is None else wanted.where(outbox.c.decided_at <= until))
    return [_act(row) for row in rows]


def _act(row: _Row) -> DeedLine:
    act = json.loads(row.act)
    kind, value = str(act.get("action") or row.kind), str(act.get("value") or "")
    kind = TAKEN_BACK if kind == Action.REACT and value.startswith("-") else kind
    told = (from_ms(row.decided_at), row.name or "", " ".join((row.body or "").split())[:_SNIPPET])
    reacted = (value.removeprefix("-"),) if value and row.kind == ActKind.REACTION else ()
    return DeedLine(Deed.ACT, kind, *told, ConversationId(row.conversation), MessageId(row.id), reacted)


def reminded(
    conn: Connection, me: ColleagueId, whose: MemberId | None, handles: Collection[HandleId], now: int
) -> list[DeedLine]:
    """What became of one's own reminders on conversations in which these spoke, and on the member named."""
    on: list[ColumnElement[bool]] = [reminder.c.conversation.in_(_theirs(handles))]
    if whose is not None:
        on.append(one_of(reminder.c.member, parts_of(conn, [whose])))
    asked = (
        select(*reminder.c, _TITLE.label("title"))
        .outerjoin(conversation, conversation.c.id == reminder.c.conversation)
        .outerjoin(post, post.c.id == conversation.c.post)
        .where(reminder.c.owner == me, or_(*on))
        .order_by(reminder.c.due_at)
    )
    rows = conn.execute(asked).all()
    fired = {(_series(row), row.fired_at) for row in rows if row.every}
    lines, begun = list[DeedLine](), set[tuple[object, ...]]()
    for row in rows:
        # What repeats is set once, and keeps that moment in each of its rows.
        is_first = not row.every or (_series(row), row.made_at) not in begun
        begun.add((_series(row), row.made_at))
        steps = _steps(row, now, is_followed=bool(row.every) and (_series(row), row.done_at) in fired)
        lines += [_reminder(row, step, at) for step, at in steps if is_first or step is not Step.SET]
    return lines


def _steps(row: _Row, now: int, *, is_followed: bool) -> Iterator[tuple[Step, int]]:
    yield Step.SET, row.made_at
    if row.done_at is not None:
        kept = Step.KEPT if row.fired_at is not None else Step.LIFTED
        yield Step.MISSED if is_followed else kept, row.done_at
    elif row.fired_at is not None or row.due_at <= now:
        yield Step.DUE, row.due_at


def _reminder(row: _Row, step: Step, at: int) -> DeedLine:
    where, due = ConversationId(row.conversation) if row.conversation else None, from_ms(row.due_at)
    return DeedLine(Deed.REMINDER, step, from_ms(at), "", row.text or row.title, where, due=due)


def _series(row: _Row) -> tuple[object, ...]:
    return row.conversation, row.member, row.text, row.zone, row.every, row.if_no_reply


def _theirs(handles: Collection[HandleId]) -> Select[str]:
    return select(participant.c.conversation).where(one_of(participant.c.handle, handles))
