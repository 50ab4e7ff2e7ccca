"""Claiming an act and settling what became of the try."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func, select, update

from inbox_app.domain.ids import AccountId, OutboxId
from inbox_app.domain.words import MessageState, OutboxState
from inbox_app.storage import outgoing
from inbox_app.storage.outbox.rows import doubtful as is_doubtful
from inbox_app.storage.outbox.rows import get, is_active, sendable
from inbox_app.storage.outbox.steps import deliver, move, settle
from inbox_app.storage.outbox.values import IN_DOUBT, Outgoing, Receipt
from inbox_app.storage.schema import outbox
from inbox_app.storage.transaction import Tx


def claim(tx: Tx, wanted: OutboxId, frozen: bytes | None, claimed_by: str, fence: int | None = None) -> Outgoing | None:
    """Take an act for sending, before its first byte; None when somebody else has it or its time is not come.

    `frozen` is kept only if nothing was frozen before: use the bytes that come back, and no others.
    """
    return _claim(tx, wanted, sendable(tx.now), frozen, claimed_by, fence, doubt="")


def claim_again(tx: Tx, doubtful: Outgoing, claimed_by: str, fence: int | None = None) -> Outgoing | None:
    """Take an act in doubt for another try, where the service drops repeated keys. The doubt stays until settled."""
    mine = and_(is_doubtful(tx.now), outbox.c.attempts == doubtful.attempts)
    return _claim(tx, doubtful.id, mine, None, claimed_by, fence, doubt=IN_DOUBT)


def _claim(
    tx: Tx,
    wanted: OutboxId,
    free: ColumnElement[bool],
    frozen: bytes | None,
    claimed_by: str,
    fence: int | None,
    *,
    doubt: str,
) -> Outgoing | None:
    alone = select(outbox.c.id).where(outbox.c.id == wanted).with_for_update(skip_locked=True)
    if tx.conn.execute(alone).one_or_none() is None:
        return None
    taken = move(
        tx,
        wanted,
        and_(free, is_active()),
        state=OutboxState.SENDING.value,
        attempts=outbox.c.attempts + 1,
        first_tried_at=func.coalesce(outbox.c.first_tried_at, tx.now),
        tried_at=tx.now,
        frozen=func.coalesce(outbox.c.frozen, frozen),
        claimed_by=claimed_by,
        fence=fence,
        retry_at=None,
        error="",
        error_code=doubt,
    )
    if not taken:
        return None
    row = get(tx.conn, wanted)
    outgoing.follow(tx, row.message, MessageState.SENDING)
    return row


def settle_delivered(tx: Tx, wanted: OutboxId, receipt: Receipt, *, finish: bool = False) -> None:
    """There is proof that it arrived; from any state. `finish` when something is to be done after it."""
    row = get(tx.conn, wanted)
    if row.state is not OutboxState.DELIVERED:
        deliver(tx, row, receipt, finish=finish)


def settle_retry(tx: Tx, claimed: Outgoing, retry_at: int | None, sentence: str, code: str) -> None:
    """This try certainly did not arrive; try again at `retry_at`. An earlier try in doubt stays in doubt."""
    if claimed.in_doubt:
        settle(tx, claimed, OutboxState.SENDING, retry_at=retry_at or tx.now, error=sentence)
    else:
        told = {"retry_at": retry_at, "error": sentence, "error_code": code}
        settle(tx, claimed, OutboxState.QUEUED, first_tried_at=None, **told)


def settle_failed(tx: Tx, claimed: Outgoing, sentence: str, code: str) -> None:
    """The service refuses it. With an earlier try in doubt nobody knows, so a person decides."""
    state = OutboxState.UNCONFIRMED if claimed.in_doubt else OutboxState.FAILED
    settle(tx, claimed, state, retry_at=None, error=sentence, error_code=code, settled_at=tx.now)


def settle_unsure(tx: Tx, claimed: Outgoing, look_at: int, sentence: str) -> None:
    """It may have arrived: stays `sending`, in doubt, until `look_at`."""
    settle(tx, claimed, OutboxState.SENDING, retry_at=look_at, error=sentence, error_code=IN_DOUBT)


def settle_absent(tx: Tx, doubtful: Outgoing) -> None:
    """There is proof that it did not arrive: it may be sent as if for the first time."""
    settle(tx, doubtful, OutboxState.QUEUED, first_tried_at=None, retry_at=None, error="", error_code="")


def settle_unconfirmed(tx: Tx, doubtful: Outgoing, sentence: str) -> None:
    """Nobody can know: it waits for a person and is never sent again by itself."""
    settle(
        tx,
        doubtful,
        OutboxState.UNCONFIRMED,
        retry_at=None,
        error=sentence,
        error_code=IN_DOUBT,
        settled_at=tx.now,
    )


def put_off(tx: Tx, waiting: Outgoing, until: int, sentence: str, code: str) -> None:
    """Nothing could even be tried (no network, no answer about it): the same again later."""
    told = {"error": sentence} if waiting.in_doubt else {"error": sentence, "error_code": code}
    same = and_(outbox.c.state == waiting.state.value, outbox.c.attempts == waiting.attempts)
    move(tx, waiting.id, same, retry_at=until, **told)


def hasten(tx: Tx, of: AccountId, code: str) -> None:
    """The network is back: what waited because of `code` need not wait any longer."""
    waiting = and_(outbox.c.account == of, outbox.c.state == OutboxState.QUEUED.value, outbox.c.error_code == code)
    tx.conn.execute(update(outbox).where(waiting, outbox.c.retry_at > tx.now).values(retry_at=tx.now))
