"""A feed that an earlier version kept with its key in the clear: at the next start the key lies in the keyring."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.connectors.feed.site import Site
from tests.e2e.portavoce import Portavoce

pytestmark = pytest.mark.e2e

KEY = "canaryKEYthatNobodyMaySee0123456789"


def test_the_key_is_moved_and_the_account_goes_on(tmp_path: Path) -> None:
    portavoce, site, inbox = Portavoce(tmp_path / "home"), Site(), tmp_path / "inbox"
    workspace = ("--workspace", str(inbox))
    portavoce.tell(*workspace, "account", "add", "feed", "--set", f"url={site.url}")
    private = f"{site.url}?key={KEY}"
    with sqlite3.connect(inbox / "workspace.db") as old:
        error = f"“{private}” is not a web address."
        values = (json.dumps({"url": private}), private, private.partition("://")[2], error)
        old.execute("UPDATE account SET settings = ?, remote_id = ?, handle = ?, error = ?", values)
    old.close()
    site.opens = lambda request: f"key={KEY}" in request.path
    site.say("Before")
    (report,) = portavoce.tell(*workspace, "sync")["accounts"]
    assert (report["new"], report["error"]) == (1, None)
    site.say("When do you open?")
    (report,) = portavoce.tell(*workspace, "sync")["accounts"]
    assert (report["new"], report["error"]) == (1, None)
    (account,) = portavoce.tell(*workspace, "account", "list")
    assert account["handle"].endswith("?key=***")
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or KEY.encode() not in file.read_bytes(), f"the key is in {file.name}"
    site.down()
