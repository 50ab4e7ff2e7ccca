"""One conversation goes over into another, with everything that hangs on it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Table, Update, bindparam, case, delete, select, update

from inbox_app.domain.ids import ConversationId
from inbox_app.domain.words import State
from inbox_app.storage import beside, joint
from inbox_app.storage.dialect import insert_or
from inbox_app.storage.participants import move_participants
from inbox_app.storage.schema import (
    attachment,
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

_MOVED = (message, thread, unread, note, reminder, outbox, presence)


def merge_conversations(tx: Tx, survivors: Mapping[ConversationId, ConversationId]) -> None:
    """Let all that belongs to a conversation belong to its survivor; a stub with `merged_into` stays.

    The survivor's own row (counters, state) is the caller's. No survivor may itself be merged by the same call.
    """
    pairs = [{"of": loser, "new": survivor} for loser, survivor in survivors.items()]
    if not pairs:
        return
    for table in _MOVED:
        tx.conn.execute(_move(table), pairs)
    for pair in pairs:
        _unite_drafts(tx.conn, pair)
        tx.conn.execute(_move(draft), pair)
        move_participants(tx, pair["of"], pair["new"])
        _union(tx.conn, conversation_tag, "tag", pair)
        _union(tx.conn, operation_on, "operation", pair)
    tx.conn.execute(_STUB, pairs)
    joint.note_accounts(tx, {*survivors, *survivors.values()})
    tx.conversations.update(survivors)
    tx.conversations.update(survivors.values())
    tx.about("drafts")


def _move(table: Table) -> Update:
    return update(table).where(table.c.conversation == bindparam("of")).values(conversation=bindparam("new"))


def _unite_drafts(conn: Connection, pair: Mapping[str, ConversationId]) -> None:
    """A person has one draft in a conversation: where somebody wrote in both, the second text follows the first."""
    for both in conn.execute(_WRITTEN_IN_BOTH, pair).all():
        texts = dict.fromkeys(said for said in (both.text, both.more) if said.strip())
        detail = beside.together(both.detail, both.more_detail)
        united = {"text": "\n\n".join(texts), "title": both.title or both.more_title, "detail": detail}
        conn.execute(update(draft).where(draft.c.id == both.id).values(changed_at=both.changed_at, **united))
        conn.execute(update(attachment).where(attachment.c.draft == both.gone).values(draft=both.id))
        conn.execute(delete(draft).where(draft.c.id == both.gone))


_gone = draft.alias("gone")
_later = case((_gone.c.changed_at > draft.c.changed_at, _gone.c.changed_at), else_=draft.c.changed_at)
_WRITTEN_IN_BOTH = (
    select(
        draft.c.id,
        draft.c.text,
        draft.c.title,
        draft.c.detail,
        _later.label("changed_at"),
        _gone.c.id.label("gone"),
        _gone.c.text.label("more"),
        _gone.c.title.label("more_title"),
        _gone.c.detail.label("more_detail"),
    )
    .join(_gone, _gone.c.colleague == draft.c.colleague)
    .where(draft.c.conversation == bindparam("new"), _gone.c.conversation == bindparam("of"))
)


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
        reopened_at=None,
        last_message=0,
        last_incoming=0,
        last_outgoing=0,
        message_count=0,
        needs_reply_count=0,
        attachment_count=0,
    )
)
