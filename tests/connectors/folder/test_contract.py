"""A folder passes the tests that every connector has to pass."""

from __future__ import annotations

import tracemalloc

import pytest

from inbox_app.contract.connector import Connector
from inbox_app.domain.jsonvalue import JsonObject
from tests.connectors.folder.conftest import FolderStage
from tests.contract.connector_tests import MOST_MEMORY, ConnectorTests, incoming, pull_all
from tests.contract.stage import Nonsense, Stage


class TestFolder(ConnectorTests):
    """The shared tests; `stage` is the conftest's."""

    @pytest.mark.parametrize("kind", list(Nonsense))
    async def test_nonsense_is_a_bad_answer(
        self, stage: Stage, connector: Connector, cursor: JsonObject, kind: Nonsense
    ) -> None:
        """One bad file holds up no other: it is set aside with its reason instead."""
        assert isinstance(stage, FolderStage)
        await stage.speak_nonsense(kind)
        tracemalloc.start()
        try:
            assert (await pull_all(connector, cursor))[0] == []
            assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
        finally:
            tracemalloc.stop()
        refused = {one.name for one in (stage.other.root / "refused").iterdir()}
        assert refused == {"nonsense.json", "nonsense.json.reason.txt"}
        await stage.arrive("a good one")
        await incoming(connector, cursor, "a good one")
