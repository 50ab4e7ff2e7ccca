"""What SQLite and PostgreSQL want said each in its own manner: INSERT … ON CONFLICT, and a flag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Column, Table, TextClause, text

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite


def insert_or(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that can be given `on_conflict_do_nothing` or `on_conflict_do_update`."""
    # Only the dialect in use is imported: each costs a good part of the start.
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)


def holds(flag: Column[bool]) -> TextClause:
    """A flag as the partial indexes spell it: SQLAlchemy's own `flag = 1` SQLite does not find in them."""
    return text(f"{flag.table.name}.{flag.name}")
