"""Rows into a table that may hold them already: by id, or by what their service or their name knows them by.

What refers to a row that stands here under another id is led there. A reference to nothing is dropped, and the row with
it where it means nothing without. So neither a damaged nor a partial export can break the database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Table, UniqueConstraint, select, update

from inbox_app.domain.errors import Refused
from inbox_app.i18n import _
from inbox_app.storage import schema as s
from inbox_app.storage.bulk import insert_rows, one_of
from inbox_app.storage.transaction import Tx

Row = dict[str, Any]
Names = tuple[str, ...]
Id = str | int


class Placing:
    """Which ids of an export are other ones here, and which references wait for rows that come later."""

    def __init__(self) -> None:
        self._other: defaultdict[str, dict[Id, Id]] = defaultdict(dict)
        self._late: list[tuple[Table, str, Id, Id]] = []

    def here(self, table: Table, one: Id) -> Id:
        """The id by which a row of the export is known here."""
        return self._other[table.name].get(one, one)

    def note(self, table: Table, theirs: Id, ours: Id) -> None:
        """A row of the export stands here under this id."""
        if theirs != ours:
            self._other[table.name][theirs] = ours

    def place(self, tx: Tx, table: Table, rows: Sequence[Row]) -> dict[Id, Row]:
        """Insert what is not there; the new rows by their ids here."""
        wanted = self._grounded(tx.conn, table, rows)
        key = key_of(table)
        known_by = [(names, _existing(tx.conn, table, names, wanted)) for names in _uniques(table)]
        there = _existing(tx.conn, table, key, wanted)
        new: dict[Any, Row] = {}
        for row in wanted:
            if row.get("id") in self._other[table.name]:
                continue
            ours = next((known[one] for names, known in known_by if (one := _values(row, names)) in known), None)
            one = _values(row, key)
            if ours is not None:
                self.note(table, one[0], ours)
            elif one not in there:
                new[one] = row
            elif table is s.message and not _is_same_message(tx.conn, row):
                row["id"] = _free_id(tx.conn, row["id"], new)
                self.note(table, one[0], row["id"])
                new[_values(row, key)] = row
        insert_whole(tx.conn, table, list(new.values()))
        return {one[0]: row for one, row in new.items()}

    def recognise(self, conn: Connection, table: Table, rows: Sequence[Row]) -> list[Row]:
        """Note which of the rows stand here under other ids, and give those that are not here at all."""
        for row in rows:
            row |= {name: self.here(to, row[name]) for name, to, _ in _references(table) if row.get(name) is not None}
        key = key_of(table)
        known_by = [(names, _existing(conn, table, names, rows)) for names in _uniques(table)]
        there = _existing(conn, table, key, rows)
        new = []
        for row in rows:
            ours = next((known[one] for names, known in known_by if (one := _values(row, names)) in known), None)
            if ours is not None:
                self.note(table, row["id"], ours)
            elif _values(row, key) not in there or (table is s.message and not _is_same_message(conn, row)):
                new.append(row)
        return new

    def settle(self, tx: Tx) -> None:
        """Set the references to rows of the same table that came later."""
        for table, name, one, wanted in self._late:
            ours = self.here(table, wanted)
            there = select(table.c.id).where(table.c.id == ours).exists()
            mine = table.c.id == self.here(table, one)
            tx.conn.execute(update(table).where(mine, table.c[name].is_(None), there).values({name: ours}))
        self._late.clear()

    def _grounded(self, conn: Connection, table: Table, rows: Sequence[Row]) -> list[Row]:
        """The rows with references that hold; those that mean nothing without theirs are left out."""
        kept = list(rows)
        for name, target, column in _references(table):
            for row in kept:
                if row.get(name) is not None:
                    row[name] = self.here(target, row[name])
            there = _there(conn, target, {row[name] for row in kept if row.get(name) is not None})
            for row in kept:
                if row.get(name) is not None and row[name] not in there:
                    if target is table:
                        self._late.append((table, name, row["id"], row[name]))
                    row[name] = None
            if not column.nullable:
                kept = [row for row in kept if row.get(name) is not None]
        return kept


def key_of(table: Table) -> Names:
    """What tells the rows of a table apart."""
    return tuple(column.name for column in table.primary_key) or _uniques(table)[0]


def insert_whole(conn: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that may leave out what has a default.

    Raises:
        Refused: something is missing that a row cannot be without.
    """
    insert_rows(conn, table, [_completed(table, row) for row in rows])


@cache
def _uniques(table: Table) -> tuple[Names, ...]:
    found = (tuple(c.name for c in one.columns) for one in table.constraints if isinstance(one, UniqueConstraint))
    return tuple(sorted(found))


@cache
def _references(table: Table) -> tuple[tuple[str, Table, Column[Any]], ...]:
    """The columns that name rows by their id, with the table they name."""
    return tuple((key.parent.name, key.column.table, key.parent) for key in table.foreign_keys)


def _there(conn: Connection, table: Table, wanted: Collection[Any]) -> set[Any]:
    if not wanted:
        return set()
    column = next(iter(table.primary_key))
    return set(conn.execute(select(column).where(one_of(column, wanted))).scalars())


def _existing(conn: Connection, table: Table, names: Names, rows: Iterable[Row]) -> Mapping[tuple[Any, ...], Any]:
    """Which of the rows are there, told by these columns; with the first column of their key."""
    wanted = [one for row in rows if None not in (one := _values(row, names))]
    if not wanted:
        return {}
    columns = [table.c[name] for name in names]
    key = table.c[key_of(table)[0]]
    among = [one_of(column, {one[place] for one in wanted}) for place, column in enumerate(columns)]
    return {tuple(row[1:]): row[0] for row in conn.execute(select(key, *columns).where(*among))}


def _values(row: Row, names: Names) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in names)


def _is_same_message(conn: Connection, row: Row) -> bool:
    """Whether the message here under this number is the very same; numbers follow from times, so they may meet."""
    m = s.message.c
    found = conn.execute(select(m.account, m.author, m.sent_at).where(m.id == row["id"])).one()
    return tuple(found) == (row["account"], row["author"], row["sent_at"])


def _free_id(conn: Connection, wanted: int, new: Mapping[tuple[Any, ...], Row]) -> int:
    while (wanted,) in new or conn.execute(select(s.message.c.id).where(s.message.c.id == wanted)).first():
        wanted += 1
    return wanted


def _completed(table: Table, row: Row) -> Row:
    whole: Row = {}
    for column in table.columns:
        value = row.get(column.name)
        if value is None and not column.nullable:
            if column.server_default is None:
                raise _incomplete(table, column.name)
            value = _default(column)
        whole[column.name] = value
    return whole


@cache
def _default(column: Column[Any]) -> str | int:
    """The value that the schema gives where none is said."""
    python = column.type.python_type
    if python is bool:
        return False
    said = str(getattr(column.server_default, "arg", ""))
    return int(said) if python is int else said.strip("'")


def _incomplete(table: Table, name: str) -> Refused:
    return Refused(
        _("This export is damaged: a record of “{table}” lacks its “{name}”. What came before it was kept.").format(
            table=table.name, name=name
        ),
        code="damaged_export",
    )


def replace_rows(tx: Tx, table: Table, rows: Iterable[Row]) -> None:
    """Give rows that are there the values of these."""
    for row in rows:
        tx.conn.execute(update(table).where(table.c.id == row["id"]).values(_completed(table, row)))
