"""What can be done now, from what the account, the conversation and the message each say of it."""

from __future__ import annotations

import json

from sqlalchemy import Connection, select

from inbox_app.domain.abilities import Abilities
from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.domain.timecode import from_ms
from inbox_app.storage.schema import account, conversation, message


def of_conversation(conn: Connection, wanted: ConversationId, now: int) -> Abilities:
    """For a conversation that exists; `now` in milliseconds since 1970."""
    said = (account.c.abilities.label("wide"), conversation.c.abilities.label("near"), conversation.c.reply_until)
    asked = select(*said).join(account, account.c.id == conversation.c.account).where(conversation.c.id == wanted)
    row = conn.execute(asked).one()
    here = _read(row.near).within(_read(row.wide))
    if row.reply_until is None or now <= row.reply_until:
        return here
    return here.closed_since(from_ms(row.reply_until))


def of_message(conn: Connection, wanted: MessageId, now: int) -> Abilities:
    """For a message that exists, within its conversation."""
    row = conn.execute(select(message.c.abilities, message.c.conversation).where(message.c.id == wanted)).one()
    return _read(row.abilities).within(of_conversation(conn, ConversationId(row.conversation), now))


def _read(stored: str | None) -> Abilities:
    return Abilities.from_json(json.loads(stored or "{}"))
