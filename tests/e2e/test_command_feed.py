"""By command, on a site with a feed: what was there is history, what comes is open, and nothing can be sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.connectors.feed.site import Site
from tests.e2e.portavoce import Portavoce

pytestmark = pytest.mark.e2e


def test_comments_of_a_site_come_in(tmp_path: Path) -> None:
    portavoce, workspace, site = Portavoce(tmp_path / "home"), ("--workspace", str(tmp_path / "inbox")), Site()
    site.say("Before")
    portavoce.tell(*workspace, "account", "add", "feed", "--set", f"url={site.url}")
    assert portavoce.tell(*workspace, "sync")["accounts"][0]["new"] == 1
    site.say("When do you open?", page="/hours")
    assert portavoce.tell(*workspace, "sync")["accounts"][0]["new"] == 1
    (listed,) = portavoce.tell(*workspace, "list", "--view", "open")["conversations"]
    assert (listed["channel"], listed["snippet"]) == ("feed", "When do you open?")
    site.down()
