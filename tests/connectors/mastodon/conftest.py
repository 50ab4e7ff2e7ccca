"""What the Mastodon connector's tests share: a stage on the real emulator, each line of which is checked at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from inbox_app.content.worker import Worker
from tests.connectors.mastodon.openapi import DESCRIPTION, specification
from tests.connectors.mastodon.stage import MastodonStage
from tests.connectors.on_engine import store
from tests.contract.stage import Lent
from tests.servers.fixtures import MakeGateway
from tests.servers.mastodon import MastodonServer

__all__ = ["store"]


@pytest.fixture
async def stage(
    lent: Lent, mastodon: MastodonServer, gateway: MakeGateway, content_worker: Worker
) -> AsyncIterator[MastodonStage]:
    """Us and two people outside. At the end every request and answer must be as the interface is described."""
    made = MastodonStage(lent, mastodon, gateway(mastodon.port), content_worker)
    yield made
    await made.close()
    if DESCRIPTION.exists():
        assert made.violations(specification()) == []
