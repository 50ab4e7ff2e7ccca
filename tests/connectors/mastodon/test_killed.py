"""The command is killed while it pulls and while it sends, and the next one finds everything there once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.connectors.killing import Deaths, Desk, KillTests
from tests.connectors.mastodon.stage import MastodonStage

# Each test starts up to seven processes, on a machine that may be busy with others' tests.
pytestmark = [pytest.mark.server, pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.fixture
def desk(stage: MastodonStage, tmp_path: Path) -> Desk:
    deaths = Deaths(
        lambda request: (request.method, request.path) == ("POST", "/api/v1/statuses"),
        lambda: [stage.anna.say(f"@{stage.brand.name} n{number}")["id"] for number in range(150)],
        lambda request: request.path == "/api/v2/notifications",
        pages_before=2,
    )
    return Desk(stage, tmp_path, "token", deaths)


class TestKilled(KillTests):
    """Mastodon's."""
