"""What the Matrix connector's tests share: a stage on a real Synapse."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from inbox_app.content.worker import Worker
from tests.connectors.matrix.stage import MatrixStage
from tests.connectors.on_engine import store
from tests.contract.stage import Lent
from tests.servers.fixtures import MakeGateway
from tests.servers.synapse import SynapseServer

__all__ = ["store"]


@pytest.fixture
async def stage(
    lent: Lent, synapse: SynapseServer, gateway: MakeGateway, content_worker: Worker
) -> AsyncIterator[MatrixStage]:
    """Us, two people outside, a room with all three and a direct chat."""
    made = MatrixStage(lent, synapse, gateway(synapse.port), content_worker)
    yield made
    await made.close()
