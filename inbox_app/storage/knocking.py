"""Who has just said something that needs a reply."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from inbox_app.domain.ids import AccountId, ConversationId, MessageId
from inbox_app.domain.knock import Knock
from inbox_app.domain.marks import stored_marks
from inbox_app.storage.schema import handle, member, message, message_text

_MOST = 20


def since(conn: Connection, account: AccountId, moment: int) -> tuple[Knock, ...]:
    """Messages of an account that need a reply and arrived after a moment (ms), the newest first."""
    who = func.coalesce(
        func.nullif(member.c.preferred_name, ""),
        func.nullif(member.c.name, ""),
        func.nullif(handle.c.name, ""),
        handle.c.handle,
    )
    asked = (
        select(
            message.c.id,
            message.c.conversation,
            who.label("who"),
            message_text.c.body,
            message.c.title,
            message.c.marks,
        )
        .join(handle, handle.c.id == message.c.author)
        .outerjoin(member, member.c.id == handle.c.member)
        .join(message_text, message_text.c.id == message.c.id)
        .where(message.c.needs_reply, message.c.account == account, message.c.received_at > moment)
        .order_by(message.c.id.desc())
        .limit(_MOST)
    )
    return tuple(
        Knock(
            MessageId(row.id),
            ConversationId(row.conversation),
            row.who,
            stored_marks(row.marks).unasked(row.title, row.body),
        )
        for row in conn.execute(asked)
    )
