"""A Telegram bot passes the tests that every connector has to pass, each line checked."""

from __future__ import annotations

from tests.connectors.telegram.botapi import Exchange, specification
from tests.contract.connector_tests import ConnectorTests


class TestTelegram(ConnectorTests):
    """The shared tests; `stage` is the conftest's."""


def test_what_is_not_as_described_is_found() -> None:
    def violations(method: str, params: dict[str, object], result: object) -> list[str]:
        return specification().violations(Exchange(method, params, (), 200, {"ok": True, "result": result}))

    assert violations("nowhere", {}, True) == ["nowhere: is not described"]
    assert violations("deleteMessage", {"chat_id": 1}, True) == ["deleteMessage: lacks message_id"]
    assert violations("getUpdates", {"limit": "7"}, []) == ["getUpdates limit: '7' is no Integer"]
    assert violations("getUpdates", {"nonsense": 7}, []) == ["getUpdates: has no nonsense"]
    assert violations("getUpdates", {}, [{"update_id": 1, "message": {}}])
