"""The command is killed while it pulls and while it sends, and the next one finds everything there once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.connectors.killing import Deaths, Desk, KillTests
from tests.connectors.wordpress.stage import WordPressStage

# Each test starts up to seven processes, on a machine that may be busy with others' tests.
pytestmark = [pytest.mark.server, pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.fixture
def desk(stage: WordPressStage, tmp_path: Path) -> Desk:
    deaths = Deaths(
        lambda request: request.method == "POST",
        lambda: [*map(str, stage.site.insert(stage.post, [f"n{number}" for number in range(330)]))],
        lambda request: "/wp/v2/comments" in request.target,
        pages_before=6,
    )
    return Desk(stage, tmp_path, "password", deaths)


class TestKilled(KillTests):
    """WordPress's."""
