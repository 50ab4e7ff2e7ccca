"""What belongs to a message and stands elsewhere: the private answer to what was said in public, and the way back."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, select

from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.domain.inbox import Aside
from inbox_app.domain.words import Direction, Kind, MessageState
from inbox_app.storage.bulk import any_of
from inbox_app.storage.schema import conversation, message, message_text

_BEGINNING = 300


def answered_alone(conn: Connection, wanted: Collection[MessageId]) -> dict[MessageId, Aside]:
    """The last answer of ours that went to the author of each of these alone."""
    return {MessageId(row.about): _aside(row) for row in conn.execute(_ALONE, {"wanted": list(wanted)})}


def said_in_public(conn: Connection, wanted: Collection[MessageId]) -> dict[MessageId, Aside]:
    """What each of these answers in private, where that was said in public."""
    return {MessageId(row.about): _aside(row) for row in conn.execute(_IN_PUBLIC, {"wanted": list(wanted)})}


_answer, _asked = message.alias("answer"), message.alias("asked")
_ALONE = (
    select(_answer.c.parent.label("about"), _answer.c.id, _answer.c.conversation, _answer.c.state, message_text.c.body)
    .join(conversation, conversation.c.id == _answer.c.conversation)
    .outerjoin(message_text, message_text.c.id == _answer.c.id)
    .where(
        any_of(_answer.c.parent),
        _answer.c.direction == Direction.OUTGOING,
        _answer.c.deleted_at.is_(None),
        conversation.c.kind == Kind.DIRECT,
    )
    .order_by(_answer.c.id)
)
_IN_PUBLIC = (
    select(_answer.c.id.label("about"), _asked.c.id, _asked.c.conversation, _asked.c.state, message_text.c.body)
    .select_from(_answer.join(_asked, _asked.c.id == _answer.c.parent))
    .join(conversation, conversation.c.id == _asked.c.conversation)
    .outerjoin(message_text, message_text.c.id == _asked.c.id)
    .where(any_of(_answer.c.id), _answer.c.direction == Direction.OUTGOING, conversation.c.kind != Kind.DIRECT)
)


def _aside(row: Row[*tuple[Any, ...]]) -> Aside:
    text = " ".join((row.body or "").split())[:_BEGINNING]
    return Aside(MessageId(row.id), ConversationId(row.conversation), MessageState(row.state), text)
