"""Mastodon passes the tests that every connector has to pass, on the emulator, each line checked."""

from __future__ import annotations

import pytest

from tests.connectors.mastodon.openapi import specification
from tests.contract.connector_tests import ConnectorTests
from tests.servers.gateway import Request, Response

pytestmark = pytest.mark.server


class TestMastodon(ConnectorTests):
    """The shared tests; `stage` is the conftest's."""


def test_what_is_not_as_described_is_found() -> None:
    wrong = Response(200, {}, b'{"id": 7}')
    assert specification().violations(Request("GET", "/api/v1/accounts/verify_credentials", {}), wrong)
    assert specification().violations(Request("GET", "/api/v1/notifications?nonsense=1", {}), Response(200, {}, b"[]"))
    assert specification().violations(Request("GET", "/api/v1/nowhere", {}), Response(404)) == [
        "GET /api/v1/nowhere: is not described"
    ]
