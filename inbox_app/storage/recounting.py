"""A conversation's row and what needs a reply in it, after something that a person did.

A reply that is queued is counted forwards, as ingest counts, and reads only what it answers. One that is taken back or
fails may open what it had answered: then the conversation is counted again as a whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.domain.marks import stored_marks
from inbox_app.domain.titles import snippet_of
from inbox_app.domain.words import Direction, MessageState
from inbox_app.storage.answers import asks, floor, settle_above, settle_older
from inbox_app.storage.bulk import any_of
from inbox_app.storage.copies import SHOWN
from inbox_app.storage.deciding import restate
from inbox_app.storage.schema import attachment, conversation, message, message_text
from inbox_app.storage.standings import NONE, Standing, change_conversations, standings
from inbox_app.storage.transaction import Tx


def count_written(tx: Tx, within: ConversationId, ours: MessageId, text: str, parent: MessageId | None) -> None:
    """Count a message of ours that stands in the conversation from now on, and settle what it answers."""
    one = standings(tx.conn, [within])[within]
    one.message_count += 1
    if ours > one.last_message:
        one.last_message, one.snippet = ours, snippet_of(text)
    one.last_outgoing = max(one.last_outgoing, ours)
    change_conversations(tx, [one])
    answered = settle_above(tx, {parent} if parent is not None else ())
    if one.kind.answered_by_any_later:
        settle_older(tx, {within: floor(one.last_outgoing)})
    restate(tx, {within, *answered})


def count_files(tx: Tx, within: ConversationId, more: int) -> None:
    """So many files came to the conversation."""
    counted = conversation.c.attachment_count + more
    tx.conn.execute(update(conversation).where(conversation.c.id == within).values(attachment_count=counted))


def recount(tx: Tx, wanted: Collection[ConversationId]) -> None:
    """Bring counters, last messages, snippet, what needs a reply and the state up to date.

    A message of ours answers from the moment it is decided; one that failed does not.
    """
    found = standings(tx.conn, wanted)
    for one in found.values():
        rows = tx.conn.execute(_MESSAGES, {"here": one.id}).all()
        below = _with_ours_below(rows, tx.conn.execute(_ANSWERED_ELSEWHERE, {"here": one.id}).scalars())
        _stand(tx, one, [row for row in rows if not row.context])
        _set(tx, "ours_below", rows, below)
        asking = {row.id for row in rows if asks(row, one.kind, one.last_outgoing, is_answered_below=row.id in below)}
        _set(tx, "needs_reply", rows, asking)
    change_conversations(tx, found.values())
    restate(tx, found)


Message = Row[*tuple[Any, ...]]
_child = message.alias("child")
_MESSAGES = (
    select(
        message.c.id,
        message.c.parent,
        message.c.direction,
        message.c.state,
        message.c.context,
        message.c.needs_work,
        message.c.needs_reply,
        message.c.dismissed,
        message.c.deleted_at,
        message.c.ours_below,
    )
    .where(message.c.conversation == bindparam("here"), SHOWN)
    .order_by(message.c.id)
)
_ANSWERED_ELSEWHERE = (
    select(message.c.id)
    .join_from(message, _child, _child.c.parent == message.c.id)
    .where(message.c.conversation == bindparam("here"), _child.c.conversation != message.c.conversation)
    .where(_child.c.ours_below)
)


def _answers(row: Message) -> bool:
    return bool(row.direction == Direction.OUTGOING and row.state != MessageState.FAILED)


def _with_ours_below(rows: Sequence[Message], answered_elsewhere: Iterable[int]) -> set[int]:
    """The messages that are ours or have one of ours below them."""
    parents = {row.id: row.parent for row in rows}
    below: set[int] = set()
    for start in (*(row.id for row in rows if _answers(row)), *answered_elsewhere):
        current = start
        while current in parents and current not in below:
            below.add(current)
            current = parents[current]
    return below


def _stand(tx: Tx, one: Standing, counted: Sequence[Message]) -> None:
    one.message_count = len(counted)
    one.last_message = _last(counted)
    one.last_incoming = _last([row for row in counted if row.direction == Direction.INCOMING])
    one.last_outgoing = _last([row for row in counted if _answers(row)])
    one.snippet = _snippet(tx, one.last_message)
    files = select(func.count()).select_from(attachment).join(message, message.c.id == attachment.c.message)
    one.attachment_count = tx.conn.execute(files.where(message.c.conversation == one.id, SHOWN)).scalar_one()


def _snippet(tx: Tx, last: MessageId) -> str:
    """The beginning of a message; of what it warns of, only the warning."""
    told = select(message_text.c.body, message.c.title, message.c.marks).where(message_text.c.id == last)
    row = tx.conn.execute(told.where(message.c.id == message_text.c.id)).one_or_none()
    if row is None:
        return ""
    return snippet_of(stored_marks(row.marks).unasked(row.title, row.body or ""))


def _last(rows: Sequence[Message]) -> MessageId:
    return MessageId(rows[-1].id) if rows else NONE


def _set(tx: Tx, name: str, rows: Sequence[Message], wanted: set[int]) -> None:
    for value in (True, False):
        wrong = [row.id for row in rows if getattr(row, name) != value and (row.id in wanted) == value]
        if wrong:
            tx.conn.execute(update(message).where(any_of(message.c.id)).values({name: value}), {"wanted": wrong})
            tx.messages.update(wrong)
