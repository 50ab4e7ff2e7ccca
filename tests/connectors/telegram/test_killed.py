"""The command is killed while it pulls and while it sends: nothing pulled is lost, and nothing is said twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox_app.domain.words import OutboxState
from tests.connectors.killing import Deaths, Desk, KillTests
from tests.connectors.telegram.conftest import TelegramStage
from tests.servers.fixtures import MakeGateway

# Each test starts up to seven processes, on a machine that may be busy with others' tests.
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.fixture
def desk(stage: TelegramStage, gateway: MakeGateway, tmp_path: Path) -> Desk:
    def write_many() -> list[str]:
        made = [stage.server.say(f"n{number}") for number in range(250)]
        return [f"{one['chat']['id']}:{one['message_id']}" for one in made]

    deaths = Deaths(
        lambda request: request.path.endswith("/sendMessage"),
        write_many,
        lambda request: request.path.endswith("/getUpdates"),
        pages_before=1,
        settles=OutboxState.UNCONFIRMED,  # a bot cannot look what it said
    )
    return Desk(stage.behind(gateway(stage.server.port)), tmp_path, "token", deaths)


class TestKilled(KillTests):
    """Telegram's."""
