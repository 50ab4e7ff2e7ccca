"""Matrix passes the tests that every connector has to pass, on a real Synapse."""

from __future__ import annotations

import pytest

from tests.contract.connector_tests import ConnectorTests

pytestmark = pytest.mark.server


class TestMatrix(ConnectorTests):
    """The shared tests; `stage` is the conftest's."""
