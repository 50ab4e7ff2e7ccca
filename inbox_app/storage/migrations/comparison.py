"""What differs between a database and the schema of this program, as Alembic sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from alembic.operations.ops import MigrationScript, UpgradeOps
from sqlalchemy import Connection, DefaultClause, MetaData, false
from sqlalchemy.sql.schema import SchemaItem

from inbox_app.storage.schema import metadata

_SEARCH_TABLES = ("message_word", "message_part", "found_by_part")
_SEARCH_ITEMS = frozenset({"plain", "words", "ix_message_text_words", "ix_message_text_plain", "ix_found_by_plain"})
_WITH_SEARCH_ITEMS = frozenset({"message_text", "found_by"})


def find_differences(connection: Connection, wanted: MetaData = metadata) -> MigrationScript:
    """Everything that would have to be done to the tables; the search objects are not Alembic's business."""
    options = {
        "include_name": _is_no_search_table,
        "include_object": _is_no_search_item,
        "compare_server_default": True,
    }
    return produce_migrations(MigrationContext.configure(connection, opts=options), wanted)


def write_code(changes: UpgradeOps) -> str:
    """The statements of a migration that does these changes on both databases."""
    lines = render_python_code(changes, render_as_batch=True, render_item=_render).splitlines()
    return "\n".join(line for line in lines if "###" not in line).strip()


def _is_no_search_table(name: str | None, kind: str, _parents: Mapping[str, str | None]) -> bool:
    return kind != "table" or name is None or not name.startswith(_SEARCH_TABLES)


def _is_no_search_item(
    item: SchemaItem, name: str | None, _kind: str, is_reflected: bool, _compared: SchemaItem | None
) -> bool:
    table = getattr(item, "table", None)
    return not (is_reflected and table is not None and table.name in _WITH_SEARCH_ITEMS and name in _SEARCH_ITEMS)


def _render(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    # Alembic would write the literal of the database it compares with: SQLite's 0 is no boolean for PostgreSQL.
    if kind == "server_default" and isinstance(item, DefaultClause) and isinstance(item.arg, type(false())):
        return "sa.false()"
    return False
