"""After the try: what follows a delivery, copies that come back, and what a crash or a lost lease left behind."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from inbox_app.domain.ids import AccountId, MessageId, OutboxId
from inbox_app.domain.words import OutboxState
from inbox_app.i18n import _
from inbox_app.storage.outbox.rows import WRITE_TEXT, get, outgoing_of
from inbox_app.storage.outbox.sending import settle_unconfirmed
from inbox_app.storage.outbox.steps import deliver, move
from inbox_app.storage.outbox.values import IN_DOUBT, Outgoing, Receipt
from inbox_app.storage.schema import outbox
from inbox_app.storage.transaction import Tx


def finish_done(tx: Tx, wanted: OutboxId) -> None:
    """What follows a delivery has been done."""
    move(tx, wanted, outbox.c.finish_due, finish_due=False, retry_at=None, error="", error_code="")


def finish_later(tx: Tx, wanted: OutboxId, until: int, sentence: str) -> None:
    """What follows a delivery did not work; the delivery stands."""
    move(
        tx,
        wanted,
        outbox.c.finish_due,
        finish_attempts=outbox.c.finish_attempts + 1,
        retry_at=until,
        error=sentence,
    )


def arrived(tx: Tx, of: AccountId, remote_id: str, key: str | None) -> MessageId | None:
    """A pulled message may be the copy of one of ours: settle its row and say which message it is.

    Found by our own key or by the receipt's id; call it before a message is added.
    """
    named = outbox.c.remote_id == remote_id
    if key is not None:
        named = or_(named, outbox.c.key == key)
    found = _newest(tx.conn, and_(outbox.c.account == of, outbox.c.kind.in_(WRITE_TEXT), named))
    if found is None:
        return None
    if found.state is not OutboxState.DELIVERED or found.receipt is None or found.receipt.remote_id is None:
        # Where a person's word settled it before, what follows is under way or done already.
        settled = found.state is OutboxState.DELIVERED
        deliver(tx, found, Receipt(remote_id), finish=found.finish_due if settled else found.frozen is not None)
    return get(tx.conn, found.id).message


def doubt_the_interrupted(tx: Tx, of: AccountId) -> int:
    """After a crash: what was being sent may have arrived. How many there were."""
    # A second try of an act in doubt has no time to look yet: it was interrupted just the same.
    untold = or_(outbox.c.error_code != IN_DOUBT, outbox.c.retry_at.is_(None))
    interrupted = and_(outbox.c.account == of, outbox.c.state == OutboxState.SENDING.value, untold)
    stuck = [OutboxId(found) for found in tx.conn.execute(select(outbox.c.id).where(interrupted)).scalars()]
    for one in stuck:
        move(tx, one, interrupted, retry_at=tx.now, error_code=IN_DOUBT)
    return len(stuck)


def abandon_of_lost_lease(tx: Tx, of: AccountId) -> int:
    """A desk lost its lease while sending: nobody can know, and only a person may send again. How many there were."""
    found = tx.conn.execute(
        select(outbox).where(outbox.c.account == of, outbox.c.state == OutboxState.SENDING.value)
    ).all()
    for row in found:
        settle_unconfirmed(tx, outgoing_of(row), _("The desk that was sending this went away before it could say."))
    return len(found)


def _newest(conn: Connection, condition: ColumnElement[bool]) -> Outgoing | None:
    """The newest act that fits, or None."""
    row = conn.execute(select(outbox).where(condition).order_by(outbox.c.decided_at.desc()).limit(1)).one_or_none()
    return None if row is None else outgoing_of(row)
