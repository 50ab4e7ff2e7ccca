"""The people who use a workspace. In a single-person one there is `me` alone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from inbox_app.domain.ids import ColleagueId, new_id
from inbox_app.storage.schema import colleague
from inbox_app.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of them; `left_at` (milliseconds since 1970) is set for those who have gone."""

    id: ColleagueId
    name: str
    signature: str
    left_at: int | None = None


def list_colleagues(conn: Connection) -> list[Colleague]:
    """All of them, in the order in which they came; those who left too, for what they once did."""
    rows = conn.execute(select(colleague).order_by(colleague.c.made_at, colleague.c.id))
    return [Colleague(ColleagueId(row.id), row.name, row.signature, row.left_at) for row in rows]


def add_colleague(tx: Tx, name: str) -> ColleagueId:
    """Welcome another one."""
    added = ColleagueId(new_id())
    tx.conn.execute(insert(colleague), {"id": added, "name": name, "made_at": tx.now})
    tx.about("colleagues")
    return added
