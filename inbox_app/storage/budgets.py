"""Rate limits as the services told them; they survive a restart."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from inbox_app.domain.ids import AccountId
from inbox_app.storage.schema import budget
from inbox_app.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Budget:
    """One limit: what is left of how much until when, and before when nothing may be asked. Milliseconds since 1970."""

    name: str
    left: int | None = None
    total: int | None = None
    resets_at: int | None = None
    not_before: int | None = None


def put(tx: Tx, account: AccountId, known: Budget) -> None:
    """Keep one budget as it stands now."""
    values = {
        "left": known.left,
        "total": known.total,
        "resets_at": known.resets_at,
        "not_before": known.not_before,
    }
    mine = (budget.c.account == account, budget.c.name == known.name)
    if not tx.conn.execute(update(budget).where(*mine).values(**values)).rowcount:
        tx.conn.execute(insert(budget).values(account=account, name=known.name, **values))


def of(conn: Connection, account: AccountId) -> tuple[Budget, ...]:
    """All budgets of one account."""
    rows = conn.execute(select(budget).where(budget.c.account == account).order_by(budget.c.name))
    return tuple(Budget(row.name, row.left, row.total, row.resets_at, row.not_before) for row in rows)
