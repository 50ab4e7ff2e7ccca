"""Each place of the practice community does what every connector must."""

from __future__ import annotations

import pytest

from connectors.practice.places import Place
from tests.connectors.practice.stage import PracticeStage
from tests.contract.connector_tests import ConnectorTests
from tests.contract.stage import Lent


class TestPractice(ConnectorTests):
    """At all six places; one of each policy for what is sent twice."""

    @pytest.fixture(params=[*Place, "check", "ask"])
    async def stage(self, request: pytest.FixtureRequest, lent: Lent) -> PracticeStage:
        if isinstance(request.param, Place):
            return PracticeStage(lent, request.param)
        return PracticeStage(lent, Place.DIRECT, resend=request.param)
