"""What goes with a conversation is found by an index: erasing a person deletes many, and each looks in every table."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ForeignKey, Table, UniqueConstraint

from inbox_app.storage.schema import metadata

OURS = {"presence.conversation", "draft.conversation", "outbox.conversation"}
"""What the desk itself writes: rows are few beside those that come in."""


def test_what_goes_with_a_conversation_is_found_by_an_index() -> None:
    keys = [key for table in metadata.sorted_tables for key in table.foreign_keys if _goes_with_a_conversation(key)]
    assert "unread" in {key.parent.table.name for key in keys}
    scanned = {str(key.parent) for key in keys if key.parent.name not in _first_columns(key.parent.table)}
    assert scanned == OURS


def _goes_with_a_conversation(key: ForeignKey) -> bool:
    return key.ondelete == "CASCADE" and key.column.table.name == "conversation"


def _first_columns(table: Table) -> Iterator[str]:
    """By which columns rows are found, each index and key by its first."""
    found = [index.columns for index in table.indexes]
    found += [one.columns for one in table.constraints if isinstance(one, UniqueConstraint)]
    return (next(iter(columns)).name for columns in (*found, table.primary_key.columns) if len(columns))
