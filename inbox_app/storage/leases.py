"""Which desk works a team's workspace: a lease on each of its accounts, with a number that only grows.

Whoever acts for an account says the number with each act; one from before the last change of hands is refused. Times
are the server's, so that desks whose clocks differ agree on when a lease is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import BigInteger, ColumnElement, Connection, cast, func, insert, select, update

from inbox_app.domain.ids import AccountId
from inbox_app.i18n import _
from inbox_app.storage.errors import StorageError
from inbox_app.storage.schema import account, lease
from inbox_app.storage.transaction import Tx

GIVEN_BACK = 0
"""The end of a lease whose desk had stopped all work on the account before it let go."""


class LeaseLost(StorageError):
    """This desk does not work the account any more, or not yet."""

    code = "lease_lost"

    def __init__(self) -> None:
        super().__init__(
            _(
                "This Portavoce and the team's database were out of touch for too long, so it stopped syncing. "
                "It goes on by itself, unless another one of the team does so already."
            )
        )


@dataclass(frozen=True, slots=True)
class Lease:
    """The right of one desk to work one account until a moment (milliseconds since 1970)."""

    account: AccountId
    desk: str
    fence: int
    until: int


@dataclass(frozen=True, slots=True)
class Hold:
    """One desk's leases on all accounts: their numbers, and whose last desk went away without giving them back."""

    fences: Mapping[AccountId, int]
    abandoned: tuple[AccountId, ...]


def hold_all(tx: Tx, desk: str, known: Mapping[AccountId, int], lasts_ms: int) -> Hold:
    """Take or keep every account for a desk, removed ones too. Raises `LeaseLost` where that cannot be; then none is.

    `known` is what it held until now: an account that left its hands meanwhile, if only to nobody, is lost.
    """
    now, fences, abandoned = _server_now(tx), dict[AccountId, int](), list[AccountId]()
    for wanted in tx.conn.execute(select(account.c.id).order_by(account.c.id)).scalars().all():
        before = read_lease(tx.conn, wanted)
        taken = acquire_lease(tx, wanted, desk, now, lasts_ms)
        if taken is None or taken.fence != known.get(wanted, taken.fence):
            raise LeaseLost
        fences[wanted] = taken.fence
        if before is not None and before.fence != taken.fence and before.until != GIVEN_BACK:
            abandoned.append(wanted)
    return Hold(fences, tuple(abandoned))


def acquire_lease(tx: Tx, wanted: AccountId, desk: str, now: int, lasts_ms: int) -> Lease | None:
    """Take the account, if it is free, expired or already ours; None where another desk works it.

    Each change of hands, and each return after an expiry, gives a higher number.
    """
    if _lock(tx, wanted) is None:
        # The account's row orders two desks that ask at the same moment where there is no lease yet.
        tx.conn.execute(select(account.c.id).where(account.c.id == wanted).with_for_update())
    held = _lock(tx, wanted)
    if held is None:
        taken = Lease(wanted, desk, 1, now + lasts_ms)
        tx.conn.execute(insert(lease).values(account=wanted, desk=desk, fence=taken.fence, until=taken.until))
        return taken
    if held.until > now and held.desk != desk:
        return None
    taken = Lease(wanted, desk, held.fence if held.until > now else held.fence + 1, now + lasts_ms)
    values = {"desk": desk, "fence": taken.fence, "until": taken.until}
    tx.conn.execute(update(lease).where(lease.c.account == wanted).values(**values))
    return taken


def require_lease(tx: Tx, wanted: AccountId, desk: str, fence: int) -> None:
    """Raises `LeaseLost` where it changed hands; if not, it cannot before the transaction that asks is committed."""
    if tx.conn.execute(select(lease.c.fence).where(*_still(wanted, desk, fence)).with_for_update()).first() is None:
        raise LeaseLost


def give_back_all(tx: Tx, desk: str, held: Mapping[AccountId, int]) -> None:
    """Let go at once; the numbers stay, so that the next ones are higher."""
    for wanted, fence in held.items():
        tx.conn.execute(update(lease).where(*_still(wanted, desk, fence)).values(until=GIVEN_BACK))


def read_lease(conn: Connection, wanted: AccountId) -> Lease | None:
    """The lease of an account, expired or not."""
    row = conn.execute(select(lease).where(lease.c.account == wanted)).first()
    return None if row is None else Lease(AccountId(row.account), row.desk, row.fence, row.until)


def _lock(tx: Tx, wanted: AccountId) -> Lease | None:
    row = tx.conn.execute(select(lease).where(lease.c.account == wanted).with_for_update()).first()
    return None if row is None else Lease(AccountId(row.account), row.desk, row.fence, row.until)


def _still(wanted: AccountId, desk: str, fence: int) -> tuple[ColumnElement[bool], ...]:
    return lease.c.account == wanted, lease.c.desk == desk, lease.c.fence == fence


def _server_now(tx: Tx) -> int:
    if tx.conn.dialect.name != "postgresql":
        return tx.now
    found: int = tx.conn.execute(
        select(cast(func.extract("epoch", func.clock_timestamp()) * 1000, BigInteger))
    ).scalar_one()
    return found
