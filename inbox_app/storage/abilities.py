"""What can be done now, from what the account, the conversation and the message each say of it."""

from __future__ import annotations

import json

from sqlalchemy import Connection, and_, select, update

from inbox_app.domain.abilities import OF_PEOPLE, Abilities
from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.domain.timecode import from_ms
from inbox_app.domain.words import Action
from inbox_app.storage.schema import account, conversation, message
from inbox_app.storage.transaction import Tx


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


def turn(tx: Tx, target: MessageId, done: Action) -> None:
    """Something was done to a message, or to its author in all that they say to the account: its opposite is possible.

    The service would tell of it with what it lists next: that may be hours away, and never comes of who is blocked.
    """
    about = message.c.id == target
    if done in OF_PEOPLE:
        of = tx.conn.execute(select(message.c.author, message.c.account).where(about)).one()
        about = and_(message.c.author == of.author, message.c.account == of.account)
    stored = select(message.c.abilities).where(about, message.c.abilities.is_not(None)).distinct()
    for before in tx.conn.execute(stored).scalars().all():
        after = json.dumps(_read(before).turned(done).to_json(), separators=(",", ":"), sort_keys=True)
        if after == before:
            continue
        same = and_(about, message.c.abilities == before)
        tx.messages.update(map(MessageId, tx.conn.execute(select(message.c.id).where(same)).scalars().all()))
        tx.conn.execute(update(message).where(same).values(abilities=after))


def _read(stored: str | None) -> Abilities:
    return Abilities.from_json(json.loads(stored or "{}"))
