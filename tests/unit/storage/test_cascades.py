"""What goes along is found by an index: erasing a person or emptying an account deletes many rows, one by one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Table, UniqueConstraint

from inbox_app.storage.schema import metadata


@pytest.mark.parametrize("deleted", ["conversation", "handle", "member", "message", "post"])
def test_what_hangs_on_a_deleted_row_is_found_by_an_index(deleted: str) -> None:
    keys = [key for table in metadata.sorted_tables for key in table.foreign_keys if key.column.table.name == deleted]
    assert len(keys) > 2
    assert {str(key.parent) for key in keys if key.parent.name not in _first_columns(key.parent.table)} == set()


def _first_columns(table: Table) -> Iterator[str]:
    """By which columns rows are found, each index that holds all of them and each key by its first."""
    found = [index.columns for index in table.indexes if "where" not in index.info]
    found += [one.columns for one in table.constraints if isinstance(one, UniqueConstraint)]
    return (next(iter(columns)).name for columns in (*found, table.primary_key.columns) if len(columns))
