"""Who takes part in which conversation, with how many messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from functools import cache

from sqlalchemy import Insert, delete, func, insert, select

from inbox_app.domain.ids import ConversationId, HandleId
from inbox_app.storage.bulk import any_of
from inbox_app.storage.copies import SHOWN
from inbox_app.storage.dialect import insert_or
from inbox_app.storage.schema import message, participant
from inbox_app.storage.transaction import Tx


def add_messages(tx: Tx, written: Iterable[tuple[ConversationId, HandleId]]) -> None:
    """Count messages, each named by its conversation and its author."""
    _add(tx, Counter(written))


def move_participants(tx: Tx, gone: ConversationId, survivor: ConversationId) -> None:
    """Who took part in one conversation takes part in another, with all messages."""
    theirs = participant.c.conversation == gone
    rows = tx.conn.execute(select(participant.c.handle, participant.c.message_count).where(theirs)).all()
    tx.conn.execute(delete(participant).where(theirs))
    _add(tx, {(survivor, row[0]): row[1] for row in rows})


def recount(tx: Tx, wanted: Collection[ConversationId]) -> None:
    """Count who takes part in these conversations from their messages."""
    tx.conn.execute(delete(participant).where(any_of(participant.c.conversation)), {"wanted": list(wanted)})
    # Found first and grouped afterwards: in one, SQLite goes through all messages by an index that is in the order of
    # authors already.
    said = (
        select(message.c.conversation, message.c.author)
        .where(any_of(message.c.conversation), message.c.context.is_(False), SHOWN)
        .cte("said")
        .prefix_with("MATERIALIZED")
    )
    written = select(said.c.conversation, said.c.author, func.count()).group_by(said.c.conversation, said.c.author)
    columns = ["conversation", "handle", "message_count"]
    tx.conn.execute(insert(participant).from_select(columns, written), {"wanted": list(wanted)})


@cache
def _count_more(dialect: str) -> Insert:
    statement = insert_or(dialect, participant)
    more = participant.c.message_count + statement.excluded.message_count
    return statement.on_conflict_do_update(index_elements=["conversation", "handle"], set_={"message_count": more})


def _add(tx: Tx, counts: dict[tuple[ConversationId, HandleId], int]) -> None:
    if not counts:
        return
    tx.conn.execute(
        _count_more(tx.conn.dialect.name),
        [
            {"conversation": where, "handle": who, "message_count": count}
            for (where, who), count in sorted(counts.items())
        ],
    )
