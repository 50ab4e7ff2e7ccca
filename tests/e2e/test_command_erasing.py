"""`member erase`, `backup` and `restore` as a script meets them, on real mail: nobody comes back by a sync."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.portavoce import Portavoce
from tests.e2e.test_command_mail import connect, maya, portavoce, us, write
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import MailUser
from tests.servers.smtp import SmtpServer

__all__ = ["maya", "portavoce", "us"]
pytestmark = [pytest.mark.e2e, pytest.mark.server, pytest.mark.timeout(600)]
MARK = "Quillfeather"


def remnants(folder: Path, *marks: str) -> list[str]:
    wanted = [mark.lower().encode() for mark in marks]
    return [
        str(path)
        for path in folder.rglob("*")
        if path.is_file() and any(mark in path.read_bytes().lower() for mark in wanted)
    ]


def test_an_erased_person_comes_back_by_no_sync_and_no_backup(
    portavoce: Portavoce, us: MailUser, maya: MailUser, dovecot: Dovecot, smtp_server: SmtpServer, tmp_path: Path
) -> None:
    connect(portavoce, us, dovecot, smtp_server)
    dovecot.deliver(us, write(maya, us, f"Grinder {MARK}", f"Is 18 clicks right, says {MARK}?"))
    portavoce.tell("sync")
    (row,) = portavoce.tell("list")["conversations"]
    portavoce.tell("reply", row["id"], "--text", f"No, {MARK}: 14 to 15.", "--now")
    portavoce.tell("sync")
    backup = tmp_path / "backup"
    assert portavoce.tell("backup", "--out", str(backup))["messages"] == 2
    own = portavoce.tell("backup")
    (member,) = portavoce.tell("member", "list")["members"]
    extent = portavoce.tell("member", "erase", member["id"])
    assert (extent["erased"], extent["messages"], extent["conversations"]) == (False, 2, 1)
    assert portavoce.fail("member", "erase", member["id"], "--confirm", "Nobody")[0] == "refused"
    home = portavoce.home
    assert remnants(home, MARK, maya.address)
    assert portavoce.tell("member", "erase", member["id"], "--confirm", member["name"])["erased"]
    assert remnants(home, MARK, maya.address) == []

    portavoce.tell("sync")
    dovecot.deliver(us, write(us, us, "Another", "Something new"))
    portavoce.tell("sync")
    assert portavoce.tell("search", MARK)["total"] == 0
    assert remnants(home, MARK, maya.address) == []
    assert [one["messages"] for one in portavoce.tell("member", "erasures")] == [2]

    beside = tmp_path / "beside"
    done = portavoce.tell("--workspace", str(beside), "restore", str(backup))
    assert (done["erased_again"], remnants(beside, MARK, maya.address)) == (1, [])
    assert portavoce.tell("restore", own["path"], "--over")["aside"]
    assert remnants(home, MARK, maya.address) == []
    portavoce.tell("sync")
    assert remnants(home, MARK, maya.address) == []
