"""Making the tables of a new workspace, quickly: straight from the schema, stamped as if migrated."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from inbox_app.domain.ids import new_id
from inbox_app.storage import found_by_index, migrations, search_index
from inbox_app.storage.schema import change_counter, colleague, metadata, workspace
from inbox_app.storage.schema_version import stamp

ME = "me"
"""The one colleague of a single-person workspace."""


def create_tables(conn: Connection) -> None:
    """Create every table, index and search object, inside the caller's transaction."""
    metadata.create_all(conn, checkfirst=False)
    search_index.create(conn)
    found_by_index.create(conn)
    stamp(conn, migrations.head())


def fill(conn: Connection, name: str, now: int) -> None:
    """Write the facts of a new workspace: its id, its name, when it was made, and the colleague `me`."""
    facts = {"id": new_id(), "name": name, "made_at": str(now)}
    conn.execute(insert(workspace), [{"name": key, "value": value} for key, value in facts.items()])
    conn.execute(insert(change_counter), {"one": 1, "seq": 0})
    conn.execute(insert(colleague), {"id": ME, "name": ME, "made_at": now})
