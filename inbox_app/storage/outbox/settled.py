"""After the try: what follows a delivery, copies that come back, and what a crash or a lost lease left behind."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import AccountId, MessageId, OutboxId
from inbox_app.domain.words import MessageState, OutboxState
from inbox_app.i18n import _
from inbox_app.storage import outgoing
from inbox_app.storage.outbox.rows import WAITING, WRITE_TEXT, get, outgoing_of
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
    interrupted = and_(outbox.c.account == of, outbox.c.state == OutboxState.SENDING.value, _untold())
    stuck = [OutboxId(found) for found in tx.conn.execute(select(outbox.c.id).where(interrupted)).scalars()]
    for one in stuck:
        move(tx, one, interrupted, retry_at=tx.now, error_code=IN_DOUBT)
    return len(stuck)


def leave_unsent(tx: Tx, of: AccountId, sentence: str) -> None:
    """The account is removed: what waits was not sent, and what is in doubt waits for a person, both in sight.

    Raises:
        Refused: something is on its way at this moment.
    """
    require_none_under_way(tx.conn, of)
    left = and_(outbox.c.account == of, outbox.c.state.in_(WAITING))
    for row in map(outgoing_of, tx.conn.execute(select(outbox).where(left)).all()):
        if row.state is OutboxState.SENDING:
            settle_unconfirmed(tx, row, sentence)
            continue
        told = {"retry_at": None, "error": sentence, "error_code": "removed", "settled_at": tx.now}
        if not move(tx, row.id, outbox.c.state == row.state.value, state=OutboxState.FAILED.value, **told):
            raise _under_way()  # another desk claimed it since
        outgoing.follow(tx, row.message, MessageState.FAILED)


def require_none_under_way(conn: Connection, of: AccountId) -> None:
    """Raise `Refused` while something is being sent; what is in doubt is on no way any more."""
    leaving = and_(outbox.c.account == of, outbox.c.state == OutboxState.SENDING.value, _untold())
    if conn.execute(select(outbox.c.id).where(leaving).limit(1)).first() is not None:
        raise _under_way()


def abandon_of_lost_lease(tx: Tx, of: AccountId) -> int:
    """A desk lost its lease while sending: nobody can know, and only a person may send again. How many there were."""
    found = tx.conn.execute(
        select(outbox).where(outbox.c.account == of, outbox.c.state == OutboxState.SENDING.value)
    ).all()
    for row in found:
        settle_unconfirmed(tx, outgoing_of(row), _("The desk that was sending this went away before it could say."))
    return len(found)


def _under_way() -> Refused:
    return Refused(_("Something is being sent from this account right now. Try again in a moment."))


def _untold() -> ColumnElement[bool]:
    """What nobody has doubted yet; a second try of an act in doubt has no time to look, and counts likewise."""
    return or_(outbox.c.error_code != IN_DOUBT, outbox.c.retry_at.is_(None))


def _newest(conn: Connection, condition: ColumnElement[bool]) -> Outgoing | None:
    """The newest act that fits, or None."""
    row = conn.execute(select(outbox).where(condition).order_by(outbox.c.decided_at.desc()).limit(1)).one_or_none()
    return None if row is None else outgoing_of(row)
