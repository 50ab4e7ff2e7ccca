"""Where conversations stand, written anew after a decision or an undo."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select, update

from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.domain.standing import state_of
from inbox_app.domain.words import Kind
from inbox_app.storage.answers import asks, open_counts
from inbox_app.storage.bulk import any_of
from inbox_app.storage.schema import conversation, message
from inbox_app.storage.standings import change_conversations, standings
from inbox_app.storage.transaction import Tx


def restate(tx: Tx, wanted: Collection[ConversationId]) -> None:
    """Count what needs a reply and set the state of these conversations from their messages and decisions."""
    found = standings(tx.conn, wanted)
    counts = open_counts(tx, found)
    for one in found.values():
        one.needs_reply_count = counts[one.id]
        one.state = state_of(
            snoozed=one.snoozed_until is not None,
            done=one.done_at is not None,
            needs_reply=one.needs_reply_count > 0,
            reopened=one.is_reopened,
            we_answered=one.we_answered,
        )
    change_conversations(tx, found.values())
    tx.touch_conversations(found)


def dismiss(tx: Tx, wanted: Collection[MessageId], *, dismissed: bool) -> set[MessageId]:
    """Set or lift the word that these messages need no reply. Returns those of them that need one now."""
    tx.conn.execute(_DISMISS, {"wanted": [*wanted], "word": dismissed})
    asking = {
        MessageId(row.id)
        for row in tx.conn.execute(_FACTS, {"wanted": [*wanted]})
        if asks(row, Kind(row.kind), MessageId(row.last_outgoing), is_answered_below=row.ours_below)
    }
    tx.conn.execute(_SET_NEED, {"wanted": [*wanted], "need": False})
    tx.conn.execute(_SET_NEED, {"wanted": [*asking], "need": True})
    tx.messages.update(wanted)
    return asking


_DISMISS = update(message).where(any_of(message.c.id)).values(dismissed=bindparam("word"))
_SET_NEED = update(message).where(any_of(message.c.id)).values(needs_reply=bindparam("need"))
_FACTS = (
    select(
        message.c.id,
        message.c.direction,
        message.c.needs_work,
        message.c.context,
        message.c.dismissed,
        message.c.deleted_at,
        message.c.ours_below,
        conversation.c.kind,
        conversation.c.last_outgoing,
    )
    .join(conversation, conversation.c.id == message.c.conversation)
    .where(any_of(message.c.id))
)
