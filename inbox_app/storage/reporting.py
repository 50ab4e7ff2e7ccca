"""The messages of a span as reports see them: one pass in the order of their ids, which are coded by time."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from inbox_app.domain.ids import MessageId
from inbox_app.domain.report import Said
from inbox_app.domain.timecode import first_id, ms_of
from inbox_app.domain.words import Direction, Hat, Kind, MessageState
from inbox_app.storage.copies import SHOWN, is_shown
from inbox_app.storage.schema import conversation, message, message_text
from inbox_app.storage.transaction import Reading

_first = message.alias("first")


def said_between(conn: Reading, begin: int, end: int, asks: Callable[[str], bool]) -> list[Said]:
    """Every message of these milliseconds, in order; what members said is asked whether it is a question."""
    within = (message.c.id >= first_id(begin), message.c.id < first_id(end))
    rows = conn.execute(
        select(
            message.c.id,
            message.c.direction,
            message.c.conversation,
            message.c.account,
            message.c.ours_below,
            conversation.c.channel,
            conversation.c.kind,
            conversation.c.hat,
            conversation.c.last_outgoing,
            conversation.c.done_at,
            message_text.c.body,
        )
        .join(conversation, conversation.c.id == message.c.conversation)
        .outerjoin(message_text, message_text.c.id == message.c.id)
        .where(*within, message.c.context.is_(False), message.c.state != MessageState.FAILED, SHOWN)
        .order_by(message.c.id)
    ).all()
    opening = _opening(conn, begin)
    kinds, hats = {one.value: one for one in Kind}, {one.value: one for one in Hat}
    found = []
    for one, way, where, account, below, channel, kind, hat, last_outgoing, done_at, body in rows:
        incoming = way == Direction.INCOMING
        answered = last_outgoing > one if kinds[kind].answered_by_any_later else bool(below)
        question = incoming and asks(body or "")
        known = (account, channel, kinds[kind], hats[hat])
        found.append(
            Said(MessageId(one), ms_of(one), incoming, where, *known, question, answered, one in opening, done_at)
        )
    return found


def _opening(conn: Reading, begin: int) -> frozenset[int]:
    """The first that a member said in each conversation that was alive since then: one look into the index for each."""
    first = (
        select(_first.c.id)
        .where(
            _first.c.conversation == conversation.c.id,
            _first.c.direction == Direction.INCOMING,
            _first.c.context.is_(False),
            is_shown(_first.c.id),
        )
        .order_by(_first.c.id)
        .limit(1)
        .correlate(conversation)
        .scalar_subquery()
    )
    found = conn.execute(select(first).where(conversation.c.last_message >= first_id(begin)))
    return frozenset(one for one in found.scalars() if one is not None)
