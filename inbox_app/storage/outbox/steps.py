"""The one way an outbox row changes: compare, set, and let the message follow."""

from __future__ import annotations

import json

from sqlalchemy import ColumnElement, and_, select, update

from inbox_app.domain.ids import MessageId, OutboxId
from inbox_app.domain.words import Action, ActKind, MessageState, OutboxState
from inbox_app.storage import abilities, outgoing
from inbox_app.storage.outbox.values import Outgoing, Receipt
from inbox_app.storage.schema import outbox
from inbox_app.storage.transaction import Tx


def move(tx: Tx, wanted: OutboxId, condition: ColumnElement[bool], **values: object) -> bool:
    """Change a row only while `condition` holds: the compare-and-set that every step is made of."""
    changed = tx.conn.execute(update(outbox).where(outbox.c.id == wanted, condition).values(**values))
    tx.outbox.add(wanted)
    return changed.rowcount == 1


def settle(tx: Tx, claimed: Outgoing, state: OutboxState, **values: object) -> bool:
    """Move a claimed row on, if the claim still holds; the message follows.

    Every claim counts one attempt more and nothing takes one back, so the count names the claim.
    """
    mine = and_(outbox.c.state == OutboxState.SENDING.value, outbox.c.attempts == claimed.attempts)
    moved = move(tx, claimed.id, mine, state=state.value, **values)
    if moved:
        outgoing.follow(tx, claimed.message, MessageState(state.value))
    return moved


def deliver(tx: Tx, row: Outgoing, receipt: Receipt, *, finish: bool) -> None:
    """Write the receipt down, and what it means for the message or the post."""
    extra = None if receipt.extra is None else json.dumps(receipt.extra)
    told = {"remote_id": receipt.remote_id, "sent_at": receipt.sent_at, "url": receipt.url, "extra": receipt.extra}
    move(
        tx,
        row.id,
        outbox.c.id == row.id,
        state=OutboxState.DELIVERED.value,
        settled_at=tx.now,
        retry_at=None,
        error="",
        error_code="",
        remote_id=receipt.remote_id,
        receipt=json.dumps(told),
        finish_due=finish,
    )
    if row.message is not None:
        outgoing.deliver(tx, row.message, receipt.remote_id, receipt.url, extra)
    elif row.kind is ActKind.MODERATION:
        _turn(tx, row)
    elif row.kind is ActKind.POST and receipt.remote_id is not None:
        outgoing.publish(tx, row.account, receipt.remote_id, row.act, receipt.url)


def _turn(tx: Tx, row: Outgoing) -> None:
    target = tx.conn.execute(select(outbox.c.target).where(outbox.c.id == row.id)).scalar_one()
    action = row.act["action"]
    if target is not None and isinstance(action, str):
        abilities.turn(tx, MessageId(target), Action(action))
