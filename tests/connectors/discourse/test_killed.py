"""The command is killed while it pulls and while it sends, and the next one finds everything there once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.connectors.discourse.conftest import DiscourseStage
from tests.connectors.killing import Deaths, Desk, KillTests
from tests.servers.fixtures import MakeGateway

# Each test starts up to seven processes, on a machine that may be busy with others' tests.
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.fixture
def desk(stage: DiscourseStage, gateway: MakeGateway, tmp_path: Path) -> Desk:
    def write_many() -> list[str]:
        made = [stage.server.say(f"n{number}", stage.topic) for number in range(150)]
        return [f"{one.topic.id}/{one.number}" for one in made]

    deaths = Deaths(
        lambda request: (request.method, request.path) == ("POST", "/posts.json"),
        write_many,
        lambda request: request.path == "/posts.json",
        pages_before=6,
    )
    return Desk(stage.behind(gateway(stage.server.port)), tmp_path, "key", deaths)


class TestKilled(KillTests):
    """Discourse's."""
