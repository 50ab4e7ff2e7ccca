"""Reading the outbox: one act, and what is due when."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, and_, case, exists, func, not_, or_, select

from inbox_app.domain.errors import NotFound
from inbox_app.domain.ids import AccountId, OutboxId
from inbox_app.domain.words import AccountState, ActKind, OutboxState
from inbox_app.i18n import _
from inbox_app.storage.outbox.values import IN_DOUBT, Outgoing, Receipt
from inbox_app.storage.schema import account, outbox

WRITE_TEXT = tuple(kind.value for kind in ActKind if kind.writes_text)
WAITING = (OutboxState.QUEUED.value, OutboxState.SENDING.value)


def get(conn: Connection, wanted: OutboxId) -> Outgoing:
    """One act; raises `NotFound`."""
    row = conn.execute(select(outbox).where(outbox.c.id == wanted)).one_or_none()
    if row is None:
        raise NotFound(_("There is nothing with the id “{id}” in the outbox.").format(id=wanted))
    return outgoing_of(row)


def is_of_another(conn: Connection, row: Outgoing, remote_id: str) -> bool:
    """Whether what bears this name on the service is known to be what another act of the account brought there."""
    found = select(outbox.c.id).where(
        outbox.c.account == row.account,
        outbox.c.remote_id == remote_id,
        outbox.c.kind.in_(WRITE_TEXT),
        outbox.c.state == OutboxState.DELIVERED.value,
        outbox.c.id != row.id,
    )
    return conn.execute(found.limit(1)).first() is not None


def due(conn: Connection, now: int, of: AccountId | None = None) -> tuple[Outgoing, ...]:
    """What can be worked on now in active accounts: to send, in doubt (`sending`), or to finish (`delivered`)."""
    ready = and_(is_active(), or_(sendable(now), doubtful(now), _unfinished(now)))
    found = select(outbox).where(ready if of is None else and_(ready, outbox.c.account == of))
    return tuple(outgoing_of(row) for row in conn.execute(found.order_by(outbox.c.decided_at, outbox.c.id)))


def next_due(conn: Connection, now: int) -> int | None:
    """When the sender has work after `now` at the earliest; None when nothing waits for a time."""
    moment = case(
        (outbox.c.state == OutboxState.QUEUED.value, func.coalesce(outbox.c.retry_at, outbox.c.not_before)),
        else_=func.coalesce(outbox.c.retry_at, now),
    )
    alive = or_(outbox.c.state.in_(WAITING), outbox.c.finish_due)
    found: int | None = conn.execute(select(func.min(moment)).where(is_active(), alive, moment > now)).scalar_one()
    return found


def is_active() -> ColumnElement[bool]:
    return outbox.c.account.in_(select(account.c.id).where(account.c.state == AccountState.ACTIVE.value))


def sendable(now: int) -> ColumnElement[bool]:
    return and_(
        outbox.c.state == OutboxState.QUEUED.value,
        outbox.c.not_before <= now,
        func.coalesce(outbox.c.retry_at, 0) <= now,
        not_(_held_up()),
    )


def doubtful(now: int) -> ColumnElement[bool]:
    return and_(outbox.c.state == OutboxState.SENDING.value, outbox.c.error_code == IN_DOUBT, outbox.c.retry_at <= now)


def _unfinished(now: int) -> ColumnElement[bool]:
    return and_(outbox.c.finish_due, func.coalesce(outbox.c.retry_at, 0) <= now)


def _held_up() -> ColumnElement[bool]:
    """Whether an earlier act has to go first; marks nobody decided on go in their order, or the older would stand."""
    earlier = outbox.alias("earlier")
    both_write = and_(outbox.c.kind.in_(WRITE_TEXT), earlier.c.kind.in_(WRITE_TEXT))
    both_touch = and_(
        outbox.c.target == earlier.c.target,
        outbox.c.kind.not_in(WRITE_TEXT),
        earlier.c.kind.not_in(WRITE_TEXT),
    )
    same_place = and_(earlier.c.conversation == outbox.c.conversation, or_(both_write, both_touch))
    return exists().where(
        earlier.c.account == outbox.c.account,
        earlier.c.state.in_(WAITING),
        earlier.c.decided_at < outbox.c.decided_at,
        or_(same_place, and_(_is_quiet(outbox), _is_quiet(earlier))),
    )


def _is_quiet(act: FromClause) -> ColumnElement[bool]:
    return and_(act.c.kind == ActKind.READ_MARK.value, act.c.colleague.is_(None))


def outgoing_of(row: Row[*tuple[Any, ...]]) -> Outgoing:
    """A row of table `outbox` as a value."""
    return Outgoing(
        id=OutboxId(row.id),
        account=AccountId(row.account),
        conversation=row.conversation,
        message=row.message,
        colleague=row.colleague,
        kind=ActKind(row.kind),
        key=row.key,
        act=json.loads(row.act),
        frozen=None if row.frozen is None else bytes(row.frozen),
        state=OutboxState(row.state),
        decided_at=row.decided_at,
        not_before=row.not_before,
        retry_at=row.retry_at,
        first_tried_at=row.first_tried_at,
        tried_at=row.tried_at,
        attempts=row.attempts,
        in_doubt=row.error_code == IN_DOUBT,
        error=row.error,
        receipt=None if row.receipt is None else Receipt(**json.loads(row.receipt)),
        finish_due=row.finish_due,
        finish_attempts=row.finish_attempts,
        claimed_by=row.claimed_by,
        fence=row.fence,
    )
