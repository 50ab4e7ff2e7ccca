"""What we asked, in posts and messages, and what came of it: answers and people counted where the rows are.

An answer stands right below its question; where conversations have no tree it is what members said next, until we
spoke again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Select, func, or_, select

from inbox_app.content.questions import asks
from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.domain.questions import OwnQuestion
from inbox_app.domain.timecode import first_id, from_ms, ms_of
from inbox_app.domain.words import Direction, Kind, MessageState
from inbox_app.storage.bulk import one_of
from inbox_app.storage.copies import SHOWN, is_shown
from inbox_app.storage.dialect import holds
from inbox_app.storage.people import OUTSIDE
from inbox_app.storage.rhythms import SAID
from inbox_app.storage.schema import conversation, handle, message, message_text, post
from inbox_app.storage.transaction import Reading

Which = TypeVar("Which", int, str)
_MOST_TEXT = 300
_NEVER = (1 << 63) - 1
_FLAT = tuple(kind for kind in Kind if kind.answered_by_any_later)
_ours, _later = message.alias("ours"), message.alias("later")
_THEIRS = (*SAID, message.c.deleted_at.is_(None), OUTSIDE)
_ANSWERED = (
    func.count().label("answers"),
    func.count(handle.c.member.distinct()).label("people"),
    func.min(message.c.id).label("first"),
)


@dataclass(frozen=True, slots=True)
class _Came:
    """What came of one question."""

    answers: int
    people: int
    first: MessageId


@dataclass(frozen=True, slots=True, order=True)
class _Asked:
    """A question of ours: its moment, and the post or the message that it is."""

    at: int
    post: str = ""
    message: int = 0


def own_questions(conn: Reading, since: int, most: int | None = None) -> tuple[int, tuple[OwnQuestion, ...]]:
    """How many questions we asked since a moment; and the newest of them, or all."""
    every = sorted((*_in_posts(conn, since), *_in_messages(conn, since)), reverse=True)
    shown = every[:most]
    told = {**_told_posts(conn, shown), **_told_messages(conn, shown)}
    return len(every), tuple(told[one] for one in shown)


# --- what is a question ---------------------------------------------------------------------------------------------


def _in_posts(conn: Reading, since: int) -> Iterable[_Asked]:
    ours = (
        select(post.c.id, post.c.title, post.c.text, post.c.published_at)
        .outerjoin(handle, handle.c.id == post.c.author)
        .where(post.c.published_at >= since, post.c.deleted_at.is_(None), or_(handle.c.own, handle.c.id.is_(None)))
    )
    return [_Asked(row.published_at, row.id) for row in conn.execute(ours) if asks(f"{row.title}\n{row.text}")]


def _in_messages(conn: Reading, since: int) -> Iterable[_Asked]:
    ours = (
        select(message.c.id)
        .join(message_text, message_text.c.id == message.c.id)
        .where(
            message.c.id >= first_id(since),
            message.c.direction == Direction.OUTGOING,
            message.c.state != MessageState.FAILED,
            message.c.context.is_(False),
            message.c.deleted_at.is_(None),
            SHOWN,
        )
    )
    # A text is judged when it is written. What an older Portavoce wrote is judged here until the engine has done so.
    old = ours.add_columns(message_text.c.body).where(message_text.c.asks.is_(None))
    found = [*conn.execute(ours.where(holds(message_text.c.asks))).scalars()]
    found += [one for one, body in conn.execute(old) if asks(body)]
    return [_Asked(ms_of(one), message=one) for one in found]


# --- what came of it ------------------------------------------------------------------------------------------------


def _told_posts(conn: Reading, asked: Iterable[_Asked]) -> Mapping[_Asked, OwnQuestion]:
    wanted = {one.post: one for one in asked if one.post}
    texts = conn.execute(select(post.c.id, post.c.title, post.c.text).where(one_of(post.c.id, wanted))).all()
    below = select(message.c.post, *_ANSWERED).join(handle, handle.c.id == message.c.author)
    came = _came(conn, below.where(one_of(message.c.post, wanted), *_THEIRS).group_by(message.c.post))
    firsts = [one.first for one in came.values()]
    stands = select(message.c.id, message.c.conversation).where(one_of(message.c.id, firsts))
    within = {row.id: ConversationId(row.conversation) for row in conn.execute(stands)}
    return {
        wanted[row.id]: _question(
            row.title or row.text,
            wanted[row.id],
            came.get(row.id),
            within.get(came[row.id].first) if row.id in came else None,
            came[row.id].first if row.id in came else None,
        )
        for row in texts
    }


def _told_messages(conn: Reading, asked: Iterable[_Asked]) -> Mapping[_Asked, OwnQuestion]:
    wanted = {one.message: one for one in asked if one.message}
    texts = (
        select(message.c.id, message.c.conversation, conversation.c.kind, message_text.c.body)
        .join(conversation, conversation.c.id == message.c.conversation)
        .join(message_text, message_text.c.id == message.c.id)
        .where(one_of(message.c.id, wanted))
    )
    rows = conn.execute(texts).all()
    flat = {row.id for row in rows if Kind(row.kind) in _FLAT}
    came = {**_came(conn, _below(set(wanted) - flat)), **_came(conn, _next_to_speak(flat))}
    return {
        wanted[row.id]: _question(
            row.body, wanted[row.id], came.get(row.id), ConversationId(row.conversation), MessageId(row.id)
        )
        for row in rows
    }


def _below(asked: Collection[int]) -> Select[int, int, int, int]:
    right_below = select(message.c.parent, *_ANSWERED).join(handle, handle.c.id == message.c.author)
    return right_below.where(one_of(message.c.parent, asked), *_THEIRS).group_by(message.c.parent)


def _next_to_speak(asked: Collection[int]) -> Select[int, int, int, int]:
    """Until we speak again; what failed was never said."""
    again = (
        select(func.coalesce(func.min(_later.c.id), _NEVER))
        .where(
            _later.c.conversation == _ours.c.conversation,
            _later.c.id > _ours.c.id,
            _later.c.direction == Direction.OUTGOING,
            _later.c.state != MessageState.FAILED,
            _later.c.context.is_(False),
            is_shown(_later.c.id),
        )
        .scalar_subquery()
    )
    turns = select(_ours.c.id, _ours.c.conversation, again.label("until")).where(one_of(_ours.c.id, asked))
    # Looked for once a question: woven into the whole, SQLite looks for it again at each message.
    turn = turns.cte("turn").prefix_with("MATERIALIZED")
    return (
        select(turn.c.id, *_ANSWERED)
        .select_from(turn)
        .join(message, message.c.conversation == turn.c.conversation)
        .join(handle, handle.c.id == message.c.author)
        .where(message.c.id > turn.c.id, message.c.id < turn.c.until, *_THEIRS)
        .group_by(turn.c.id)
    )


def _came(conn: Reading, counted: Select[Which, int, int, int]) -> Mapping[Which, _Came]:
    return {which: _Came(answers, people, MessageId(first)) for which, answers, people, first in conn.execute(counted)}


def _question(
    text: str, one: _Asked, came: _Came | None, within: ConversationId | None, leads_to: MessageId | None
) -> OwnQuestion:
    said = " ".join(text.split())[:_MOST_TEXT]
    answers, people = (came.answers, came.people) if came else (0, 0)
    return OwnQuestion(said, from_ms(one.at), within, leads_to, answers, people)
