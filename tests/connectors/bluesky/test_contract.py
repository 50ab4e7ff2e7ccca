"""Bluesky passes the tests that every connector has to pass, on the real network."""

from __future__ import annotations

import pytest

from tests.contract.connector_tests import ConnectorTests

# Each test makes three people and waits until everybody knows them, on a machine that may be busy with others' tests.
pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]


class TestBluesky(ConnectorTests):
    """The shared tests; `stage` is the conftest's."""
