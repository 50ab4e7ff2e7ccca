"""Drafts: one a colleague and conversation, saved at each pause, touched by no outside event."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from inbox_app.domain.ids import ColleagueId, ConversationId, DraftId, MessageId, new_id
from inbox_app.domain.inbox import DraftFile
from inbox_app.domain.timecode import from_ms
from inbox_app.storage import attachments
from inbox_app.storage.schema import draft
from inbox_app.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Draft:
    """Text not yet sent, and the files that came back to it when a send was taken back."""

    id: DraftId
    conversation: ConversationId | None
    reply_to: MessageId | None
    text: str
    changed_at: datetime
    files: tuple[DraftFile, ...] = ()


def save(
    tx: Tx,
    me: ColleagueId,
    conversation: ConversationId,
    text: str,
    reply_to: MessageId | None,
    without: Collection[str] = (),
) -> DraftId | None:
    """Keep a colleague's text for a conversation, and all its files but `without`; with neither there is no draft."""
    known = of_conversation(tx.conn, me, conversation)
    if known is not None and without:
        attachments.drop_from_draft(tx, known.id, without)
    if not text.strip() and (known is None or all(one.id in without for one in known.files)):
        if known is not None:
            discard(tx, me, known.id)
        return None
    if known is not None and (known.text, known.reply_to) == (text, reply_to):
        return known.id
    values = {"text": text, "reply_to": reply_to, "changed_at": tx.now}
    kept = known.id if known is not None else DraftId(new_id())
    if known is None:
        tx.conn.execute(insert(draft).values(id=kept, colleague=me, conversation=conversation, **values))
    else:
        tx.conn.execute(update(draft).where(draft.c.id == kept).values(**values))
    tx.about("drafts")
    return kept


def discard(tx: Tx, me: ColleagueId, wanted: DraftId) -> bool:
    """Throw a draft of one's own away; False where there is none."""
    gone = tx.conn.execute(delete(draft).where(draft.c.id == wanted, draft.c.colleague == me)).rowcount
    tx.about("drafts")
    return gone > 0


def of_conversation(conn: Connection, me: ColleagueId, conversation: ConversationId) -> Draft | None:
    """The colleague's draft for a conversation."""
    wanted = select(draft).where(draft.c.colleague == me, draft.c.conversation == conversation)
    row = conn.execute(wanted).one_or_none()
    return None if row is None else _draft(conn, row)


def every(conn: Connection, me: ColleagueId) -> tuple[Draft, ...]:
    """All drafts of a colleague, the last touched first."""
    wanted = select(draft).where(draft.c.colleague == me).order_by(draft.c.changed_at.desc())
    return tuple(_draft(conn, row) for row in conn.execute(wanted).all())


def _draft(conn: Connection, row: Row[*tuple[Any, ...]]) -> Draft:
    return Draft(
        DraftId(row.id),
        ConversationId(row.conversation) if row.conversation else None,
        MessageId(row.reply_to) if row.reply_to else None,
        row.text,
        from_ms(row.changed_at),
        attachments.of_draft(conn, DraftId(row.id)),
    )
