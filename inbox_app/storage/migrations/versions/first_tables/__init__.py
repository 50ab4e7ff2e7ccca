"""The tables of 0001 as they were, one module a family; never changed again, whatever becomes of the schema."""

import sqlalchemy as sa

WIDE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""SQLite makes a table's row number of exactly `INTEGER PRIMARY KEY`; PostgreSQL needs the wide type."""
