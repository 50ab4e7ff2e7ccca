"""Which desk works an account of a team's workspace: a lease with a number that only grows.

Whoever acts for the account says the number with each act; one from before the last change of hands is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, insert, select, update

from inbox_app.domain.ids import AccountId
from inbox_app.storage.schema import account, lease
from inbox_app.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Lease:
    """The right of one desk to work one account until a moment (milliseconds since 1970)."""

    account: AccountId
    desk: str
    fence: int
    until: int


def acquire_lease(tx: Tx, wanted: AccountId, desk: str, lasts_ms: int) -> Lease | None:
    """Take the account, if it is free, expired or already ours; None where another desk works it.

    Each change of hands, and each return after an expiry, gives a higher fence number.
    """
    # The account's row orders two desks that ask at the same moment, also where there is no lease yet.
    tx.conn.execute(select(account.c.id).where(account.c.id == wanted).with_for_update())
    held = read_lease(tx.conn, wanted)
    if held is not None and held.until > tx.now:
        return renew_lease(tx, held, lasts_ms) if held.desk == desk else None
    taken = Lease(wanted, desk, held.fence + 1 if held else 1, tx.now + lasts_ms)
    values = {"desk": taken.desk, "fence": taken.fence, "until": taken.until}
    if held is None:
        tx.conn.execute(insert(lease).values(account=wanted, **values))
    else:
        tx.conn.execute(update(lease).where(lease.c.account == wanted).values(**values))
    return taken


def renew_lease(tx: Tx, held: Lease, lasts_ms: int) -> Lease | None:
    """Keep it longer; None where it expired or changed hands meanwhile: then stop at once."""
    until = tx.now + lasts_ms
    renewed = tx.conn.execute(update(lease).where(*_still(held), lease.c.until > tx.now).values(until=until))
    return Lease(held.account, held.desk, held.fence, until) if renewed.rowcount else None


def release_lease(tx: Tx, held: Lease) -> None:
    """Give it back at once; the number stays, so that the next one is higher."""
    tx.conn.execute(update(lease).where(*_still(held)).values(until=tx.now))


def holds_lease(tx: Tx, held: Lease) -> bool:
    """Whether it is ours now; it cannot change hands before the transaction that asks is committed."""
    found = select(lease.c.fence).where(*_still(held), lease.c.until > tx.now).with_for_update()
    return tx.conn.execute(found).first() is not None


def read_lease(conn: Connection, wanted: AccountId) -> Lease | None:
    """The lease of an account, expired or not."""
    row = conn.execute(select(lease).where(lease.c.account == wanted)).first()
    return None if row is None else Lease(AccountId(row.account), row.desk, row.fence, row.until)


def _still(held: Lease) -> tuple[ColumnElement[bool], ...]:
    return lease.c.account == held.account, lease.c.desk == held.desk, lease.c.fence == held.fence
