"""Which messages still need a reply, when answers of ours arrive or merge in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, Update, literal_column, select, text, update

from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.domain.timecode import first_id, ms_of
from inbox_app.domain.words import Direction, Kind
from inbox_app.storage.bulk import any_of
from inbox_app.storage.dialect import holds
from inbox_app.storage.schema import message
from inbox_app.storage.transaction import Tx


def floor(last_outgoing: MessageId) -> MessageId:
    """Messages below this are older than our last answer; one of the same moment may well be newer, so it is not."""
    return MessageId(first_id(ms_of(last_outgoing)))


def asks(row: Row[*tuple[Any, ...]], kind: Kind, last_outgoing: MessageId, *, is_answered_below: bool) -> bool:
    """Whether a message (its row holds the facts and decisions) needs a reply, in a conversation of this kind."""
    if row.direction == Direction.OUTGOING or not row.needs_work or row.context or is_answered_below:
        return False
    if row.dismissed or row.deleted_at is not None:
        return False
    return not (kind.answered_by_any_later and row.id < floor(last_outgoing))


def settle_older(tx: Tx, floors: Mapping[ConversationId, MessageId]) -> dict[ConversationId, int]:
    """In each conversation whatever is older than its floor needs no reply any more. Returns how many there were."""
    if not floors:
        return {}
    rows = tx.conn.execute(_OPEN_ONES[tx.conn.dialect.name], {"wanted": list(floors)})
    return _settle(tx, [(row[0], row[1]) for row in rows if row[0] < floors[row[1]]], _NEEDS_NONE)


def settle_above(tx: Tx, seeds: Collection[MessageId]) -> dict[ConversationId, int]:
    """The seeds and all that they answer, however far up, have an answer of ours below them now.

    Walks until it meets one that knows so already. Returns how many messages needed a reply until now.
    """
    if not seeds:
        return {}
    rows = tx.conn.execute(_ABOVE, {"wanted": list(seeds)}).all()
    counts = _settle(tx, [(row.id, row.conversation) for row in rows], _HAS_OURS_BELOW)
    for row in rows:
        counts[row.conversation] -= not row.needs_reply
    return {where: count for where, count in counts.items() if count}


def _settle(tx: Tx, found: Sequence[tuple[MessageId, ConversationId]], statement: Update) -> dict[ConversationId, int]:
    if not found:
        return {}
    ids = [one for one, _ in found]
    tx.conn.execute(statement, {"wanted": ids})
    tx.messages.update(ids)
    return Counter(where for _, where in found)


def _open_ones(table: str) -> Select[MessageId, ConversationId]:
    here = literal_column("message.conversation", message.c.conversation.type)
    open_ones = select(literal_column("message.id"), here).select_from(text(table))
    return open_ones.where(any_of(here), holds(message.c.needs_reply))


_OPEN_ONES = {
    # Left to itself SQLite may read every message of the conversation.
    "sqlite": _open_ones("message INDEXED BY ix_message_needs_reply"),
    "postgresql": _open_ones("message"),
}
_NEEDS_NONE = update(message).where(any_of(message.c.id)).values(needs_reply=False)
_HAS_OURS_BELOW = update(message).where(any_of(message.c.id)).values(ours_below=True, needs_reply=False)
_start = (
    select(message.c.id, message.c.parent)
    .where(any_of(message.c.id), message.c.ours_below.is_(False))
    .cte("up", recursive=True)
)
_up = _start.union(
    select(message.c.id, message.c.parent).where(message.c.id == _start.c.parent, message.c.ours_below.is_(False))
)
_ABOVE = select(message.c.id, message.c.conversation, message.c.needs_reply).join_from(
    _up, message, message.c.id == _up.c.id
)


def open_counts(tx: Tx, wanted: Collection[ConversationId]) -> dict[ConversationId, int]:
    """How many messages of each conversation need a reply, counted anew."""
    counts = dict.fromkeys(wanted, 0)
    for _, where in tx.conn.execute(_OPEN_ONES[tx.conn.dialect.name], {"wanted": list(wanted)}):
        counts[where] += 1
    return counts
