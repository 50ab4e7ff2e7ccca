"""Making the tables of a new workspace, quickly: straight from the schema, stamped as if migrated."""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, String, Table, insert

from inbox_app.domain.ids import new_id
from inbox_app.storage import search_index
from inbox_app.storage.schema import change_counter, colleague, metadata, workspace

HEAD = "0001"
"""The migration that the current schema corresponds to."""
ME = "me"
"""The one colleague of a single-person workspace."""

alembic_version = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


def create_tables(conn: Connection) -> None:
    """Create every table, index and search object, inside the caller's transaction."""
    metadata.create_all(conn, checkfirst=False)
    search_index.create(conn)
    alembic_version.create(conn, checkfirst=False)
    conn.execute(insert(alembic_version), {"version_num": HEAD})


def fill(conn: Connection, name: str, now: int) -> None:
    """Write the facts of a new workspace: its id, its name, when it was made, and the colleague `me`."""
    facts = {"id": new_id(), "name": name, "made_at": str(now)}
    conn.execute(insert(workspace), [{"name": key, "value": value} for key, value in facts.items()])
    conn.execute(insert(change_counter), {"one": 1, "seq": 0})
    conn.execute(insert(colleague), {"id": ME, "name": ME, "made_at": now})
