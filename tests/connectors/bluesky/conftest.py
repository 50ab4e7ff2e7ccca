"""What the Bluesky connector's tests share: a stage on the real network."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from inbox_app.content.worker import Worker
from tests.connectors.bluesky.stage import BlueskyStage
from tests.connectors.on_engine import store
from tests.contract.stage import Lent
from tests.servers.bluesky import BlueskyNetwork
from tests.servers.fixtures import MakeGateway

__all__ = ["store"]


@pytest.fixture
async def stage(
    lent: Lent, bluesky: BlueskyNetwork, gateway: MakeGateway, content_worker: Worker
) -> AsyncIterator[BlueskyStage]:
    """Us and two people outside."""
    made = BlueskyStage(lent, bluesky, gateway(bluesky.port), content_worker)
    yield made
    await made.close()
