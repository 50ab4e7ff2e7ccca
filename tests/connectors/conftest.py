"""What the tests of several connectors share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from inbox_app.content.worker import Worker
from tests.contract.stage import Lent


@pytest.fixture(scope="session")
def content_worker() -> Iterator[Worker]:
    """One worker process for all tests that do not harm it: starting one takes longer than most of them."""
    worker = Worker()
    yield worker
    asyncio.run(worker.close())


@pytest.fixture
async def lent(tmp_path: Path) -> AsyncIterator[Lent]:
    """What hosts lend, closed after the test."""
    async with Lent(tmp_path) as lent:
        yield lent
