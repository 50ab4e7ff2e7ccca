"""What the Matrix connector's tests share: a stage on a real Synapse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from inbox_app.content.worker import Worker
from tests.connectors.matrix.stage import MatrixStage
from tests.contract.stage import Lent
from tests.servers.fixtures import MakeGateway
from tests.servers.synapse import SynapseServer


@pytest.fixture
async def lent(tmp_path: Path) -> AsyncIterator[Lent]:
    """What hosts lend, closed after the test."""
    async with Lent(tmp_path) as lent:
        yield lent


@pytest.fixture
async def stage(
    lent: Lent, synapse: SynapseServer, gateway: MakeGateway, content_worker: Worker
) -> AsyncIterator[MatrixStage]:
    """Us, two people outside, a room with all three and a direct chat."""
    made = MatrixStage(lent, synapse, gateway(synapse.port), content_worker)
    yield made
    await made.close()
