"""`python -m inbox_app.storage.migrations "What changes"`: write the next migration from the schema."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from alembic.operations.ops import UpgradeOps
from sqlalchemy import MetaData

from inbox_app.storage.database import Database
from inbox_app.storage.migrations import LOCATIONS, VERSIONS, head, upgrade
from inbox_app.storage.migrations.comparison import find_differences, write_code
from inbox_app.storage.schema import metadata
from inbox_app.storage.sqlite import SQLiteDatabase

_MODULE = '''"""{message}."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade() -> None:
    """{message}."""
    {body}
'''


def write_next(message: str, folder: Path, wanted: MetaData = metadata) -> Path | None:
    """Write what an empty database lacks after the last migration; return the new file, or None if nothing does."""
    changes = _find_changes(wanted)
    if changes.is_empty():
        return None
    revision = f"{len(VERSIONS) + 1:04}"
    target = folder / f"v{revision}_{re.sub(r'[^a-z0-9]+', '_', message.lower()).strip('_')}.py"
    text = _MODULE.format(message=message, revision=revision, before=head(), body=write_code(changes))
    target.write_text(text, encoding="utf-8")
    return target


def _find_changes(wanted: MetaData) -> UpgradeOps:
    with tempfile.TemporaryDirectory() as folder:
        database: Database = SQLiteDatabase.open(Path(folder) / "empty.db", create=True)
        with database.upgrading() as connection:
            upgrade(connection)
            changes = find_differences(connection, wanted).upgrade_ops
        database.close()
    assert changes is not None  # noqa: S101
    return changes


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Say in a few words what changes.")
    written = write_next(sys.argv[1].strip(" ."), LOCATIONS[0])
    said = f"{written}: look it over, format it, add its number to VERSIONS." if written else "Nothing is missing."
    sys.stdout.write(said + "\n")
