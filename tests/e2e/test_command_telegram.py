"""By command, with a Telegram bot: a comment below a channel's post is answered, and the answer is below it there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.connectors.telegram.server import TOKEN, TelegramServer
from tests.e2e.portavoce import Portavoce

pytestmark = [pytest.mark.server, pytest.mark.e2e]


def test_a_comment_is_answered_under_the_right_parent(tmp_path: Path) -> None:
    portavoce, workspace = Portavoce(tmp_path / "home"), ("--workspace", str(tmp_path / "inbox"))
    server = TelegramServer()
    added = portavoce.tell(
        *workspace, "account", "add", "telegram", "--set", f"api_base={server.url}", "--secret", "token",
        given=TOKEN + "\n",
    )  # fmt: skip
    assert added["handle"] == "@kiln_bot"
    post = server.post("New glazes are in")
    comment = server.answer("Which blue?", post, message_thread_id=post["message_id"])
    assert portavoce.tell(*workspace, "sync")["accounts"][0]["new"] == 1
    (listed,) = portavoce.tell(*workspace, "list", "--view", "open")["conversations"]
    assert listed["kind"] == "comments"
    portavoce.tell(*workspace, "reply", listed["id"], "--text", "Cobalt", "--now")
    assert portavoce.tell(*workspace, "sync")["accounts"][0]["sent"] == 1
    (answer,) = server.ours("Cobalt")
    assert answer["reply_to_message"]["message_id"] == comment["message_id"]
    server.down()
