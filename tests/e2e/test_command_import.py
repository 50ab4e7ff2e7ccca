"""`portavoce import` as a script meets it: the answer, the progress, wrong use, and a death in the middle."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.bench.mailbox import US, write_mbox
from tests.connectors.downloads.samples import ANNA, chatwoot, whatsapp
from tests.connectors.email.mails import mail
from tests.e2e.portavoce import Portavoce

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]  # a dozen processes each, on machines that have other work

SIGN = b"From somebody Fri Jul  8 12:08:34 2011\n"
MAILS = 1_500


@pytest.fixture
def portavoce(tmp_path: Path) -> Portavoce:
    return Portavoce(tmp_path / "home")


def picture(portavoce: Portavoce, workspace: str) -> Any:
    """Everything that was imported, without the ids that are made anew each time."""
    found = []
    after: str | None = None
    while True:
        page = portavoce.tell(
            "--workspace",
            workspace,
            "list",
            "--limit",
            "500",
            *(["--after", after] if after else []),
        )
        found += page["conversations"]
        after = page["next"]
        if after is None:
            return [{key: value for key, value in one.items() if key not in ("id", "account")} for one in found]


def test_an_archive_is_imported_searched_and_shown(portavoce: Portavoce, tmp_path: Path) -> None:
    path = tmp_path / "Old mail.mbox"
    draft = SIGN + b"X-Status: T\n" + mail(message_id="3@x")
    letters = [mail(message_id="1@x", text="Quarterly figures"), mail(message_id="2@x", In_Reply_To="<1@x>")]
    path.write_bytes(b"".join(SIGN + one + b"\n" for one in letters) + draft)
    home = ("--workspace", "archive")
    done = portavoce.tell(*home, "import", "mbox", str(path), "--own", "anna@example.test")
    assert done == {
        "workspace": "archive",
        "account": done["account"],
        "name": "Old mail",
        "messages": 2,
        "conversations": 1,
        "added": 2,
        "own": ["anna@example.test"],
        "own_guessed": False,
        "skipped": [{"where": done["skipped"][0]["where"], "why": "It is a draft that was not sent."}],
        "skipped_count": 1,
        "resembling": [],
    }
    assert done["skipped"][0]["where"].startswith("Old mail.mbox, at byte ")
    again = portavoce.tell(*home, "import", "mbox", str(path))
    assert again == {**done, "added": 0}
    (account,) = portavoce.tell(*home, "account", "list")
    assert (account["state"], account["handle"], account["error"]) == ("archive", "Old mail", None)
    assert portavoce.tell(*home, "search", "figures")["total"] == 1
    assert portavoce.tell(*home, "sync") == {"accounts": []}
    (row,) = portavoce.tell(*home, "list")["conversations"]
    assert (row["state"], row["unread"], row["messages"]) == ("done", False, 2)
    assert portavoce.fail(*home, "reply", row["id"], "--text", "Hello")[0] == "refused"
    assert portavoce.fail(*home, "account", "check", account["id"])[0] == "refused"


def test_what_cannot_be_imported_is_a_sentence(portavoce: Portavoce, tmp_path: Path) -> None:
    assert portavoce.run("import", "pst", str(tmp_path)).returncode == 2
    assert portavoce.fail("import", "mbox", str(tmp_path / "gone"))[0] == "no_archive"
    assert portavoce.fail("import", "maildir", str(tmp_path))[0] == "no_archive"
    (tmp_path / "folder").mkdir()
    assert "no message" in portavoce.fail("import", "mbox", str(tmp_path / "folder"))[1]
    assert portavoce.fail("import", "json", str(tmp_path))[0] == "no_export"
    assert not any(portavoce.home.glob("workspaces/*")), "nothing came of it, and nothing is left behind"


def test_killed_in_the_middle_the_next_run_goes_on_and_nothing_is_twice(portavoce: Portavoce, tmp_path: Path) -> None:
    path = tmp_path / "bench.mbox"
    write_mbox(path, MAILS)
    command = ("import", "mbox", str(path), "--own", US)
    whole = portavoce.tell("--workspace", "whole", *command)
    assert (whole["messages"], whole["added"]) == (MAILS, MAILS)
    for _time in range(2):
        process = portavoce.start("--workspace", "killed", "--json", *command)
        assert process.stderr is not None
        assert json.loads(process.stderr.readline())["progress"]["added"] > 0
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
    (account,) = portavoce.tell("--workspace", "killed", "account", "list")
    assert "not imported whole yet" in account["error"]
    rest = portavoce.tell("--workspace", "killed", *command)
    assert 0 < rest["added"] <= MAILS - 400
    assert {**rest, "account": "", "added": 0, "workspace": "whole"} == {**whole, "account": "", "added": 0}
    assert picture(portavoce, "killed") == picture(portavoce, "whole")


def test_a_download_is_tried_imported_and_imported_again(portavoce: Portavoce, tmp_path: Path) -> None:
    path = whatsapp(tmp_path, 9)
    home, wish = ("--workspace", "chats"), ("import", "whatsapp", str(path), "--own", "maya")
    tried = portavoce.tell(*home, *wish, "--dry-run")
    assert tried == {"messages": 9, "new": 9, "skipped": [], "skipped_count": 0}
    assert portavoce.fail(*home, "list")[0] == "no_workspace", "a trial keeps nothing"
    assert portavoce.tell(*home, *wish)["added"] == 9
    with path.open("a", encoding="utf-8") as file:
        file.write("15/05/23, 10:00 - Maya added Bob\n15/05/23, 10:01 - maya: one more\n")
    again = portavoce.tell(*home, *wish, "--dry-run")
    assert (again["messages"], again["new"], again["skipped_count"]) == (10, 1, 1)
    assert portavoce.tell(*home, *wish)["added"] == 1
    (row,) = portavoce.tell(*home, "list")["conversations"]
    assert (row["channel"], row["messages"], row["unread"], row["members"]) == ("whatsapp", 10, 0, [ANNA])


def test_whoever_wrote_in_two_downloads_is_suggested_as_one_person(portavoce: Portavoce, tmp_path: Path) -> None:
    home = ("--workspace", "chats")
    portavoce.tell(*home, "import", "whatsapp", str(whatsapp(tmp_path, 3)), "--own", "maya")
    (alike,) = portavoce.tell(*home, "import", "chatwoot", str(chatwoot(tmp_path, 3)))["resembling"]
    assert (alike["member"]["name"], [one["member"]["name"] for one in alike["resembles"]]) == (ANNA, [ANNA])
    members = [one for one in portavoce.tell(*home, "member", "list")["members"] if one["name"] == ANNA]
    first, second = (one["id"] for one in members)
    (suggested,) = portavoce.tell(*home, "member", "suggest", first)
    assert suggested["member"]["id"] == second
