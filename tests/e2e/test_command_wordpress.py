"""By command, on a real WordPress: a held comment is approved and answered, and both are so on the site."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.portavoce import Portavoce
from tests.servers.wordpress import WordPressServer

# Eight processes, on a machine that may be busy with others' tests.
pytestmark = [pytest.mark.server, pytest.mark.e2e, pytest.mark.timeout(300)]


def test_a_held_comment_is_approved_and_answered_under_the_right_parent(
    tmp_path: Path, wordpress: WordPressServer
) -> None:
    portavoce, workspace = Portavoce(tmp_path / "home"), ("--workspace", str(tmp_path / "inbox"))
    site = wordpress.new_site()
    brand, post = site.new_user("brand"), site.new_post("We open on Sunday", "<p>At the harbour.</p>")
    added = portavoce.tell(
        *workspace, "account", "add", "wordpress", "--set", f"site={site.url}", "--set", f"user={brand.name}",
        "--secret", "application_password", given=brand.password + "\n",
    )  # fmt: skip
    assert added["handle"] == f"{brand.name}@{site.url.partition('://')[2]}"
    assert brand.password.encode() not in (tmp_path / "inbox" / "workspace.db").read_bytes()
    held = site.visit(post, "At what time?")
    assert portavoce.tell(*workspace, "sync")["accounts"][0]["new"] == 1
    (listed,) = portavoce.tell(*workspace, "list", "--view", "open")["conversations"]
    assert listed["title"] == "We open on Sunday"
    (comment,) = portavoce.tell(*workspace, "show", listed["id"])["messages"]
    assert comment["hidden"] is True
    assert comment["marks"] == {"standing": "held"}

    portavoce.tell(*workspace, "act", "approve", str(comment["id"]), "--now")
    portavoce.tell(*workspace, "sync")
    assert (site.comment(held) or {})["comment_approved"] == "1"

    portavoce.tell(*workspace, "reply", listed["id"], "--text", "At nine", "--now")
    assert portavoce.tell(*workspace, "sync")["accounts"][0]["sent"] == 1
    answer = site.comments()[-1]
    assert (answer["comment_parent"], answer["comment_content"]) == (str(held), "At nine")
    assert (answer["comment_approved"], answer["user_id"]) == ("1", str(brand.id))
