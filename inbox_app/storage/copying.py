"""What makes a copy of a workspace's database safe to keep and to go on with: no secrets, nothing that sends itself.

Nobody can know, when a copy is brought back, what became of an act that was under way when it was made: it waits for a
person, who decides.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, delete, select, update

from inbox_app.domain.words import MessageState, OutboxState
from inbox_app.events import Bus
from inbox_app.sealing.key import ContentKey
from inbox_app.storage.bulk import one_of
from inbox_app.storage.schema import blob, lease, message, outbox, presence, secret, wish
from inbox_app.storage.sqlite import SQLiteDatabase
from inbox_app.storage.transaction import Tx
from inbox_app.storage.writer import Writer

T = TypeVar("T")
_UNDER_WAY = (OutboxState.QUEUED, OutboxState.SENDING)


def change(copy: Path, key: ContentKey | None, now: int, work: Callable[[Tx], T]) -> T:
    """Change a copy that nobody else has open, so that nothing of what went stays in the file; then it stands alone."""
    database = SQLiteDatabase.open(copy, create=False, key=key)
    writer = Writer(database, Bus(), lambda: now)
    try:
        done = writer.run(work)
        writer.close()
        database.scrub()
        database.make_portable()
    finally:
        writer.close()
        database.close()
    return done


def look(copy: Path, key: ContentKey | None, work: Callable[[Connection], T]) -> T:
    """Read something of a copy."""
    database = SQLiteDatabase.open(copy, create=False, key=key)
    try:
        with database.connect_reader() as connection, connection.begin():
            return work(connection)
    finally:
        database.close()


def leave_out(tx: Tx) -> None:
    """Take away what must not be in a copy: secrets, and who was at work."""
    for table in (secret, lease, presence, wish):
        tx.conn.execute(delete(table))


def hold_back(tx: Tx) -> None:
    """Let a person decide about everything that was under way."""
    held = outbox.c.state.in_(_UNDER_WAY)
    rows = tx.conn.execute(select(outbox.c.id, outbox.c.message).where(held | outbox.c.finish_due)).all()
    tx.conn.execute(update(outbox).values(finish_due=False).where(outbox.c.finish_due))
    tx.conn.execute(
        update(outbox).where(held).values(state=OutboxState.UNCONFIRMED, retry_at=None, claimed_by=None, fence=None)
    )
    said = [row.message for row in rows if row.message is not None]
    waiting = message.c.state.in_(_UNDER_WAY)
    tx.conn.execute(update(message).where(one_of(message.c.id, said), waiting).values(state=MessageState.UNCONFIRMED))
    tx.outbox.update(row.id for row in rows)
    tx.messages.update(said)


def laid_files(conn: Connection) -> list[str]:
    """The digests of the files that belong beside this database."""
    return list(conn.execute(select(blob.c.digest).where(blob.c.data.is_(None)).order_by(blob.c.digest)).scalars())


def is_sound(conn: Connection) -> bool:
    """Whether the whole of it can be read, index by index, and its references hold."""
    whole = conn.exec_driver_sql("PRAGMA integrity_check(1)").scalar() == "ok"
    return whole and conn.exec_driver_sql("PRAGMA foreign_key_check").first() is None
