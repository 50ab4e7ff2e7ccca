"""Events as a service would bring them."""

from __future__ import annotations

from datetime import UTC, datetime

from inbox_app.contract.remote import Batch, MessageSeen, RemoteAuthor, RemoteMessage
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Direction, Kind

ANNA = RemoteAuthor("anna", "@anna", "Anna")


def seen(remote_id: str, text: str = "Hello", *, key: str | None = None, ours: bool = False) -> MessageSeen:
    """A message of Anna's, or the copy of one of ours."""
    author = RemoteAuthor("we", "@we", "We") if ours else ANNA
    direction = Direction.OUTGOING if ours else Direction.INCOMING
    return MessageSeen(
        RemoteMessage(
            remote_id,
            Kind.DIRECT,
            ("chat",),
            author,
            direction,
            datetime(2026, 11, 2, 9, tzinfo=UTC),
            text,
            key=key,
        )
    )


def batch(cursor: JsonObject, *remote_ids: str, more: bool = False) -> Batch:
    """One page with these messages."""
    return Batch(tuple(seen(one) for one in remote_ids), cursor, more)
