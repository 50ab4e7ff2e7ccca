"""What falls due by the clock: reminders that fire once, late or not, and snoozes that end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from inbox_app.domain.ids import ColleagueId, ConversationId, MemberId, ReminderId
from inbox_app.domain.timecode import first_id
from inbox_app.domain.words import State
from inbox_app.storage.deciding import restate
from inbox_app.storage.schema import conversation, message, reminder
from inbox_app.storage.schema import handle as handle_table
from inbox_app.storage.transaction import Tx

LATE_MS = 60_000
"""A reminder this much behind its time says that it is late."""


@dataclass(frozen=True, slots=True)
class Fired:
    """A reminder that fell due."""

    id: ReminderId
    owner: ColleagueId
    conversation: ConversationId | None
    member: MemberId | None
    text: str
    due_at: int
    late: bool


def next_due(conn: Connection) -> int | None:
    """The moment of the next reminder or end of a snooze; it may lie in the past."""
    waiting = select(func.min(reminder.c.due_at)).where(reminder.c.fired_at.is_(None), reminder.c.done_at.is_(None))
    snoozed = select(func.min(conversation.c.snoozed_until)).where(conversation.c.state == State.SNOOZED.value)
    moments = [conn.execute(asked).scalar_one() for asked in (waiting, snoozed)]
    return min((moment for moment in moments if moment is not None), default=None)


def fire_reminders(tx: Tx) -> tuple[Fired, ...]:
    """Fire each reminder whose time has come, once. One that waits for silence is done when there was an answer."""
    ready = select(reminder).where(
        reminder.c.due_at <= tx.now, reminder.c.fired_at.is_(None), reminder.c.done_at.is_(None)
    )
    fired = []
    for row in tx.conn.execute(ready.order_by(reminder.c.due_at, reminder.c.id)).all():
        tx.reminders.add(ReminderId(row.id))
        if row.if_no_reply and _was_answered(tx.conn, row):
            tx.conn.execute(update(reminder).where(reminder.c.id == row.id).values(done_at=tx.now))
            continue
        late = tx.now - row.due_at > LATE_MS
        tx.conn.execute(update(reminder).where(reminder.c.id == row.id).values(fired_at=tx.now, late=late))
        fired.append(_fired(row, late=late))
        if row.conversation is not None:
            tx.conversations.add(ConversationId(row.conversation))
    return tuple(fired)


def end_snoozes(tx: Tx) -> tuple[ConversationId, ...]:
    """Bring back each conversation whose snooze is over: it is open, since somebody wanted to see it now."""
    over = select(conversation.c.id).where(
        conversation.c.state == State.SNOOZED.value, conversation.c.snoozed_until <= tx.now
    )
    woken = tuple(ConversationId(one) for one in tx.conn.execute(over).scalars())
    back = {"reopened_at": tx.now, "done_at": None, "snoozed_until": None, "snooze_regardless": False}
    for one in woken:
        tx.conn.execute(update(conversation).where(conversation.c.id == one).values(**back))
    restate(tx, woken)
    return woken


def _was_answered(conn: Connection, row: Row[*tuple[Any, ...]]) -> bool:
    since = first_id(row.made_at)
    if row.conversation is not None:
        asked = select(conversation.c.last_incoming).where(conversation.c.id == row.conversation)
        return (conn.execute(asked).scalar_one() or 0) > since
    said = (
        select(func.max(message.c.id))
        .join(handle_table, handle_table.c.id == message.c.author)
        .where(handle_table.c.member == row.member)
    )
    return (conn.execute(said).scalar_one() or 0) > since


def _fired(row: Row[*tuple[Any, ...]], *, late: bool) -> Fired:
    return Fired(
        ReminderId(row.id),
        ColleagueId(row.owner),
        None if row.conversation is None else ConversationId(row.conversation),
        None if row.member is None else MemberId(row.member),
        row.text,
        row.due_at,
        late,
    )
