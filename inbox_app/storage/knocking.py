"""Who has just said something that needs a reply."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, func, literal, or_, select

from inbox_app.domain.filters import Not
from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, MessageId
from inbox_app.domain.knock import MOST_KNOCKS, Ears, Knock
from inbox_app.domain.marks import stored_marks
from inbox_app.storage import views
from inbox_app.storage.dialect import holds
from inbox_app.storage.filters import where
from inbox_app.storage.schema import conversation, handle, member, message, message_text

_asking = message.alias("asking")
_ASKING = select(_asking.c.id).where(holds(_asking.c.needs_reply))
"""A question of its own: beside the account SQLite would take the index of that, and read all its messages."""


def since(conn: Connection, me: ColleagueId, account: AccountId, moment: int, ears: Ears) -> tuple[Knock, ...]:
    """Messages of an account that need a reply, arrived after a moment (ms) and want to be heard; the newest first."""
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
        .join(conversation, conversation.c.id == message.c.conversation)
        .join(handle, handle.c.id == message.c.author)
        .outerjoin(member, member.c.id == handle.c.member)
        .join(message_text, message_text.c.id == message.c.id)
        .where(message.c.id.in_(_ASKING), message.c.account == account, message.c.received_at > moment)
        .where(_heard(conn, me, ears))
        .order_by(message.c.id.desc())
        .limit(MOST_KNOCKS)
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


def _heard(conn: Connection, me: ColleagueId, ears: Ears) -> ColumnElement[bool]:
    known = views.every(conn, me) if ears.telling | ears.silent else ()
    telling = [where(one.filter, me) for one in known if one.id in ears.telling]
    not_silent = [where(Not(one.filter), me) for one in known if one.id in ears.silent]
    return or_(and_(literal(ears.account), *not_silent), *telling)
