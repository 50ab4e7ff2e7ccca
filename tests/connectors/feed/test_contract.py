"""A feed passes the tests that every connector has to pass, as far as it can do anything."""

from __future__ import annotations

from tests.contract.connector_tests import ConnectorTests


class TestFeed(ConnectorTests):
    """The shared tests; `stage` is the conftest's."""
