"""Everything that was decided, newest first, and whether it was taken back."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, select

from inbox_app.domain.history import PastDecision
from inbox_app.domain.ids import ConversationId, OperationId
from inbox_app.domain.timecode import from_ms
from inbox_app.storage.bulk import any_of
from inbox_app.storage.schema import colleague, conversation, operation, operation_on


def decisions(conn: Connection, limit: int, before: OperationId | None = None) -> tuple[PastDecision, ...]:
    """At most `limit` decisions, the newest first; with `before`, those older than that one."""
    wanted = select(operation, colleague.c.name).outerjoin(colleague, colleague.c.id == operation.c.colleague)
    if before is not None:
        place = select(operation.c.at).where(operation.c.id == before).scalar_subquery()
        wanted = wanted.where(
            (operation.c.at < place) | ((operation.c.at == place) & (operation.c.id < before)),
        )
    rows = conn.execute(wanted.order_by(operation.c.at.desc(), operation.c.id.desc()).limit(limit)).all()
    about = _about(conn, [row.id for row in rows])
    return tuple(
        PastDecision(
            OperationId(row.id),
            row.kind,
            from_ms(row.at),
            row.name or "",
            None if row.undone_at is None else from_ms(row.undone_at),
            tuple(one for one, _title in about[row.id]),
            about[row.id][0][1] if about[row.id] else "",
            len(json.loads(row.detail).get("acts", ())),
        )
        for row in rows
    )


def _about(conn: Connection, wanted: Iterable[str]) -> defaultdict[str, list[tuple[ConversationId, str]]]:
    found: defaultdict[str, list[tuple[ConversationId, str]]] = defaultdict(list)
    rows = conn.execute(_ABOUT, {"wanted": list(wanted)})
    for of, one, title, snippet in rows:
        found[of].append((ConversationId(one), title or snippet))
    return found


_ABOUT = (
    select(operation_on.c.operation, conversation.c.id, conversation.c.title, conversation.c.snippet)
    .join(conversation, conversation.c.id == operation_on.c.conversation)
    .where(any_of(operation_on.c.operation))
    .order_by(operation_on.c.operation, conversation.c.last_message.desc(), conversation.c.id)
)
