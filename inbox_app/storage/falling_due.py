"""What falls due by the clock: reminders that fire once, late or not, and snoozes that end."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, exists, func, insert, or_, select, update

from inbox_app.domain.ids import ColleagueId, ConversationId, MemberId, ReminderId, new_id
from inbox_app.domain.recurrence import after
from inbox_app.domain.timecode import SEQUENCE_BITS, to_ms
from inbox_app.domain.words import Direction, State
from inbox_app.storage.circles import IS_FIRST
from inbox_app.storage.deciding import restate
from inbox_app.storage.operations import same_series
from inbox_app.storage.reminders import LATE_MS
from inbox_app.storage.schema import conversation, member_link, message, reminder
from inbox_app.storage.schema import handle as handle_table
from inbox_app.storage.transaction import Tx

_ON_ITS_WAY_MS = 7 * 24 * 3_600_000
"""How long before a reminder was set a message may be dated that arrived after it."""


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


def some_answered(conn: Connection) -> bool:
    """Whether a reminder that waits for silence has had its answer."""
    return conn.execute(_ANSWERED.limit(1)).first() is not None


def end_answered(tx: Tx) -> tuple[ReminderId, ...]:
    """What was to be said only in silence is done as soon as there is an answer, whether it had fired or not."""
    answered = tx.conn.execute(_ANSWERED).all()
    for row in answered:
        tx.conn.execute(update(reminder).where(reminder.c.id == row.id).values(done_at=tx.now))
        tx.reminders.add(ReminderId(row.id))
        if row.conversation is not None:
            tx.conversations.add(ConversationId(row.conversation))
    return tuple(ReminderId(row.id) for row in answered)


def fire_reminders(tx: Tx) -> tuple[Fired, ...]:
    """Fire each reminder whose time has come, once. One that waits for silence is done when there was an answer."""
    end_answered(tx)
    ready = select(reminder).where(reminder.c.due_at <= tx.now, *_waiting())
    waiting = deque(tx.conn.execute(ready.order_by(reminder.c.due_at, reminder.c.id)).all())
    fired = []
    while waiting:
        row = waiting.popleft()
        late = tx.now - row.due_at > LATE_MS
        if not _claim(tx, row, late=late):
            continue
        fired.append(_fired(row, late=late))
        following = _follow(tx, row) if row.every else None
        if following is not None and following.due_at <= tx.now:
            waiting.append(following)
    _put_on_desk(tx, {one.conversation for one in fired if one.conversation is not None})
    return tuple(fired)


def end_snoozes(tx: Tx) -> tuple[ConversationId, ...]:
    """Bring back each conversation whose snooze is over: it is open, since somebody wanted to see it now."""
    over = select(conversation.c.id).where(
        conversation.c.state == State.SNOOZED.value, conversation.c.snoozed_until <= tx.now
    )
    woken = tuple(ConversationId(one) for one in tx.conn.execute(over).scalars())
    _put_on_desk(tx, woken)
    return woken


def _claim(tx: Tx, row: Row[*tuple[Any, ...]], *, late: bool) -> bool:
    """Mark it as fired, unless somebody else did: two desks may look at the same moment."""
    fired = {"fired_at": tx.now, "late": late}
    claimed = tx.conn.execute(update(reminder).where(reminder.c.id == row.id, *_waiting()).values(**fired))
    if claimed.rowcount:
        tx.reminders.add(ReminderId(row.id))
    return bool(claimed.rowcount)


def _follow(tx: Tx, row: Row[*tuple[Any, ...]]) -> Row[*tuple[Any, ...]] | None:
    """Set the next one of a rule in the transaction in which this one fires, and let it stand for those before it."""
    older = (*same_series(row), reminder.c.fired_at.is_not(None), reminder.c.done_at.is_(None), reminder.c.id != row.id)
    closed = tx.conn.execute(update(reminder).where(*older).values(done_at=tx.now).returning(reminder.c.id))
    tx.reminders.update(ReminderId(one) for one in closed.scalars())
    found = after(row.every, datetime.fromisoformat(row.local_time), ZoneInfo(row.zone))
    if found is None:
        return None
    following = {
        **{column.name: getattr(row, column.name) for column in reminder.c},
        "id": new_id(),
        "due_at": to_ms(found.moment),
        "local_time": found.wall.isoformat("T", "minutes"),
    }
    tx.conn.execute(insert(reminder).values(**following))
    tx.reminders.add(ReminderId(following["id"]))
    return tx.conn.execute(select(reminder).where(reminder.c.id == following["id"])).one()


def _put_on_desk(tx: Tx, wanted: Collection[ConversationId]) -> None:
    """Open, until somebody answers or decides."""
    back = {"reopened_at": tx.now, "done_at": None, "snoozed_until": None, "snooze_regardless": False}
    for one in wanted:
        tx.conn.execute(update(conversation).where(conversation.c.id == one).values(**back))
    restate(tx, wanted)


def _waiting() -> tuple[ColumnElement[bool], ...]:
    return reminder.c.fired_at.is_(None), reminder.c.done_at.is_(None)


_heard = (
    select(message.c.id)
    .where(
        message.c.direction == Direction.INCOMING.value,
        message.c.received_at > reminder.c.made_at,
        message.c.id > (reminder.c.made_at - _ON_ITS_WAY_MS) * (1 << SEQUENCE_BITS),
        message.c.history.is_(False),
        message.c.context.is_(False),
        message.c.deleted_at.is_(None),
    )
    .correlate(reminder)
)
_said_by_member = _heard.join(handle_table, handle_table.c.id == message.c.author).where(
    handle_table.c.member == reminder.c.member
)
_brought = handle_table.alias("brought")
_said_since_linked = (
    _heard.join(handle_table, handle_table.c.id == message.c.author)
    .join(_brought, _brought.c.member == handle_table.c.member)
    .join(member_link, member_link.c.handle == _brought.c.id)
    .where(member_link.c.from_member == reminder.c.member, IS_FIRST)
)
"""By the person to whom the member of the reminder was linked: both are one now."""
_ANSWERED = select(reminder.c.id, reminder.c.conversation).where(
    reminder.c.done_at.is_(None),
    reminder.c.if_no_reply,
    or_(
        exists(_heard.where(message.c.conversation == reminder.c.conversation)),
        exists(_said_by_member),
        exists(_said_since_linked),
    ),
)


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
