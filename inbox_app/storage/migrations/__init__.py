"""From each older schema to the current one, by Alembic, which is imported only when there is something to do.

A migration is begun with `python -m inbox_app.storage.migrations "What changes"`, which writes the difference between
the last one and `inbox_app.storage.schema`; then its number joins `VERSIONS`. What Alembic does not see (search
objects, checks, conditions of indexes) is added by hand; `tests/upgrade` fails until both ways lead to the same tables.
https://alembic.sqlalchemy.org/
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

VERSIONS: tuple[str, ...] = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
    "0013",
)
"""Every schema there ever was, oldest first; the last one is what `inbox_app.storage.schema` describes."""
FOLDER = Path(__file__).parent
LOCATIONS: tuple[Path, ...] = (FOLDER / "versions",)
"""Where the migrations lie."""


def head() -> str:
    """The version of the current schema."""
    return VERSIONS[-1]


def upgrade(connection: Connection, target: str = "head") -> None:
    """Bring a database from whatever version it has to the newest, inside the caller's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", _escape(FOLDER))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(map(_escape, LOCATIONS)))
    config.attributes["connection"] = connection
    command.upgrade(config, target)


def _escape(path: Path) -> str:
    return str(path).replace("%", "%%")
