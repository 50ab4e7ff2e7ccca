"""Stars on mails: a conversation in which a mail bears one is important, and what is made important gets one.

A star is a reaction of ours, so it is shown, exported and remembered like any other. It belongs to the mail, as on the
mail server; importance belongs to the conversation, and follows the first star that is set and the last that is taken.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, func, select, update

from inbox_app.domain.ids import ConversationId, MessageId, new_id
from inbox_app.domain.marks import STAR
from inbox_app.domain.words import Direction, Kind
from inbox_app.storage import arrivals, copies
from inbox_app.storage.bulk import one_of
from inbox_app.storage.schema import conversation, message
from inbox_app.storage.transaction import Tx


def is_starred(reactions: str | None) -> bool:
    """Whether there is a star among these reactions, as they are stored."""
    return STAR in _read(reactions).get("ours", ())


def with_star(reactions: str | None, *, starred: bool) -> str | None:
    """These reactions with a star, or without."""
    counts, ours = dict(_read(reactions).get("counts", {})), {*_read(reactions).get("ours", ())}
    if starred:
        counts[STAR] = 1
        ours.add(STAR)
    else:
        counts.pop(STAR, None)
        ours.discard(STAR)
    return json.dumps({"counts": counts, "ours": sorted(ours)}) if counts or ours else None


def put(tx: Tx, wanted: Collection[MessageId], *, starred: bool) -> list[MessageId]:
    """Let these mails and their copies bear a star, or none; those that changed."""
    if not wanted:
        return []
    asked = select(message.c.id, message.c.conversation, message.c.reactions)
    rows = tx.conn.execute(asked.where(one_of(message.c.id, copies.family(tx.conn, wanted)))).all()
    changed = {MessageId(row.id): row for row in rows if is_starred(row.reactions) != starred}
    arrivals.change_messages(
        tx, {one: {"reactions": with_star(row.reactions, starred=starred)} for one, row in changed.items()}
    )
    arrivals.add_events(tx, [_event(tx, one, row.reactions) for one, row in changed.items()])
    tx.touch_conversations({ConversationId(row.conversation) for row in changed.values()})
    return [*changed]


def see(tx: Tx, one: MessageId, *, starred: bool) -> list[MessageId]:
    """A star was set or taken in another program: so the conversation is important, or is no longer."""
    changed = put(tx, [one], starred=starred)
    within = {
        ConversationId(found)
        for found in tx.conn.execute(select(message.c.conversation).where(one_of(message.c.id, changed))).scalars()
    }
    ranked = within if starred else within.difference(_starred(tx.conn, within).values())
    tx.conn.execute(update(conversation).where(one_of(conversation.c.id, ranked)).values(priority=int(starred)))
    return changed


def rank(tx: Tx, within: Collection[ConversationId], *, important: bool) -> list[MessageId]:
    """The last mail to us in each conversation gets a star unless one has it, or all stars are taken; what changed."""
    starred = _starred(tx.conn, within)
    if not important:
        return put(tx, starred, starred=False)
    without = set(within).difference(starred.values())
    last = (
        select(func.max(message.c.id))
        .join(conversation, conversation.c.id == message.c.conversation)
        .where(
            one_of(message.c.conversation, without),
            conversation.c.kind == Kind.MAIL.value,
            message.c.direction == Direction.INCOMING.value,
            message.c.deleted_at.is_(None),
            copies.SHOWN,
        )
        .group_by(message.c.conversation)
    )
    return put(tx, [MessageId(one) for one in tx.conn.execute(last).scalars()], starred=True)


def share(tx: Tx, among: Collection[MessageId]) -> list[MessageId]:
    """Mails that became copies of each other bear a star where one of them does; those that got one by this."""
    rows = tx.conn.execute(select(message.c.id, message.c.reactions).where(one_of(message.c.id, among)))
    return put(tx, [MessageId(row.id) for row in rows if is_starred(row.reactions)], starred=True)


def stay_important(tx: Tx, survivors: Mapping[ConversationId, ConversationId]) -> None:
    """What joined an important conversation, or was joined by one, is important."""
    asked = select(conversation.c.id).where(one_of(conversation.c.id, survivors), conversation.c.priority > 0)
    important = {survivors[ConversationId(one)] for one in tx.conn.execute(asked).scalars()}
    if important:
        tx.conn.execute(update(conversation).where(one_of(conversation.c.id, important)).values(priority=1))


def _starred(conn: Connection, within: Collection[ConversationId]) -> dict[MessageId, ConversationId]:
    """The mails with a star in these conversations."""
    rows = conn.execute(
        select(message.c.id, message.c.conversation, message.c.reactions)
        .join(conversation, conversation.c.id == message.c.conversation)
        .where(
            one_of(message.c.conversation, within),
            conversation.c.kind == Kind.MAIL.value,
            message.c.reactions.is_not(None),
        )
    )
    return {MessageId(row.id): ConversationId(row.conversation) for row in rows if is_starred(row.reactions)}


def _event(tx: Tx, of: MessageId, before: str | None) -> arrivals.EventRow:
    return {"id": new_id(), "message": of, "kind": "reaction", "at": tx.now, "actor": None, "before": before}


def _read(reactions: str | None) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(reactions or "{}")
    return found
