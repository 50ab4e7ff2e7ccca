"""Full text forgets much at once: it only notes what is gone, and is merged afterwards until nothing of that is left.

Taking each word of a message out of its place, as is done with a single one, costs twenty times as much. PostgreSQL
keeps its words in the rows themselves.
https://www.sqlite.org/fts5.html#the_secure_delete_configuration_option
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from inbox_app.storage.transaction import Tx

_MERGE = (
    "INSERT INTO message_word(message_word, rank) VALUES ('merge', ?)",
    "INSERT INTO message_part(message_part, rank) VALUES ('merge', ?)",
)
_AT_ONCE = (
    "INSERT INTO message_word(message_word, rank) VALUES ('secure-delete', ?)",
    "INSERT INTO message_part(message_part, rank) VALUES ('secure-delete', ?)",
)
_PAGES = 200
"""Written in one piece: a few hundredths of a second."""


@contextmanager
def noted_only(tx: Tx) -> Iterator[None]:
    """Texts that are deleted within are found no more, but stand in the index until `merge_some` has nothing to do.

    Outside of it, and so in every other transaction, nothing of what is deleted stays.
    """
    _take_out_at_once(tx.conn, on=False)
    yield
    _take_out_at_once(tx.conn, on=True)


def merge_some(tx: Tx, *, begins: bool) -> bool:
    """Merge a piece of the index, the first one or a further one; whether there may be more."""
    if tx.conn.dialect.name != "sqlite":
        return False
    before = _written(tx.conn)
    for statement in _MERGE:
        # A negative number says that all of it is to become one, in which nothing is noted as gone any more.
        tx.conn.exec_driver_sql(statement, (-_PAGES if begins else _PAGES,))
    # Each of the statements counts as one row that was written.
    return begins or _written(tx.conn) - before > len(_MERGE)


def _take_out_at_once(conn: Connection, *, on: bool) -> None:
    # What waits to be written into the index is written before this is heard.
    for statement in _AT_ONCE if conn.dialect.name == "sqlite" else ():
        conn.exec_driver_sql(statement, (int(on),))


def _written(conn: Connection) -> int:
    return int(conn.exec_driver_sql("SELECT total_changes()").scalar_one())
