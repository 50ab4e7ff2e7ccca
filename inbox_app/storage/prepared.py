"""Questions that are asked again and again, made ready once.

What SQLAlchemy does for each statement (looking up its compiled form, arranging parameters, wrapping rows) costs ten
times what SQLite needs for a small question. So on SQLite the finished text goes to the driver as it is, and rows come
back as the driver's own tuples: a flag is 0 or 1 there. PostgreSQL, whose way there and back costs more, is asked as
usual.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

_NONE: Mapping[str, Any] = {}
_AT_ONCE = "WITH found (names) AS ({}) SELECT json_group_array(json_array(names)) FROM found"


@dataclass(frozen=True, slots=True)
class _Ready:
    text: str
    fixed: Mapping[str, Any]
    arrange: Sequence[tuple[str, Callable[[Any], Any] | None]]

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """The parameters in the order of the text."""
        named = {**self.fixed, **given}
        return [named[name] if convert is None else convert(named[name]) for name, convert in self.arrange]


class Prepared:
    """One fixed statement; what is open in it are parameters by name."""

    def __init__(self, statement: Select[Any] | CompoundSelect[Any]) -> None:
        self._statement = statement
        self._ready: _Ready | None = None

    def all(self, conn: Connection, parameters: Mapping[str, Any] = _NONE) -> Sequence[Sequence[Any]]:
        """Every row that it finds."""
        if conn.dialect.name != "sqlite":
            return conn.execute(self._statement, parameters).all()
        return self._ask(conn, parameters, "{}")

    def all_at_once(self, conn: Connection, parameters: Mapping[str, Any] = _NONE) -> Sequence[Sequence[Any]]:
        """Every row of numbers and texts, where there are tens of thousands of them.

        SQLite's driver takes Python's lock anew for each row, so two readers would spend their time waiting for each
        other: it brings all rows as one value.
        """
        if conn.dialect.name != "sqlite":
            return conn.execute(self._statement, parameters).all()
        names = ", ".join(f"column{place}" for place in range(len(self._statement.selected_columns)))
        ((found,),) = self._ask(conn, parameters, _AT_ONCE.replace("names", names))
        rows: list[list[Any]] = json.loads(found)
        return rows

    def _ask(self, conn: Connection, parameters: Mapping[str, Any], around: str) -> Sequence[Sequence[Any]]:
        ready = self._ready = self._ready or _make_ready(self._statement, conn.dialect)
        if not conn.in_transaction():
            conn.begin()
        values, text = ready.values(parameters), around.format(ready.text)
        try:
            cursor = conn.connection.cursor()
            cursor.execute(text, values)
            return cursor.fetchall()
        except conn.dialect.loaded_dbapi.Error as error:
            base = conn.dialect.loaded_dbapi.Error
            raise DBAPIError.instance(text, values, error, base, dialect=conn.dialect) from error

    def column(self, conn: Connection, parameters: Mapping[str, Any] = _NONE) -> list[Any]:
        """The first value of every row."""
        return [row[0] for row in self.all(conn, parameters)]


def _make_ready(statement: Select[Any] | CompoundSelect[Any], dialect: Dialect) -> _Ready:
    compiled = statement.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)  # noqa: S101
    open_ones = {name: None for name, bound in compiled.binds.items() if bound.required}
    full = compiled.construct_expanded_state(open_ones)
    converts = {
        name: bound.type.dialect_impl(dialect).bind_processor(dialect) for name, bound in compiled.binds.items()
    }
    converts |= full.processors
    arrange = [(name, converts.get(name)) for name in full.positiontup or ()]
    return _Ready(full.statement, full.parameters, arrange)
