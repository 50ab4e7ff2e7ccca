"""The one catalogue of tables, and the kinds of columns they are made of."""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Connection, ForeignKey, Integer, MetaData, Text, event, false, text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite makes a table's row number of exactly `INTEGER PRIMARY KEY`; PostgreSQL needs the wide type.
WideInteger = BigInteger().with_variant(Integer(), "sqlite")

MOMENT = "moment"
"""Said in a column's `info`: it holds milliseconds since 1970."""


def identifier(name: str = "id") -> Column[str]:
    return Column(name, Text, primary_key=True)


def reference(
    name: str, target: str, *, nullable: bool = False, cascade: bool = True, index: bool = False
) -> Column[str]:
    on_delete = "CASCADE" if cascade else "SET NULL"
    return Column(name, Text, ForeignKey(target, ondelete=on_delete), nullable=nullable, index=index)


def message_reference(name: str = "message", *, nullable: bool = False, index: bool = False) -> Column[int]:
    return Column(
        name,
        WideInteger,
        ForeignKey("message.id", ondelete="SET NULL" if nullable else "CASCADE"),
        nullable=nullable,
        index=index,
    )


def moment(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, WideInteger, nullable=nullable, info={MOMENT: True})


def flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=false())


def count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


def plain_text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=text("''"))


def where(condition: str) -> dict[Any, Any]:
    """Said as `info` of an index: it holds only such rows.

    Said as SQLAlchemy wants it, for each database by name, it would import them both at each start.
    """
    return {"where": condition}


@event.listens_for(metadata, "before_create")
def _say_conditions(wanted: MetaData, conn: Connection, **_more: object) -> None:
    for table in wanted.tables.values():
        for index in table.indexes:
            if "where" in index.info:
                index.dialect_options[conn.dialect.name]["where"] = text(index.info["where"])
