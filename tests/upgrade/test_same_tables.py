"""A workspace that came through every migration is the one that is made today."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Column, Connection, Index, Integer, MetaData, Text, text

from inbox_app.paths import WorkspaceAddress
from inbox_app.storage import creation, migrations, search_index
from inbox_app.storage.database import Database
from inbox_app.storage.migrations.__main__ import write_next
from inbox_app.storage.migrations.comparison import find_differences
from inbox_app.storage.opening import _open
from inbox_app.storage.schema import metadata
from inbox_app.storage.schema_version import read_version
from inbox_app.storage.sqlite import SQLiteDatabase
from tests.servers.postgres import PostgresCluster
from tests.stores import address_on
from tests.upgrade.catalogue import Catalogue, catalogue, differences

MakeDatabase = Callable[[], Database]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeDatabase]:
    """Makes empty databases of one kind."""
    made: list[Database] = []
    names: list[str] = []
    cluster: PostgresCluster | None = None if request.param == "sqlite" else request.getfixturevalue("postgres")

    def make() -> Database:
        if cluster is None:
            made.append(SQLiteDatabase.open(tmp_path / f"{len(made)}.db", create=True))
        else:
            names.append(cluster.new_database())
            made.append(_open(address_on(cluster, names[-1]), create=True))
        return made[-1]

    yield make
    for database in made:
        database.close()
    for name in names:
        assert cluster is not None
        cluster.drop_database(name)


def create(connection: Connection) -> None:
    creation.create_tables(connection)


def migrate(connection: Connection) -> None:
    migrations.upgrade(connection)


def listed(database: Database, make: Callable[[Connection], None]) -> Catalogue:
    with database.upgrading() as connection:
        database.prepare_creation(connection)
        make(connection)
    with database.connect_writer() as connection, connection.begin():
        assert read_version(connection) == migrations.head()
        return catalogue(connection)


def test_both_ways_lead_to_the_same_tables(new_database: MakeDatabase) -> None:
    migrated = new_database()
    one, other = listed(new_database(), create), listed(migrated, migrate)
    assert differences(one, other) == []
    assert len(one) > 400
    with migrated.connect_writer() as connection, connection.begin():
        found = find_differences(connection).upgrade_ops
        assert found is not None
        assert found.as_diffs() == []


def plant_column(planted: MetaData) -> None:
    planted.tables["tag"].append_column(Column("planted", Text))


def plant_nullable(planted: MetaData) -> None:
    planted.tables["tag"].c.name.nullable = True


def plant_type(planted: MetaData) -> None:
    planted.tables["view"].c.filter.type = Integer()


def plant_default(planted: MetaData) -> None:
    planted.tables["tag"].append_column(
        Column("colour", Text, nullable=False, server_default=text("'red'")), replace_existing=True
    )


def plant_check(planted: MetaData) -> None:
    planted.tables["tag"].append_constraint(CheckConstraint("colour <> name", name="planted"))


def plant_condition(planted: MetaData) -> None:
    table = planted.tables["reminder"]
    due = next(index for index in table.indexes if index.name == "ix_reminder_due")
    table.indexes.remove(due)
    where = text("done_at IS NULL AND fired_at IS NULL")
    Index("ix_reminder_due", table.c.due_at, sqlite_where=where, postgresql_where=where)


def plant_table(planted: MetaData) -> None:
    planted.remove(planted.tables["wish"])


PLANTED = [plant_column, plant_nullable, plant_type, plant_default, plant_check, plant_condition, plant_table]


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_schema_that_changed_without_a_migration_is_noticed(
    plant: Callable[[MetaData], None], new_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(creation, "metadata", planted_by(plant))
    assert differences(listed(new_database(), create), listed(new_database(), migrate)) != []


def test_a_changed_search_object_is_noticed(new_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, old, new in (
        ("SQLITE_OBJECTS", "remove_diacritics 2", "remove_diacritics 1"),
        ("POSTGRESQL_OBJECTS", "250000", "200000"),
    ):
        monkeypatch.setattr(search_index, name, [said.replace(old, new) for said in getattr(search_index, name)])
    assert differences(listed(new_database(), create), listed(new_database(), migrate)) != []


def planted_by(plant: Callable[[MetaData], None]) -> MetaData:
    planted = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        table.to_metadata(planted)
    plant(planted)
    return planted


def test_the_listed_versions_are_those_that_are_there() -> None:
    script = ScriptDirectory(str(migrations.FOLDER), version_locations=[str(path) for path in migrations.LOCATIONS])
    written = [migration.revision for migration in script.walk_revisions()]
    assert tuple(reversed(written)) == migrations.VERSIONS


def test_the_next_migration_is_begun_from_the_schema(tmp_path: Path) -> None:
    written = write_next("Plant a column", tmp_path, planted_by(plant_column))
    assert written == tmp_path / f"v{len(migrations.VERSIONS) + 1:04}_plant_a_column.py"
    body = written.read_text(encoding="utf-8")
    compile(body, str(written), "exec")
    assert f'down_revision = "{migrations.head()}"' in body
    assert "add_column(sa.Column('planted', sa.Text(), nullable=True))" in body


def test_without_a_difference_nothing_is_written(tmp_path: Path) -> None:
    assert write_next("Nothing", tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_a_current_workspace_opens_without_alembic(sqlite_address: WorkspaceAddress) -> None:
    script = (
        "import sys\n"
        "from inbox_app.paths import resolve_workspace\n"
        "from inbox_app.storage.opening import open_database\n"
        "for create in (True, False):\n"
        "    open_database(resolve_workspace(sys.argv[1]), create=create, now=1).close()\n"
        "print('alembic' in sys.modules)\n"
    )
    command = [sys.executable, "-c", script, str(sqlite_address.folder)]
    assert subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout == "False\n"
