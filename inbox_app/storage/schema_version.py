"""Which schema a database has: the one row that Alembic keeps."""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, insert, inspect, select

alembic_version = Table("alembic_version", MetaData(), Column("version_num", String(32), nullable=False))
alembic_version.append_constraint(PrimaryKeyConstraint("version_num", name="alembic_version_pkc"))


def read_version(conn: Connection) -> str | None:
    """The migration it was brought to last; None where there is no workspace."""
    if not inspect(conn).has_table(alembic_version.name):
        return None
    return conn.execute(select(alembic_version.c.version_num)).scalar()


def stamp(conn: Connection, version: str) -> None:
    """Say of newly made tables that they are of this version."""
    alembic_version.create(conn, checkfirst=False)
    conn.execute(insert(alembic_version), {"version_num": version})
