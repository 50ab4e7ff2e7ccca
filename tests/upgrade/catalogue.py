"""Everything a database consists of, as text by name: equal for two databases that no query can tell apart."""

from __future__ import annotations

import re

from sqlalchemy import Connection, inspect, text

Catalogue = dict[str, str]

_POSTGRESQL = {
    "column": """
        SELECT table_name || '.' || column_name,
            concat_ws(' ', data_type, is_nullable, column_default, generation_expression, is_identity)
        FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraint": """
        SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0""",
    "index": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "trigger": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "function": """
        SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')""",
    "relation": """
        SELECT relname, concat_ws(' ', relkind, obj_description(oid, 'pg_class')) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace""",
    "extension": "SELECT extname, '' FROM pg_extension",
}


def catalogue(connection: Connection) -> Catalogue:
    """List the whole database."""
    return _of_sqlite(connection) if connection.dialect.name == "sqlite" else _of_postgresql(connection)


def differences(one: Catalogue, other: Catalogue) -> list[str]:
    """What stands in one only, or otherwise in each."""
    return sorted(
        f"{name}: {one.get(name)!r} and {other.get(name)!r}"
        for name in one.keys() | other.keys()
        if one.get(name) != other.get(name)
    )


def _of_postgresql(connection: Connection) -> Catalogue:
    return {
        f"{kind} {name}": described
        for kind, query in _POSTGRESQL.items()
        for name, described in connection.execute(text(query))
    }


def _of_sqlite(connection: Connection) -> Catalogue:
    found: Catalogue = {}
    tables: list[str] = []
    for kind, name, sql in connection.execute(text("SELECT type, name, sql FROM sqlite_master")).all():
        plain_table = kind == "table" and not sql.startswith("CREATE VIRTUAL")
        # The text of a changed table is another than a new one's; what it says is compared instead.
        found[f"{kind} {name}"] = "" if plain_table else re.sub(r"\s+", " ", sql or "")
        if plain_table and not name.startswith(("message_word", "message_part", "found_by_part")):
            tables.append(name)
    for name in tables:
        found |= _sqlite_table(connection, name)
    return found


def _sqlite_table(connection: Connection, table: str) -> Catalogue:
    columns = connection.execute(text(f"PRAGMA table_xinfo({table})")).all()
    found = {f"column {table}.{row[1]}": repr(row[2:]) for row in columns}
    seen = inspect(connection)
    found[f"keys {table}"] = repr(sorted(map(repr, seen.get_foreign_keys(table))))
    found[f"unique {table}"] = repr(sorted(map(repr, seen.get_unique_constraints(table))))
    found[f"checks {table}"] = repr(sorted(map(repr, seen.get_check_constraints(table))))
    return found
