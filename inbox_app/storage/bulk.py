"""Many values at once at the price of the driver: rows in, and "any of these" as one parameter."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, TableClause, Text, TypeDecorator, bindparam, insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

Row = Mapping[str, Any]
_Arrange = Callable[[Sequence[Row]], Any]


def insert_rows(conn: Connection, table: TableClause, rows: Sequence[Row]) -> None:
    """Insert rows that all name the same columns, with values that the drivers take as they are.

    Core's own `insert` looks at each value of each row, which costs as much as the database's work.
    """
    if rows:
        statement, arrange = _insertion(conn.dialect, table, tuple(rows[0]))
        conn.exec_driver_sql(statement, arrange(rows))


@cache
def _insertion(dialect: Dialect, table: TableClause, names: tuple[str, ...]) -> tuple[str, _Arrange]:
    compiled = insert(table).compile(dialect=dialect, column_keys=list(names))
    assert isinstance(compiled, SQLCompiler)  # noqa: S101
    if not compiled.positional:  # by name: rows are parameters as they are
        return str(compiled), list
    in_order = itemgetter(*(compiled.positiontup or ()))
    return str(compiled), lambda rows: [in_order(row) for row in rows]


def any_of(column: ColumnElement[Any], name: str = "wanted") -> ColumnElement[bool]:
    """Whether a column has one of the values of the parameter `name`, a collection.

    Unlike `in_` with its one parameter per value this is a fixed statement, prepared once.
    """
    return column.bool_op("IN")(_each(bindparam(name, type_=_List(column.type))))


def one_of(column: ColumnElement[Any], wanted: Collection[Any]) -> ColumnElement[bool]:
    """Whether a column has one of these values, however many they are."""
    return column.bool_op("IN")(_each(bindparam(None, wanted, type_=_List(column.type))))


class _List(TypeDecorator[Collection[Any]]):
    """A collection as one parameter: JSON for SQLite, an array for PostgreSQL."""

    impl = Text
    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type that the driver is told."""
        if dialect.name != "postgresql":
            return dialect.type_descriptor(Text())
        # Imported only where it is in use: it is a tenth of the start.
        from sqlalchemy.dialects.postgresql import ARRAY

        return dialect.type_descriptor(ARRAY(self.of))

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> list[Any] | str:
        """The value that the driver is given."""
        return list(value or ()) if dialect.name == "postgresql" else json.dumps(list(value or ()))


class _each(FunctionElement[Any]):  # noqa: N801 - reads as a function of SQL
    """The values of a list as rows."""

    inherit_cache = True


@compiles(_each)
def _say_each(element: _each, compiler: SQLCompiler, **more: object) -> str:
    listed = compiler.process(element.clauses, **more)
    if compiler.dialect.name == "postgresql":
        return f"(SELECT unnest({listed}))"
    return f"(SELECT value FROM json_each({listed}))"  # noqa: S608 - the parameter's mark
