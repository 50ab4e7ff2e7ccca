"""What other processes ask of the engine: a row each, taken and answered."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from inbox_app.domain.ids import AccountId, new_id
from inbox_app.domain.jsonvalue import JsonValue
from inbox_app.storage.schema import wish
from inbox_app.storage.transaction import Tx

SYNC = "sync"
_KEPT_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Wish:
    """One request; `account` None means all."""

    id: str
    kind: str
    account: AccountId | None


def make(tx: Tx, kind: str, account: AccountId | None = None) -> str:
    """Ask the engine; its id leads to the answer."""
    made = new_id()
    tx.conn.execute(insert(wish).values(id=made, kind=kind, account=account, made_at=tx.now))
    tx.about("wishes")
    return made


def take(tx: Tx) -> tuple[Wish, ...]:
    """Take all that nobody took, oldest first; answered ones of yesterday go."""
    tx.conn.execute(delete(wish).where(wish.c.made_at < tx.now - _KEPT_MS))
    free = select(wish).where(wish.c.taken_at.is_(None)).order_by(wish.c.made_at, wish.c.id)
    found = tuple(Wish(row.id, row.kind, row.account) for row in tx.conn.execute(free))
    tx.conn.execute(update(wish).where(wish.c.id.in_([one.id for one in found])).values(taken_at=tx.now))
    return found


def free_the_untold(tx: Tx) -> None:
    """An engine that died took these along; the next one takes them again."""
    tx.conn.execute(update(wish).where(wish.c.done_at.is_(None)).values(taken_at=None))


def answer(tx: Tx, wanted: str, said: JsonValue) -> None:
    """Tell who asked what came of it."""
    tx.conn.execute(update(wish).where(wish.c.id == wanted).values(done_at=tx.now, answer=json.dumps(said)))
    tx.about("wishes")


def answer_to(conn: Connection, wanted: str) -> tuple[bool, JsonValue]:
    """Whether it is done, and the answer."""
    row = conn.execute(select(wish.c.done_at, wish.c.answer).where(wish.c.id == wanted)).one_or_none()
    if row is None or row.done_at is None:
        return False, None
    said: JsonValue = json.loads(row.answer)
    return True, said


def count_untaken(conn: Connection) -> int:
    """How many wait to be taken."""
    return len(conn.execute(select(wish.c.id).where(wish.c.taken_at.is_(None))).all())
