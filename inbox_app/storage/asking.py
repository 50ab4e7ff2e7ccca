"""Questions of members: those that wait for us, and who answered those of others. Ours are in `our_questions`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import Select, case, func, or_, select

from inbox_app.content.questions import asks
from inbox_app.domain.ids import MemberId, MessageId
from inbox_app.domain.questions import Helper, OpenQuestion
from inbox_app.domain.timecode import first_id
from inbox_app.domain.words import Direction
from inbox_app.storage.bulk import one_of
from inbox_app.storage.copies import is_shown
from inbox_app.storage.dialect import holds
from inbox_app.storage.judging import is_left
from inbox_app.storage.people import OUTSIDE
from inbox_app.storage.rhythms import SAID
from inbox_app.storage.schema import handle, member, message, message_text
from inbox_app.storage.timelines import lines_of
from inbox_app.storage.transaction import Reading

_NAME = func.coalesce(func.nullif(member.c.preferred_name, ""), member.c.name)
# A text is judged when it is written. What an older Portavoce wrote is judged here until the engine has done so.
_MAY_ASK = or_(holds(message_text.c.asks), message_text.c.asks.is_(None))
_UNJUDGED = case((message_text.c.asks.is_(None), message_text.c.body)).label("unjudged")
_answer, _answerer = message.alias("answer"), handle.alias("answerer")
_SAID_BELOW = (_answer.c.direction == Direction.INCOMING, _answer.c.context.is_(False), _answer.c.deleted_at.is_(None))
_OF_ANOTHER = (_answerer.c.member != handle.c.member, _answerer.c.own.is_(False), _answerer.c.colleague.is_(None))


def open_questions(conn: Reading) -> tuple[OpenQuestion, ...]:
    """What members asked and nobody of us has answered, the oldest first."""
    waiting = (
        select(message.c.id, _UNJUDGED, _NAME)
        .join(message_text, message_text.c.id == message.c.id)
        .join(handle, handle.c.id == message.c.author)
        .join(member, member.c.id == handle.c.member)
        .where(holds(message.c.needs_reply), message.c.deleted_at.is_(None), _MAY_ASK, OUTSIDE, *SAID)
    )
    names = {MessageId(one): name for one, unjudged, name in conn.execute(waiting) if _asks(unjudged)}
    answers = _answers_of_members(conn, [*names])
    return tuple(
        OpenQuestion(line, names[line.message], tuple((one, name) for one, _who, name in answers[line.message]))
        for line in reversed(lines_of(conn, [*names]))
    )


def helpers(conn: Reading, since: int, most: int | None = None) -> tuple[int, tuple[Helper, ...]]:
    """How many members answered questions of others since a moment; and those who helped most, or all of them."""
    rows = sorted(conn.execute(_helped(conn, since)), key=lambda row: (-row.helped, row.name, row.member))
    shown = rows[:most]
    lines = {line.message: line for line in lines_of(conn, [MessageId(row.last) for row in shown])}
    found = (Helper(MemberId(row.member), row.name, row.helped, lines[MessageId(row.last)]) for row in shown)
    return len(rows), tuple(found)


def _helped(conn: Reading, since: int) -> Select[str, str, int, int]:
    """Each member with how many questions they answered, and with which message the last one."""
    below = (
        select(_answer.c.id, _answer.c.author, _answer.c.parent)
        .join(message_text, message_text.c.id == _answer.c.parent)
        .where(_answer.c.id >= first_id(since), *_SAID_BELOW)
    )
    old = below.add_columns(message_text.c.body).where(message_text.c.asks.is_(None))
    # Asked only where there are any: it goes through all that was answered in these days.
    judged = {row.parent for row in conn.execute(old) if asks(row.body)} if is_left(conn) else set()
    asked = or_(message_text.c.asks, one_of(_answer.c.parent, judged)) if judged else message_text.c.asks
    # Found first, and everything else about them afterwards: else SQLite begins with all that anybody ever wrote.
    pair = below.where(asked).cte("pair").prefix_with("MATERIALIZED")
    return (
        select(
            _answerer.c.member.label("member"),
            _NAME.label("name"),
            func.count(pair.c.parent.distinct()).label("helped"),
            func.max(pair.c.id).label("last"),
        )
        .select_from(pair)
        .join(message, message.c.id == pair.c.parent)
        .join(handle, handle.c.id == message.c.author)
        .join(_answerer, _answerer.c.id == pair.c.author)
        .join(member, member.c.id == _answerer.c.member)
        .where(is_shown(pair.c.id), *_OF_ANOTHER, *SAID)
        .group_by(_answerer.c.member, member.c.preferred_name, member.c.name)
    )


def _asks(unjudged: str | None) -> bool:
    return unjudged is None or asks(unjudged)


def _answers_of_members(
    conn: Reading, asked: Collection[MessageId]
) -> Mapping[MessageId, list[tuple[MessageId, MemberId, str]]]:
    """What other members wrote directly below these messages, the earliest first."""
    found: defaultdict[MessageId, list[tuple[MessageId, MemberId, str]]] = defaultdict(list)
    below = (
        select(_answer.c.parent, _answer.c.id, _answerer.c.member, _NAME)
        .join(message, message.c.id == _answer.c.parent)
        .join(handle, handle.c.id == message.c.author)
        .join(_answerer, _answerer.c.id == _answer.c.author)
        .join(member, member.c.id == _answerer.c.member)
        .where(one_of(_answer.c.parent, asked), is_shown(_answer.c.id), *_SAID_BELOW, *_OF_ANOTHER)
        .order_by(_answer.c.id)
    )
    for parent, one, who, name in conn.execute(below):
        found[MessageId(parent)].append((MessageId(one), MemberId(who), name))
    return found
