"""What happened to messages, as it was recorded: edits with the text before, deletions, hides, reactions."""

from __future__ import annotations

from sqlalchemy import Connection, select

from inbox_app.domain.happened import Event, Happened
from inbox_app.domain.ids import MessageId
from inbox_app.domain.timecode import from_ms
from inbox_app.storage.schema import message_event

_KNOWN = [one.value for one in Event]


def of_message(conn: Connection, wanted: MessageId) -> tuple[Happened, ...]:
    """Everything that happened to it, the first thing first."""
    asked = (
        select(message_event.c.kind, message_event.c.at, message_event.c.before)
        .where(message_event.c.message == wanted, message_event.c.kind.in_(_KNOWN))
        .order_by(message_event.c.at, message_event.c.id)
    )
    return tuple(Happened(Event(row.kind), from_ms(row.at), row.before or "") for row in conn.execute(asked))
