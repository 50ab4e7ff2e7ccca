"""Questions among the messages: those that wait for us, those that members answered, and ours with their answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import case, func, or_, select

from inbox_app.content.questions import asks
from inbox_app.domain.ids import ConversationId, MemberId, MessageId
from inbox_app.domain.questions import Helper, OpenQuestion, OwnQuestion
from inbox_app.domain.timecode import first_id, from_ms, ms_of
from inbox_app.domain.words import Direction, Kind, MessageState
from inbox_app.storage.bulk import one_of
from inbox_app.storage.copies import SHOWN
from inbox_app.storage.dialect import holds
from inbox_app.storage.rhythms import SAID
from inbox_app.storage.schema import conversation, handle, member, message, message_text, post
from inbox_app.storage.timelines import lines_of
from inbox_app.storage.transaction import Reading

_NAME = func.coalesce(func.nullif(member.c.preferred_name, ""), member.c.name)
# A text is judged when it is written. What an older Portavoce wrote is judged here until the engine has done so.
_MAY_ASK = or_(holds(message_text.c.asks), message_text.c.asks.is_(None))
_UNJUDGED = case((message_text.c.asks.is_(None), message_text.c.body)).label("unjudged")
_answer, _answerer = message.alias("answer"), handle.alias("answerer")


def open_questions(conn: Reading) -> tuple[OpenQuestion, ...]:
    """What members asked and nobody of us has answered, the oldest first."""
    waiting = (
        select(message.c.id, _UNJUDGED, _NAME)
        .join(message_text, message_text.c.id == message.c.id)
        .join(handle, handle.c.id == message.c.author)
        .join(member, member.c.id == handle.c.member)
        .where(holds(message.c.needs_reply), message.c.deleted_at.is_(None), _MAY_ASK, *SAID)
    )
    names = {MessageId(one): name for one, unjudged, name in conn.execute(waiting) if _asks(unjudged)}
    answers = _answers_of_members(conn, [*names])
    return tuple(
        OpenQuestion(line, names[line.message], tuple((one, name) for one, _who, name in answers[line.message]))
        for line in reversed(lines_of(conn, [*names]))
    )


def helpers(conn: Reading, since: int) -> tuple[Helper, ...]:
    """Who answered questions of other members since a moment, who helped most before the others."""
    answered = (
        select(message.c.id, _UNJUDGED)
        .join(_answer, _answer.c.parent == message.c.id)
        .join(message_text, message_text.c.id == message.c.id)
        .where(_answer.c.id >= first_id(since), _answer.c.direction == Direction.INCOMING, _MAY_ASK, *SAID)
        .distinct()
    )
    asked = [MessageId(one) for one, unjudged in conn.execute(answered) if _asks(unjudged)]
    helped: defaultdict[MemberId, set[MessageId]] = defaultdict(set)
    names: dict[MemberId, str] = {}
    last: dict[MemberId, MessageId] = {}
    for question, answers in _answers_of_members(conn, asked).items():
        for one, who, name in answers:
            helped[who].add(question)
            names[who], last[who] = name, max(one, last.get(who, one))
    lines = {line.message: line for line in lines_of(conn, [*last.values()])}
    found = [Helper(who, names[who], len(questions), lines[last[who]]) for who, questions in helped.items()]
    return tuple(sorted(found, key=lambda one: (-one.helped, one.name, one.member)))


def own_questions(conn: Reading, since: int) -> tuple[OwnQuestion, ...]:
    """What we asked since a moment, in posts and messages, the newest first."""
    found = [*_asked_in_posts(conn, since), *_asked_in_messages(conn, since)]
    return tuple(sorted(found, key=lambda one: one.asked_at, reverse=True))


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
        .where(
            one_of(_answer.c.parent, asked),
            _answer.c.direction == Direction.INCOMING,
            _answer.c.deleted_at.is_(None),
            _answerer.c.member != handle.c.member,
            _answerer.c.own.is_(False),
        )
        .order_by(_answer.c.id)
    )
    for parent, one, who, name in conn.execute(below):
        found[MessageId(parent)].append((MessageId(one), MemberId(who), name))
    return found


def _asked_in_posts(conn: Reading, since: int) -> list[OwnQuestion]:
    ours = (
        select(post.c.id, post.c.title, post.c.text, post.c.published_at)
        .outerjoin(handle, handle.c.id == post.c.author)
        .where(post.c.published_at >= since, post.c.deleted_at.is_(None), (handle.c.own | handle.c.id.is_(None)))
    )
    asked = {row.id: row for row in conn.execute(ours) if asks(f"{row.title}\n{row.text}")}
    below = (
        select(message.c.post, message.c.id, message.c.conversation, handle.c.member)
        .join(handle, handle.c.id == message.c.author)
        .where(one_of(message.c.post, [*asked]), *SAID, message.c.deleted_at.is_(None))
        .order_by(message.c.id)
    )
    answers: defaultdict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for which, one, within, who in conn.execute(below):
        answers[which].append((one, within, who))
    return [
        OwnQuestion(
            text=" ".join((row.title or row.text).split()),
            asked_at=from_ms(row.published_at),
            conversation=ConversationId(answers[one][0][1]) if answers[one] else None,
            message=MessageId(answers[one][0][0]) if answers[one] else None,
            answers=len(answers[one]),
            people=len({who for _id, _within, who in answers[one]}),
        )
        for one, row in asked.items()
    ]


def _asked_in_messages(conn: Reading, since: int) -> list[OwnQuestion]:
    ours = (
        select(message.c.id, message.c.conversation, conversation.c.kind, message_text.c.body, _UNJUDGED)
        .join(conversation, conversation.c.id == message.c.conversation)
        .join(message_text, message_text.c.id == message.c.id)
        .where(
            message.c.id >= first_id(since),
            message.c.direction == Direction.OUTGOING,
            message.c.state != MessageState.FAILED,
            message.c.deleted_at.is_(None),
            _MAY_ASK,
            SHOWN,
        )
        .order_by(message.c.id)
    )
    asked = [row for row in conn.execute(ours) if row.unjudged is None or asks(row.body)]
    answers = _answers_to_us(conn, {row.id: (row.conversation, Kind(row.kind)) for row in asked})
    return [
        OwnQuestion(
            " ".join(row.body.split())[:300],
            from_ms(ms_of(row.id)),
            ConversationId(row.conversation),
            MessageId(row.id),
            len(answers[row.id]),
            len(set(answers[row.id])),
        )
        for row in asked
    ]


def _answers_to_us(conn: Reading, asked: Mapping[int, tuple[str, Kind]]) -> Mapping[int, list[str]]:
    """Who answered each question: right below it, or next to speak where conversations have no tree."""
    rows = conn.execute(
        select(message.c.id, message.c.parent, message.c.conversation, message.c.direction, handle.c.member)
        .join(handle, handle.c.id == message.c.author)
        .where(one_of(message.c.conversation, {within for within, _kind in asked.values()}))
        .order_by(message.c.id)
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    last: dict[str, int | None] = {}
    for row in rows:
        if row.direction == Direction.OUTGOING:
            flat = row.id in asked and asked[row.id][1].answered_by_any_later
            last[row.conversation] = row.id if flat else None
        elif row.parent in asked and not asked[row.parent][1].answered_by_any_later:
            found[row.parent].append(row.member)
        elif (question := last.get(row.conversation)) is not None:
            found[question].append(row.member)
    return found
