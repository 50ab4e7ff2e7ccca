"""What each commit changed, numbered, so that other processes can catch up without a gap.

The number is taken at the end of a transaction under the lock of the counter's row: numbers become visible
in their order, so "everything after the last one I saw" is complete. Never a window of time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from inbox_app.domain.changes import Changes
from inbox_app.storage.schema import change, change_counter
from inbox_app.storage.transaction import Tx

KEPT = 4096
"""Rows that stay for those who catch up; who is further behind re-reads everything."""
_PRUNE_EVERY = 256
_MOST_IDS = 2000

_next = update(change_counter).values(seq=change_counter.c.seq + 1).returning(change_counter.c.seq)
_since = select(change.c.seq, change.c.ids).where(change.c.seq > bindparam("seen")).order_by(change.c.seq)


@dataclass(frozen=True, slots=True)
class News:
    """What others committed, and the last number now seen."""

    changes: Changes
    seen: int


def take_turn(tx: Tx) -> None:
    """Take the counter's lock early: nobody else commits until this transaction has ended."""
    tx.conn.execute(select(change_counter.c.seq).with_for_update())


def record(tx: Tx, changes: Changes, origin: str) -> int:
    """Write the row of this transaction; return its number. Called at the end, since it takes the counter's lock."""
    seq: int = tx.conn.execute(_next).scalar_one()
    tx.conn.execute(insert(change), {"seq": seq, "at": tx.now, "ids": _encode(changes, origin)})
    if seq % _PRUNE_EVERY == 0:
        tx.conn.execute(delete(change).where(change.c.seq <= seq - KEPT))
    return seq


def last_seq(conn: Connection) -> int:
    """The number of the last commit that changed something."""
    return conn.execute(select(change_counter.c.seq)).scalar() or 0


def read_since(conn: Connection, seen: int, origin: str) -> News:
    """Unite what everybody but `origin` changed after number `seen`."""
    changes, last = Changes(), seen
    for seq, ids in conn.execute(_since, {"seen": seen}):
        if seq != last + 1:
            changes |= Changes(everything=True)
        last = seq
        changes |= _decode(ids, origin)
    return News(changes, last)


def _encode(changes: Changes, origin: str) -> str:
    named = {part.name: getattr(changes, part.name) for part in fields(changes)}
    if sum(len(ids) for ids in named.values() if isinstance(ids, frozenset)) > _MOST_IDS:
        named = {"everything": True}
    written = {name: sorted(ids) if isinstance(ids, frozenset) else ids for name, ids in named.items() if ids}
    return json.dumps({"by": origin, **written}, separators=(",", ":"))


def _decode(text: str, origin: str) -> Changes:
    said = json.loads(text)
    if said.pop("by") == origin:
        return Changes()
    everything = bool(said.pop("everything", False))
    known = {part.name for part in fields(Changes)}
    return Changes(**{name: frozenset(ids) for name, ids in said.items() if name in known}, everything=everything)
