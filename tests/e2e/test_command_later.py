"""A reply put off to a moment, from the command line: no sync before it sends it, and it can be taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.portavoce import Portavoce

pytestmark = pytest.mark.e2e


def test_a_reply_leaves_at_its_moment_and_not_with_a_sync_before(tmp_path: Path) -> None:
    person = Portavoce(tmp_path / "home")
    person.move_in()
    row = person.tell("list", "--view", "open")["conversations"][0]
    sent = person.tell("reply", row["id"], "--text", "See you then", "--at", "in 2 hours")
    leaves = datetime.fromisoformat(sent["not_before"])
    assert timedelta(minutes=110) < leaves - datetime.now(UTC) < timedelta(minutes=121)
    person.tell("sync")
    (waiting,) = person.tell("outbox", "list")
    assert (waiting["state"], waiting["attempts"]) == ("queued", 0)
    person.tell("outbox", "undo", sent["outbox"])
    wrong = person.run("reply", row["id"], "--text", "x", "--at", "yesterday")
    assert wrong.returncode == 2
    assert "no moment to come" in wrong.stderr
