"""What the WordPress connector's tests share: a stage on a real WordPress, a gateway between."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from inbox_app.content.worker import Worker
from tests.connectors.on_engine import store
from tests.connectors.wordpress.stage import WordPressStage
from tests.contract.stage import Lent
from tests.servers.fixtures import MakeGateway
from tests.servers.wordpress import WordPressServer

__all__ = ["store"]


@pytest.fixture
async def stage(
    lent: Lent, wordpress: WordPressServer, gateway: MakeGateway, content_worker: Worker
) -> AsyncIterator[WordPressStage]:
    """A site of this test alone, an editor who is us, and a post."""
    made = WordPressStage(lent, wordpress.new_site(), gateway(wordpress.port), content_worker)
    yield made
    await made.close()
