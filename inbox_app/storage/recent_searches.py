"""What each colleague looked for last: a short list of their own, which they can forget and an erasure goes through."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, func, select

from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.search_query import fold
from inbox_app.storage.dialect import insert_or
from inbox_app.storage.schema import recent_search
from inbox_app.storage.transaction import Tx

KEPT = 30
LONGEST = 300
"""Characters of one; a longer one is a text that was pasted."""


def remember(tx: Tx, me: ColleagueId, words: str) -> None:
    """Put it first; the oldest beyond `KEPT` are forgotten."""
    said = " ".join(words.split())
    if not said or len(said) > LONGEST:
        return
    latest = select(func.max(recent_search.c.at)).where(recent_search.c.colleague == me)
    # Two in one millisecond keep their order.
    at = max(tx.now, (tx.conn.execute(latest).scalar() or 0) + 1)
    put = insert_or(tx.conn.dialect.name, recent_search).values(colleague=me, words=said, at=at)
    tx.conn.execute(put.on_conflict_do_update(index_elements=["colleague", "words"], set_={"at": at}))
    _forget(tx, me, recent(tx.conn, me, most=None)[KEPT:])


def recent(conn: Connection, me: ColleagueId, *, most: int | None = KEPT) -> tuple[str, ...]:
    """The latest first."""
    mine = select(recent_search.c.words).where(recent_search.c.colleague == me)
    return tuple(conn.execute(mine.order_by(recent_search.c.at.desc(), recent_search.c.words).limit(most)).scalars())


def forget(tx: Tx, me: ColleagueId, words: str | None = None) -> None:
    """Forget one of them, or all."""
    _forget(tx, me, recent(tx.conn, me, most=None) if words is None else [words])


def forget_about(tx: Tx, marks: Iterable[str]) -> None:
    """Forget whatever anybody looked for with one of these in it."""
    wanted = [fold(mark) for mark in marks]
    for row in tx.conn.execute(select(recent_search.c.colleague, recent_search.c.words)).all():
        said = fold(row.words)
        if any(mark in said or (len(said) > 2 and said in mark) for mark in wanted):
            _forget(tx, ColleagueId(row.colleague), [row.words])


def _forget(tx: Tx, me: ColleagueId, words: Iterable[str]) -> None:
    for one in words:
        which = (recent_search.c.colleague == me) & (recent_search.c.words == one)
        tx.conn.execute(delete(recent_search).where(which))
