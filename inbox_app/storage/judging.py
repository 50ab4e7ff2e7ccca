"""Whether texts are questions that an older Portavoce wrote without saying so: judged once, piece by piece."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from inbox_app.content.questions import asks
from inbox_app.storage.schema import message_text
from inbox_app.storage.transaction import Reading, Tx

_AT_ONCE = 500
_SET = update(message_text).where(message_text.c.id == bindparam("which")).values(asks=bindparam("asks"))


def is_left(conn: Reading) -> bool:
    """Whether any text was not judged yet."""
    return conn.execute(select(message_text.c.id).where(message_text.c.asks.is_(None)).limit(1)).first() is not None


def judge_some(tx: Tx) -> None:
    """Judge the next of them, the newest first: reports are mostly about those."""
    left = select(message_text.c.id, message_text.c.body).where(message_text.c.asks.is_(None))
    rows = tx.conn.execute(left.order_by(message_text.c.id.desc()).limit(_AT_ONCE)).all()
    if rows:
        tx.conn.execute(_SET, [{"which": row.id, "asks": asks(row.body)} for row in rows])
