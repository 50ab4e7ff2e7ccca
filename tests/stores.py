"""The fixtures `store` (a new, empty workspace on both databases) and `sqlite_store`.

Every run of pytest imports this module, so it imports the database's rooms only when a store is asked for.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from inbox_app.events import Bus
    from inbox_app.paths import WorkspaceAddress
    from inbox_app.storage.store import Store
    from tests.servers.postgres import PostgresCluster


@pytest.fixture
def sqlite_address(tmp_path: Path) -> WorkspaceAddress:
    """A folder for a workspace; nothing is there yet."""
    from inbox_app.paths import resolve_workspace

    return resolve_workspace(str(tmp_path / "workspace"))


@pytest.fixture
def sqlite_workspace(sqlite_address: WorkspaceAddress) -> WorkspaceAddress:
    """A new workspace in a file; one that shall be encrypted is still to be made."""
    if sqlite_address.key is None:
        lay_empty(sqlite_address)
    return sqlite_address


@pytest.fixture
def postgres_address(postgres: PostgresCluster) -> Iterator[WorkspaceAddress]:
    """A new, empty database on a real server."""
    name = postgres.new_database()
    yield address_on(postgres, name)
    postgres.drop_database(name)


@pytest.fixture(scope="session")
def postgres_template(shared_postgres: PostgresCluster) -> str:
    """A database that holds an empty workspace, to be copied: making the tables each time takes longer."""
    from inbox_app.storage.opening import open_database
    from inbox_app.storage.store import wall_clock

    name = shared_postgres.new_database()
    open_database(address_on(shared_postgres, name), create=True, now=wall_clock()).close()
    return name


@pytest.fixture
def postgres_workspace(postgres: PostgresCluster, postgres_template: str) -> Iterator[WorkspaceAddress]:
    """A new workspace on a real server."""
    name = postgres.new_database(postgres_template)
    yield address_on(postgres, name)
    postgres.drop_database(name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def address(request: pytest.FixtureRequest) -> WorkspaceAddress:
    """Where the test's workspace lives, on each of the two databases in turn."""
    wanted = "sqlite_workspace" if request.param == "sqlite" else "postgres_workspace"
    found: WorkspaceAddress = request.getfixturevalue(wanted)
    return found


@pytest.fixture
def bus() -> Bus:
    """The bus that the store publishes on."""
    from inbox_app.events import Bus

    return Bus()


@pytest.fixture
async def store(address: WorkspaceAddress, bus: Bus) -> AsyncIterator[Store]:
    """A new, empty workspace, on each of the two databases in turn; closed after the test."""
    from inbox_app.storage.store import Store

    opened = await Store.open(address, bus, create=True)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_store(sqlite_workspace: WorkspaceAddress, bus: Bus) -> AsyncIterator[Store]:
    """A new, empty workspace in a file; closed after the test."""
    from inbox_app.storage.store import Store

    opened = await Store.open(sqlite_workspace, bus, create=True)
    yield opened
    await opened.close()


def address_on(cluster: PostgresCluster, name: str) -> WorkspaceAddress:
    """The address of a database of the test's server."""
    from inbox_app.paths import resolve_workspace

    return resolve_workspace(cluster.url(name).replace("postgresql+psycopg://", "postgresql://"))


def lay_empty(address: WorkspaceAddress) -> None:
    """Put an empty workspace there, a copy of one: making the tables each time takes longer."""
    from inbox_app.storage.sqlite import make_private_file

    make_private_file(address.database)
    address.database.write_bytes(_empty_workspace())


@cache
def _empty_workspace() -> bytes:
    from inbox_app.paths import resolve_workspace
    from inbox_app.storage.opening import open_database
    from inbox_app.storage.store import wall_clock

    with TemporaryDirectory(prefix="portavoce-empty-") as folder:
        address = resolve_workspace(str(Path(folder) / "workspace"))
        open_database(address, create=True, now=wall_clock()).close()
        return address.database.read_bytes()
