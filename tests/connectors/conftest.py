"""What the tests of several connectors share."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from inbox_app.content.worker import Worker


@pytest.fixture(scope="session")
def content_worker() -> Iterator[Worker]:
    """One worker process for all tests that do not harm it: starting one takes longer than most of them."""
    worker = Worker()
    yield worker
    asyncio.run(worker.close())
