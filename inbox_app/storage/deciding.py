"""Where conversations stand, written anew after a decision or an undo."""

from __future__ import annotations

from collections.abc import Collection

from inbox_app.domain.ids import ConversationId
from inbox_app.domain.standing import state_of
from inbox_app.storage.answers import open_counts
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
            we_answered=one.we_answered,
        )
    change_conversations(tx, found.values())
    tx.touch_conversations(found)
