"""The command is killed while a feed is on its way, and the next one finds everything there once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.connectors.feed.conftest import FeedStage
from tests.connectors.killing import Deaths, Desk, KillsWhilePulling
from tests.servers.fixtures import MakeGateway

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.fixture
def desk(stage: FeedStage, gateway: MakeGateway, tmp_path: Path) -> Desk:
    def write_many() -> list[str]:
        made = [stage.site.say(f"n{number}") for number in range(30)]
        return [f"{stage.site.home}/?p=1#comment-{one.number}" for one in made]

    deaths = Deaths(lambda _: False, write_many, lambda request: request.method == "GET", pages_before=0)
    return Desk(stage.behind(gateway(stage.site.port)), tmp_path, "", deaths)


class TestKilled(KillsWhilePulling):
    """A feed's."""
