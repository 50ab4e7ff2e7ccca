"""The fixture `store`: a new, empty workspace for one test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from inbox_app.events import Bus
from inbox_app.paths import WorkspaceAddress, resolve_workspace
from inbox_app.storage.store import Store


@pytest.fixture
def address(tmp_path: Path) -> WorkspaceAddress:
    """Where the test's workspace lives; nothing is there yet."""
    return resolve_workspace(str(tmp_path / "workspace"))


@pytest.fixture
def bus() -> Bus:
    """The bus that the store publishes on."""
    return Bus()


@pytest.fixture
async def store(address: WorkspaceAddress, bus: Bus) -> AsyncIterator[Store]:
    """A new workspace, closed after the test."""
    opened = await Store.open(address, bus, create=True)
    yield opened
    await opened.close()
