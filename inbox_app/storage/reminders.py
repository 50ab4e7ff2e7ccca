"""Reminders as they are stored: set, changed, done, and listed; each change is an operation that can be taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, func, insert, or_, select, update

from inbox_app.domain.errors import NotFound
from inbox_app.domain.ids import ColleagueId, ConversationId, MemberId, ReminderId, new_id
from inbox_app.domain.reminders import LATE, About, Plan, ReminderRow
from inbox_app.domain.timecode import from_ms, to_ms
from inbox_app.i18n import _
from inbox_app.storage.circles import parts_of
from inbox_app.storage.conversations import surviving
from inbox_app.storage.deciding import restate
from inbox_app.storage.operations import Before, record, remember_columns, remember_reminders
from inbox_app.storage.schema import conversation, handle, member, message, post, reminder
from inbox_app.storage.transaction import Tx

LATE_MS = LATE.seconds * 1000
EVERYTHING = About()
"""Any conversation and any member."""


def add(tx: Tx, me: ColleagueId, wanted: Sequence[About], plan: Plan) -> tuple[ReminderId, ...]:
    """Set a reminder on each of these.

    Raises:
        NotFound: one of them does not exist.
    """
    about = [_existing(tx.conn, one) for one in wanted]
    before = Before()
    for one in about:
        before.reminders[_insert(tx, me, one, plan)] = None
    record(tx, me, "remind", _conversations(about), before)
    ids = tuple(map(ReminderId, before.reminders))
    _note(tx, ids, about)
    return ids


def begin(tx: Tx, me: ColleagueId, about: MemberId, plan: Plan) -> None:
    """Set a reminder on a new member, as how things stood before anybody decided anything: no undo takes it back."""
    _insert(tx, me, About(member=about), plan)


def change(tx: Tx, me: ColleagueId, wanted: ReminderId, plan: Plan) -> None:
    """Move or edit a reminder; one that had fired waits again.

    Raises:
        NotFound: there is none of this colleague with this id.
    """
    about = _about(_row(tx.conn, me, wanted))
    before = Before()
    _remember(tx.conn, before, [wanted], [about])
    _leave_desk(tx, [wanted])
    again = {"fired_at": None, "done_at": None, "late": False, **_columns(plan)}
    tx.conn.execute(update(reminder).where(reminder.c.id == wanted).values(**again))
    record(tx, me, "remind_move", _conversations([about]), before)
    _note(tx, [wanted], [about])


def finish(tx: Tx, me: ColleagueId, wanted: Collection[ReminderId]) -> None:
    """Reminders are done. One that repeats and has not fired yet does not return.

    Raises:
        NotFound: there is none of this colleague with one of these ids.
    """
    rows = [_row(tx.conn, me, one) for one in wanted]
    left = {ReminderId(row.id): _about(row) for row in rows if row.done_at is None}
    if not left:
        # Pressed twice: a second decision would be taken back first, and bring nothing back.
        return
    before = Before()
    _remember(tx.conn, before, [*left], left.values())
    _leave_desk(tx, left)
    tx.conn.execute(update(reminder).where(reminder.c.id.in_(left)).values(done_at=tx.now))
    record(tx, me, "remind_done", _conversations(left.values()), before)
    _note(tx, left, left.values())


def fired_on(conn: Connection, me: ColleagueId, within: Collection[ConversationId]) -> set[ConversationId]:
    """The conversations on which something fired that a decision deals with."""
    found = conn.execute(select(reminder.c.conversation).where(*_fired(me, within))).scalars()
    return {ConversationId(one) for one in found}


def _fired(me: ColleagueId, within: Collection[ConversationId]) -> tuple[ColumnElement[bool], ...]:
    fired = reminder.c.fired_at.is_not(None)
    return reminder.c.owner == me, reminder.c.conversation.in_(within), fired, _undone()


def deal_with(tx: Tx, me: ColleagueId, within: Collection[ConversationId], before: Before) -> None:
    """A decision about conversations deals with what fired on them; `before` is where the decision remembers."""
    found = [ReminderId(one) for one in tx.conn.execute(select(reminder.c.id).where(*_fired(me, within))).scalars()]
    if found:
        remember_reminders(tx.conn, before, found)
        tx.conn.execute(update(reminder).where(reminder.c.id.in_(found)).values(done_at=tx.now))
        tx.reminders.update(found)


def rows(
    conn: Connection, me: ColleagueId, now: int, *, about: About = EVERYTHING, due: bool = False
) -> tuple[ReminderRow, ...]:
    """The colleague's reminders that are not done, those due first, then by their time.

    About a member: also those set on records that were linked to them.
    """
    chosen = [reminder.c.owner == me, _undone()]
    if due:
        chosen.append(_due(now))
    if about != EVERYTHING:
        where = [one for one in (about.conversation,) if one is not None]
        whose = [] if about.member is None else [*parts_of(conn, [about.member])]
        chosen.append(or_(reminder.c.conversation.in_(where), reminder.c.member.in_(whose)))
    asked = _ROWS.where(*chosen).order_by(reminder.c.due_at, reminder.c.id)
    found = [_shown(row, now) for row in conn.execute(asked)]
    return tuple(sorted(found, key=lambda row: not row.is_due))


def one(conn: Connection, me: ColleagueId, wanted: ReminderId, now: int) -> ReminderRow:
    """One reminder, done or not.

    Raises:
        NotFound: there is none of this colleague with this id.
    """
    row = conn.execute(_ROWS.where(reminder.c.id == wanted, reminder.c.owner == me)).one_or_none()
    if row is None:
        raise _not_found(wanted)
    return _shown(row, now)


def _insert(tx: Tx, me: ColleagueId, about: About, plan: Plan) -> ReminderId:
    made = ReminderId(new_id())
    values = {"id": made, "conversation": about.conversation, "member": about.member, "owner": me, "made_at": tx.now}
    tx.conn.execute(insert(reminder).values(**values, **_columns(plan)))
    tx.reminders.add(made)
    return made


def _leave_desk(tx: Tx, wanted: Iterable[ReminderId]) -> None:
    """What only a reminder had put back on the desk stands as before, once the reminder is dealt with."""
    put_back = select(conversation.c.id).where(
        conversation.c.id == reminder.c.conversation,
        conversation.c.reopened_at == reminder.c.fired_at,
        reminder.c.id.in_(wanted),
    )
    found = [ConversationId(one) for one in tx.conn.execute(put_back).scalars()]
    if found:
        tx.conn.execute(update(conversation).where(conversation.c.id.in_(found)).values(reopened_at=None))
        restate(tx, found)


def _remember(conn: Connection, before: Before, wanted: Collection[ReminderId], about: Iterable[About]) -> None:
    remember_reminders(conn, before, wanted)
    remember_columns(conn, before, _conversations(about), ("reopened_at",))


def _note(tx: Tx, wanted: Iterable[ReminderId], about: Iterable[About]) -> None:
    tx.reminders.update(wanted)
    tx.touch_conversations(_conversations(about))
    tx.members.update(one.member for one in about if one.member is not None)


def _conversations(about: Iterable[About]) -> list[ConversationId]:
    return [one.conversation for one in about if one.conversation is not None]


def _columns(plan: Plan) -> dict[str, object]:
    return {
        "due_at": to_ms(plan.due),
        "zone": plan.zone,
        "local_time": plan.local_time,
        "text": plan.text,
        "if_no_reply": plan.if_no_reply,
        "every": plan.rule,
    }


def _existing(conn: Connection, about: About) -> About:
    if about.conversation is not None:
        return About(surviving(conn, about.conversation))
    if conn.execute(select(member.c.id).where(member.c.id == about.member)).first() is None:
        raise NotFound(_("There is no member {id} in this workspace.").format(id=about.member))
    return about


def _row(conn: Connection, me: ColleagueId, wanted: ReminderId) -> Row[*tuple[Any, ...]]:
    row = conn.execute(select(reminder).where(reminder.c.id == wanted, reminder.c.owner == me)).one_or_none()
    if row is None:
        raise _not_found(wanted)
    return row


def _about(row: Row[*tuple[Any, ...]]) -> About:
    return About(
        None if row.conversation is None else ConversationId(row.conversation),
        None if row.member is None else MemberId(row.member),
    )


def _not_found(wanted: ReminderId) -> NotFound:
    return NotFound(_("There is no reminder {id} of yours in this workspace.").format(id=wanted))


def _undone() -> ColumnElement[bool]:
    return reminder.c.done_at.is_(None)


def _due(now: int) -> ColumnElement[bool]:
    return or_(reminder.c.fired_at.is_not(None), reminder.c.due_at <= now)


def _shown(row: Row[*tuple[Any, ...]], now: int) -> ReminderRow:
    waits = row.done_at is None
    is_due = waits and (row.fired_at is not None or row.due_at <= now)
    return ReminderRow(
        id=ReminderId(row.id),
        owner=ColleagueId(row.owner),
        conversation=None if row.conversation is None else ConversationId(row.conversation),
        member=None if row.member is None else MemberId(row.member),
        who=row.who or "",
        title=row.conversation_title or row.post_title or row.snippet or "",
        text=row.text,
        due_at=from_ms(row.due_at).astimezone(ZoneInfo(row.zone)),
        zone=row.zone,
        local_time=row.local_time,
        if_no_reply=row.if_no_reply,
        rule=row.every,
        made_at=from_ms(row.made_at),
        fired_at=_moment(row.fired_at),
        done_at=_moment(row.done_at),
        late=bool(row.late) or (is_due and row.fired_at is None and now - row.due_at > LATE_MS),
        is_due=is_due,
    )


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_ms(milliseconds)


_person = member.alias("person")
_last = message.alias("last")
_ROWS = (
    select(
        *reminder.c,
        conversation.c.title.label("conversation_title"),
        conversation.c.snippet,
        post.c.title.label("post_title"),
        func.coalesce(
            func.nullif(_person.c.preferred_name, ""),
            func.nullif(_person.c.name, ""),
            func.nullif(handle.c.name, ""),
            handle.c.handle,
        ).label("who"),
    )
    .select_from(reminder)
    .outerjoin(conversation, conversation.c.id == reminder.c.conversation)
    .outerjoin(post, post.c.id == conversation.c.post)
    .outerjoin(_last, _last.c.id == conversation.c.last_incoming)
    .outerjoin(handle, handle.c.id == _last.c.author)
    .outerjoin(_person, _person.c.id == func.coalesce(reminder.c.member, handle.c.member))
)
