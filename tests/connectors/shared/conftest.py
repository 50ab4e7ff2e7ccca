"""What the tests of shared protocol code need: an authorization server, and a host that keeps what it is given."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from connectors.shared.oauth2.endpoint import TokenEndpoint
from connectors.shared.oauth2.service import Client, Service
from tests.servers.authorization import CLIENT, CLIENT_SECRET, AuthorizationServer


@pytest.fixture
def server() -> Iterator[AuthorizationServer]:
    server = AuthorizationServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def service(server: AuthorizationServer) -> Service:
    return Service(server.authorize_url, server.token_url, ("mail", "offline"))


@pytest.fixture
async def endpoint(service: Service) -> AsyncIterator[TokenEndpoint]:
    http = service.open_http()
    yield TokenEndpoint(service, Client(CLIENT, CLIENT_SECRET), http)
    await http.close()
