"""Reports counted in the database: what came and left by quarters of an hour, and the conversations that began.

Each is one pass over an index that holds all it asks for, or over the ids alone: messages are read when somebody
opens a figure. Ids are coded by time, so a quarter of an hour is their quotient.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, case, func, literal, select, text

from inbox_app.content.questions import asks
from inbox_app.domain.ids import MessageId
from inbox_app.domain.report import QUARTER_MS, Begun, Volume
from inbox_app.domain.timecode import first_id, ms_of
from inbox_app.domain.words import Direction, Kind, MessageState
from inbox_app.storage.copies import SHOWN
from inbox_app.storage.schema import account, conversation, message, message_text
from inbox_app.storage.transaction import Reading

COUNTS = (message.c.context.is_(False), message.c.state != MessageState.FAILED, SHOWN)
"""What reports count: not what is shown for context, nor what never left; a mail that several accounts got once."""


def volumes(conn: Reading, begin: int, end: int) -> Sequence[Volume]:
    """What each account got and sent, by quarters of an hour."""
    known = conn.execute(select(account.c.id, account.c.channel).order_by(account.c.id)).all()
    # An account and a way at a time: then the quarter is all that the database has to group by, which is a number.
    return [
        Volume(quarter * QUARTER_MS, which, channel, way, number)
        for which, channel in known
        for way in Direction
        for quarter, number in conn.execute(_volume(which, way, begin, end))
    ]


def hats_and_begun(conn: Reading, begin: int, end: int) -> tuple[Mapping[tuple[str, str], int], Sequence[Begun]]:
    """How many messages came and left under each hat, and the conversations that a member began."""
    hats: Counter[tuple[str, str]] = Counter()
    begun, spoke_before = [], []
    for row in conn.execute(_conversations(begin, end)):
        hats[row.hat, Direction.INCOMING.value] += row.came
        hats[row.hat, Direction.OUTGOING.value] += row.left
        if row.first is None or not first_id(begin) <= row.first < first_id(end):
            continue
        if row.answer is not None and row.answer < row.first:
            spoke_before.append(row)
        else:
            begun.append(_begun(row.first, row.answer, row.done_at))
    begun += [_begun(row.first, _answer_after(conn, row.id, row.first, end), row.done_at) for row in spoke_before]
    return hats, sorted(begun, key=lambda one: one.first)


def questions(conn: Reading, begin: int, end: int) -> Mapping[MessageId, bool]:
    """What members asked, in order, and whether we answered it."""
    judged = conn.execute(_asked(begin, end, text("message_text.asks"))).all()
    unknown = conn.execute(_asked(begin, end, message_text.c.asks.is_(None), message_text.c.body)).all()
    rows = sorted([*judged, *(row[:4] for row in unknown if asks(row.body))])
    return {
        MessageId(one): last_outgoing > one if Kind(kind).answered_by_any_later else bool(below)
        for one, below, kind, last_outgoing in rows
    }


def within(begin: int, end: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """From and before which millisecond a message stands."""
    return message.c.id >= first_id(begin), message.c.id < first_id(end)


def _volume(which: str, way: Direction, begin: int, end: int) -> Select[int, int]:
    quarter = (message.c.id // literal(first_id(QUARTER_MS))).label("quarter")
    told = select(quarter, func.count()).where(message.c.account == which, message.c.direction == way)
    return told.where(*within(begin, end), *COUNTS).group_by(quarter)


def _conversations(begin: int, end: int) -> Select[*tuple[Any, ...]]:
    """Those that were alive since, each with its counts, its first incoming message and our first one in the span."""
    came, inside = message.c.direction == Direction.INCOMING, message.c.id.between(first_id(begin), first_id(end) - 1)
    left = message.c.direction == Direction.OUTGOING
    return (
        select(
            conversation.c.id,
            conversation.c.hat,
            conversation.c.done_at,
            func.min(case((came, message.c.id))).label("first"),
            func.min(case((inside & left, message.c.id))).label("answer"),
            func.sum(case((inside & came, 1), else_=0)).label("came"),
            func.sum(case((inside & left, 1), else_=0)).label("left"),
        )
        .join(message, message.c.conversation == conversation.c.id)
        .where(conversation.c.merged_into.is_(None), conversation.c.last_message >= first_id(begin), *COUNTS)
        .group_by(conversation.c.last_message, conversation.c.id)
    )


def _answer_after(conn: Reading, where: str, first: int, end: int) -> int | None:
    ours = (message.c.conversation == where, message.c.direction == Direction.OUTGOING)
    later = select(func.min(message.c.id)).where(*ours, message.c.id > first, message.c.id < first_id(end), *COUNTS)
    return conn.execute(later).scalar()


def _begun(first: int, answer: int | None, done_at: int | None) -> Begun:
    return Begun(MessageId(first), ms_of(first), None if answer is None else ms_of(answer), done_at)


def _asked(
    begin: int, end: int, known: ColumnElement[bool] | TextClause, *more: ColumnElement[str]
) -> Select[*tuple[Any, ...]]:
    return (
        select(message.c.id, message.c.ours_below, conversation.c.kind, conversation.c.last_outgoing, *more)
        .join(message_text, message_text.c.id == message.c.id)
        .join(conversation, conversation.c.id == message.c.conversation)
        .where(known, message_text.c.id >= first_id(begin), message_text.c.id < first_id(end))
        .where(message.c.direction == Direction.INCOMING, *COUNTS)
    )
