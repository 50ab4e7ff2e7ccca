"""Makes the stage of each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.stage import Lent


@pytest.fixture
async def lent(tmp_path: Path) -> AsyncIterator[Lent]:
    """What a host lends, in a folder of its own."""
    async with Lent(tmp_path / "account") as lent:
        yield lent
