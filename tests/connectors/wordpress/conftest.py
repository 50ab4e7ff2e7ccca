"""What the WordPress connector's tests share: a stage on a real WordPress, a gateway between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from inbox_app.content.worker import Worker
from tests.connectors.wordpress.stage import WordPressStage
from tests.contract.stage import Lent
from tests.servers.fixtures import MakeGateway
from tests.servers.wordpress import WordPressServer


@pytest.fixture
async def lent(tmp_path: Path) -> AsyncIterator[Lent]:
    """What hosts lend, closed after the test."""
    async with Lent(tmp_path) as lent:
        yield lent


@pytest.fixture
async def stage(
    lent: Lent, wordpress: WordPressServer, gateway: MakeGateway, content_worker: Worker
) -> AsyncIterator[WordPressStage]:
    """A site of this test alone, an editor who is us, and a post."""
    made = WordPressStage(lent, wordpress.new_site(), gateway(wordpress.port), content_worker)
    yield made
    await made.close()
