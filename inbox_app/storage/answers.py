"""Which messages still need a reply, when answers of ours arrive or merge in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import select, text, update

from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.domain.timecode import first_id, ms_of
from inbox_app.storage.schema import message
from inbox_app.storage.transaction import Tx

_OPEN = text("message.needs_reply")
"""As the partial index ix_message_needs_reply spells it."""


def floor(last_outgoing: MessageId) -> MessageId:
    """Messages below this are older than our last answer; one of the same moment may well be newer, so it is not."""
    return MessageId(first_id(ms_of(last_outgoing)))


def settle_older(tx: Tx, floors: Mapping[ConversationId, MessageId]) -> dict[ConversationId, int]:
    """In each conversation whatever is older than its floor needs no reply any more. Returns how many there were."""
    if not floors:
        return {}
    rows = tx.conn.execute(
        select(message.c.id, message.c.conversation).where(message.c.conversation.in_(floors), _OPEN)
    )
    return _settle(tx, ((row[0], row[1]) for row in rows if row[0] < floors[row[1]]))


def settle_above(tx: Tx, seeds: Collection[MessageId]) -> dict[ConversationId, int]:
    """The seeds and all that they answer, however far up, have an answer of ours below them now.

    Walks until it meets one that knows so already. Returns how many messages needed a reply until now.
    """
    if not seeds:
        return {}
    start = (
        select(message.c.id, message.c.parent)
        .where(message.c.id.in_(sorted(seeds)), message.c.ours_below.is_(False))
        .cte("up", recursive=True)
    )
    above = select(message.c.id, message.c.parent).where(
        message.c.id == start.c.parent, message.c.ours_below.is_(False)
    )
    up = start.union(above)
    rows = tx.conn.execute(
        select(message.c.id, message.c.conversation, message.c.needs_reply).join_from(
            up, message, message.c.id == up.c.id
        )
    ).all()
    for part in _slices([row.id for row in rows]):
        tx.conn.execute(update(message).where(message.c.id.in_(part)).values(ours_below=True))
    return _settle(tx, ((row.id, row.conversation) for row in rows if row.needs_reply))


def _settle(tx: Tx, found: Iterable[tuple[MessageId, ConversationId]]) -> dict[ConversationId, int]:
    counts: dict[ConversationId, int] = {}
    ids = []
    for one, where in found:
        ids.append(one)
        counts[where] = counts.get(where, 0) + 1
    for part in _slices(ids):
        tx.conn.execute(update(message).where(message.c.id.in_(part)).values(needs_reply=False))
    tx.messages.update(ids)
    return counts


def _slices(ids: list[MessageId], size: int = 1000) -> Iterable[list[MessageId]]:
    return (ids[at : at + size] for at in range(0, len(ids), size))


def open_counts(tx: Tx, wanted: Collection[ConversationId]) -> dict[ConversationId, int]:
    """How many messages of each conversation need a reply, counted anew."""
    counts = dict.fromkeys(wanted, 0)
    rows = tx.conn.execute(select(message.c.conversation).where(message.c.conversation.in_(wanted), _OPEN))
    for where in rows.scalars():
        counts[where] += 1
    return counts
