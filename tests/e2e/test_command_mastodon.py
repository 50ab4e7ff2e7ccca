"""By command, on a Mastodon server: a comment arrives below our post, is answered, and the answer is below it there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.portavoce import Portavoce
from tests.servers.mastodon import MastodonServer

pytestmark = [pytest.mark.server, pytest.mark.e2e]


def test_a_comment_is_answered_under_the_right_parent(tmp_path: Path, mastodon: MastodonServer) -> None:
    portavoce, workspace = Portavoce(tmp_path / "home"), ("--workspace", str(tmp_path / "inbox"))
    brand, anna = mastodon.new_user("brand"), mastodon.new_user("anna")
    post = brand.say("We open on Sunday")
    added = portavoce.tell(
        *workspace, "account", "add", "mastodon", "--set", f"server={mastodon.url}", "--secret", "token",
        given=brand.token + "\n",
    )  # fmt: skip
    assert added["handle"] == f"@{brand.handle}"
    portavoce.tell(*workspace, "sync")
    comment = anna.say(f"@{brand.name} at what time?", to=post["id"])
    assert portavoce.tell(*workspace, "sync")["accounts"][0]["new"] == 1
    (listed,) = portavoce.tell(*workspace, "list", "--view", "open")["conversations"]
    assert listed["title"] == "We open on Sunday"
    portavoce.tell(*workspace, "reply", listed["id"], "--text", "At nine", "--now")
    assert portavoce.tell(*workspace, "sync")["accounts"][0]["sent"] == 1
    answer, *_rest = brand.statuses()
    assert (answer["in_reply_to_id"], answer["content"]) == (comment["id"], f"<p>@{anna.name} At nine</p>")
