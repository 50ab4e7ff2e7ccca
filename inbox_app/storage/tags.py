"""Tags, which conversations and members share: each known by its name, whatever its case."""

from __future__ import annotations

from sqlalchemy import func, insert, select

from inbox_app.domain.ids import TagId, new_id
from inbox_app.storage.schema import tag
from inbox_app.storage.transaction import Reading, Tx


def tag_called(conn: Reading, name: str) -> TagId | None:
    """The tag of this name, where there is one."""
    known = conn.execute(select(tag.c.id).where(func.lower(tag.c.name) == name.lower())).scalar_one_or_none()
    return None if known is None else TagId(known)


def tag_named(tx: Tx, name: str) -> TagId:
    """The tag of this name, made when there is none."""
    known = tag_called(tx.conn, name)
    if known is None:
        known = TagId(new_id())
        tx.conn.execute(insert(tag).values(id=known, name=name))
    return known
