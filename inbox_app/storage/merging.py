"""One conversation goes over into another, with everything that hangs on it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Table, Update, bindparam, delete, select, update

from inbox_app.domain.ids import ConversationId
from inbox_app.domain.words import State
from inbox_app.storage.dialect import insert_or
from inbox_app.storage.participants import move_participants
from inbox_app.storage.schema import (
    conversation,
    conversation_tag,
    draft,
    message,
    note,
    operation_on,
    outbox,
    presence,
    reminder,
    thread,
    unread,
)
from inbox_app.storage.transaction import Tx

_MOVED = (message, thread, unread, note, reminder, outbox, draft, presence)


def merge_conversations(tx: Tx, survivors: Mapping[ConversationId, ConversationId]) -> None:
    """Let all that belongs to a conversation belong to its survivor; a stub with `merged_into` stays.

    The survivor's own row (counters, state) is the caller's. No survivor may itself be merged by the same call.
    """
    pairs = [{"of": loser, "new": survivor} for loser, survivor in survivors.items()]
    if not pairs:
        return
    _free_second_drafts(tx.conn, pairs)
    for table in _MOVED:
        tx.conn.execute(_move(table), pairs)
    for pair in pairs:
        move_participants(tx, pair["of"], pair["new"])
        _union(tx.conn, conversation_tag, "tag", pair)
        _union(tx.conn, operation_on, "operation", pair)
    tx.conn.execute(_STUB, pairs)
    tx.conversations.update(survivors)
    tx.conversations.update(survivors.values())


def _move(table: Table) -> Update:
    return update(table).where(table.c.conversation == bindparam("of")).values(conversation=bindparam("new"))


def _free_second_drafts(conn: Connection, pairs: list[dict[str, ConversationId]]) -> None:
    """Where somebody wrote in both, the second draft stands alone: a person has one draft in a conversation."""
    other = draft.alias("other")
    taken = select(other.c.colleague).where(other.c.conversation == bindparam("new"))
    statement = (
        update(draft)
        .where(draft.c.conversation == bindparam("of"), draft.c.colleague.in_(taken))
        .values(conversation=None)
    )
    for pair in pairs:
        conn.execute(statement, pair)
        conn.execute(_move(draft), pair)


def _union(conn: Connection, table: Table, name: str, pair: Mapping[str, ConversationId]) -> None:
    theirs = table.c.conversation == pair["of"]
    rows = conn.execute(select(table.c[name]).where(theirs)).scalars().all()
    conn.execute(delete(table).where(theirs))
    if rows:
        conn.execute(
            insert_or(conn.dialect.name, table).on_conflict_do_nothing(),
            [{"conversation": pair["new"], name: one} for one in rows],
        )


_STUB = (
    update(conversation)
    .where(conversation.c.id == bindparam("of"))
    .values(
        merged_into=bindparam("new"),
        state=State.DONE.value,
        done_at=None,
        snoozed_until=None,
        last_message=0,
        last_incoming=0,
        last_outgoing=0,
        message_count=0,
        needs_reply_count=0,
        attachment_count=0,
    )
)
