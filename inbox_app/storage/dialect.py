"""Where SQLite and PostgreSQL want the same thing said in their own class: INSERT … ON CONFLICT."""

from __future__ import annotations

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_or(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that can be given `on_conflict_do_nothing` or `on_conflict_do_update`."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
