"""By command, through a folder: a message that another program dropped is answered, and the answer lies there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.connectors.folder.conftest import OtherProgram
from tests.e2e.portavoce import Portavoce

pytestmark = [pytest.mark.server, pytest.mark.e2e]


def test_a_message_is_answered_and_the_answer_lies_there(tmp_path: Path) -> None:
    portavoce, workspace = Portavoce(tmp_path / "home"), ("--workspace", str(tmp_path / "inbox"))
    other = OtherProgram(tmp_path / "guestbook")
    portavoce.tell(*workspace, "workspace", "create")
    # Without one named it goes where work was last.
    added = portavoce.tell("account", "add", "folder", "--set", f"path={other.root}")
    assert added["handle"] == "guestbook"
    asked = other.message("Is the blue one still there?")
    other.drop(asked)
    assert portavoce.tell(*workspace, "sync")["accounts"][0]["new"] == 1
    (listed,) = portavoce.tell(*workspace, "list", "--view", "open")["conversations"]
    (tmp_path / "vase.png").write_bytes(b"a vase")
    (tmp_path / "list.txt").write_bytes(b"a list")
    files = ("--attach", str(tmp_path / "list.txt"), "--attach", str(tmp_path / "vase.png"), "--describe", "A vase")
    portavoce.tell(*workspace, "reply", listed["id"], "--text", "Two of them", *files, "--now")
    assert portavoce.tell(*workspace, "sync")["accounts"][0]["sent"] == 1
    (answer,) = (other.root / "answers").glob("*.json")
    said = json.loads(answer.read_bytes())
    assert (said["text"], said["to"]["id"]) == ("Two of them", asked["id"])
    assert [(one["name"], one["description"]) for one in said["attachments"]] == [
        ("list.txt", ""),
        ("vase.png", "A vase"),
    ]
