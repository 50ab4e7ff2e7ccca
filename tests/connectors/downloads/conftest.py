"""What the tests of downloads share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.stage import Lent


@pytest.fixture
async def lent(tmp_path: Path) -> AsyncIterator[Lent]:
    """What a reader is lent, closed after the test."""
    async with Lent(tmp_path) as lent:
        yield lent
