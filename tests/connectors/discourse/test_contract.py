"""A Discourse forum passes the tests that every connector has to pass, each line checked."""

from __future__ import annotations

from typing import Any

from tests.connectors.discourse.openapi import Exchange, specification
from tests.contract.connector_tests import ConnectorTests


class TestDiscourse(ConnectorTests):
    """The shared tests; `stage` is the conftest's."""


def test_what_is_not_as_described_is_found() -> None:
    def violations(method: str, path: str, query: tuple[str, ...], body: Any, answer: Any) -> list[str]:
        return specification().violations(Exchange(method, path, query, body, (), 200, answer))

    assert violations("GET", "/nowhere.json", (), None, {}) == ["GET /nowhere.json: is not described"]
    assert violations("GET", "/posts.json", ("after",), None, {"latest_posts": []}) == [
        "GET /posts.json: has no parameter after"
    ]
    assert violations("GET", "/posts.json", (), None, {"latest_posts": [{"id": "7"}]})
    assert violations(
        "POST", "/post_actions.json", (), {"id": 7}, specification().example("POST", "/post_actions.json")
    )
