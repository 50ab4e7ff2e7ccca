"""The command is killed while it pulls and while it sends, and the next one finds everything there once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.connectors.bluesky.stage import BlueskyStage
from tests.connectors.bluesky.test_engine import PUT
from tests.connectors.killing import Deaths, Desk, KillTests

# Each test starts up to seven processes, on a machine that may be busy with others' tests.
pytestmark = [pytest.mark.server, pytest.mark.e2e, pytest.mark.timeout(600)]


@pytest.fixture
def desk(stage: BlueskyStage, tmp_path: Path) -> Desk:
    def mentions() -> list[str]:
        made = [str(stage.mention(f"n{number}", settle=False)["uri"]) for number in range(150)]
        stage.network.settle()
        return made

    deaths = Deaths(
        lambda request: request.path == PUT,
        mentions,
        lambda request: request.path.endswith("getPosts"),
        pages_before=3,
    )
    return Desk(stage, tmp_path, "password", deaths)


class TestKilled(KillTests):
    """Bluesky's."""
