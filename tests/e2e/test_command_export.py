"""`portavoce export` as a script meets it: every format and choice, JSON back in, a death in the middle, real mail."""

from __future__ import annotations

import hashlib
import json
import signal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from inbox_app.cli.desk import FIRST_WORKSPACE
from tests.e2e.portavoce import Portavoce
from tests.e2e.test_command_mail import connect, maya, portavoce, us, write
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import MailUser
from tests.servers.smtp import SmtpServer

__all__ = ["maya", "portavoce", "us"]
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Portavoce:
    """Somebody with a practice workspace in which a little was done."""
    somebody = Portavoce(tmp_path_factory.mktemp("home"))
    somebody.move_in()
    rows = somebody.tell("--workspace", "practice", "list", "--view", "open")["conversations"]
    somebody.tell("--workspace", "practice", "tag", rows[0]["id"], "+kiln")
    somebody.tell("--workspace", "practice", "done", rows[1]["id"])
    somebody.tell("--workspace", "practice", "reply", rows[2]["id"], "--text", "Subito!", "--now")
    somebody.tell("--workspace", "practice", "sync")
    return somebody


def files_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }


def come_back(person: Portavoce, workspace: str, tmp_path: Path) -> dict[str, Any]:
    """Out, into a new workspace, and out again; what the first export said."""
    first = person.tell(
        "--workspace", workspace, "export", "--format", "json", "--out", f"{tmp_path}/a", "--with-notes"
    )
    there = str(tmp_path / "new")
    taken = person.tell("--workspace", there, "import", "json", f"{tmp_path}/a")
    assert (taken["messages"], taken["added"]) == (first["messages"], first["messages"])
    person.tell("--workspace", there, "export", "--format", "json", "--out", f"{tmp_path}/b", "--with-notes")
    assert files_of(tmp_path / "b") == files_of(tmp_path / "a")
    assert person.tell("--workspace", there, "import", "json", f"{tmp_path}/a")["added"] == 0
    listed = [person.tell("--workspace", one, "list", "--limit", "1000")["conversations"] for one in (workspace, there)]
    assert listed[0] == listed[1]
    found: dict[str, Any] = first
    return found


def test_the_practice_workspace_comes_back_equal(person: Portavoce, tmp_path: Path) -> None:
    exported = come_back(person, "practice", tmp_path)
    for one in exported["files"]:
        assert hashlib.sha256(Path(one["path"]).read_bytes()).hexdigest() == one["sha256"]


@pytest.mark.server
def test_a_workspace_of_real_mail_comes_back_equal(
    portavoce: Portavoce, us: MailUser, maya: MailUser, dovecot: Dovecot, smtp_server: SmtpServer, tmp_path: Path
) -> None:
    home = portavoce
    connect(home, us, dovecot, smtp_server)
    home.tell("sync")
    question = write(maya, us, "Macinacaffè ☕", "Diciotto scatti vanno bene?\nFrom here on it grinds.")
    dovecot.deliver(us, question)
    dovecot.deliver(us, write(maya, us, "Fattura", "In allegato."))
    home.tell("sync")
    row = next(one for one in home.tell("list")["conversations"] if "Macinacaff" in one["title"])
    home.tell("reply", row["id"], "--text", "Meglio quattordici.", "--now")
    home.tell("sync")
    home.tell("sync")
    exported = come_back(home, FIRST_WORKSPACE, tmp_path)
    assert exported["messages"] == 3
    password = us.password.encode()
    assert not [path for path in (tmp_path / "a").rglob("*") if path.is_file() and password in path.read_bytes()]
    (received,) = [one for one in dovecot.mailbox(us).messages("INBOX") if b"From here on" in one.raw]
    home.tell("export", "--format", "eml", "--out", f"{tmp_path}/eml")
    assert received.raw in [path.read_bytes() for path in (tmp_path / "eml").rglob("*.eml")]


@pytest.mark.parametrize("key", ["csv", "xlsx", "html", "pdf", "mbox", "eml"])
def test_each_format_is_written_and_vouched_for(person: Portavoce, tmp_path: Path, key: str) -> None:
    out = tmp_path / f"out.{key}"
    done = person.tell("--workspace", "practice", "export", "--format", key, "--out", str(out), "--query", "kiln")
    assert done["messages"] > 0
    assert Path(done["manifest"]).is_file()
    for one in done["files"]:
        assert hashlib.sha256(Path(one["path"]).read_bytes()).hexdigest() == one["sha256"]


def test_everything_about_somebody_is_handed_over(person: Portavoce, tmp_path: Path) -> None:
    there = ("--workspace", "practice", "member")
    maya = person.tell(*there, "list", "maya", "--limit", "1")["members"][0]
    known = person.tell(*there, "pack", maya["id"], "--dry-run")
    assert known["messages"] == known["theirs"] + known["ours"] + known["others"]
    assert known["theirs"] == maya["messages"]
    out = tmp_path / "maya.zip"
    done = person.tell(*there, "pack", maya["id"], "--out", str(out), "--redact", "--withhold-notes", "not now")
    assert hashlib.sha256(out.read_bytes()).hexdigest() == done["files"][0]["sha256"]
    with ZipFile(out) as archive:
        record = json.loads(archive.read("data.json"))
        assert "index.html" in archive.namelist()
    said = [message["by"] for one in record["conversations"] for message in one["messages"]]
    assert [said.count(who) for who in ("member", "us", "other")] == [known["theirs"], known["ours"], known["others"]]
    assert record["notes_withheld"] == "not now"
    assert person.run(*there, "pack", maya["id"]).returncode == 2
    assert person.fail(*there, "pack", "nobody", "--out", str(out))[0] == "not_found"


def test_how_much_it_is_is_said_without_writing(person: Portavoce, tmp_path: Path) -> None:
    ask = ("--workspace", "practice", "export", "--format", "json", "--dry-run")
    everything = person.tell(*ask)
    part = person.tell(*ask, "--view", "open", "--since", "30d", "--no-attachments")
    assert 0 < part["messages"] < everything["messages"]
    assert part["files"] == []


def test_what_makes_no_sense_is_said(person: Portavoce, tmp_path: Path) -> None:
    export = ("--workspace", "practice", "export")
    for wrong in (
        ("--format", "doc", "--out", str(tmp_path / "x")),
        ("--format", "json"),
        ("--format", "json", "--out", str(tmp_path / "x"), "--all", "--account", "a"),
        ("--format", "json", "--out", str(tmp_path / "x"), "--since", "soon"),
    ):
        assert person.run(*export, *wrong).returncode == 2
    out = ("--format", "json", "--out", str(tmp_path / "x"))
    assert person.fail(*export, *out, "--account", "nobody")[0] == "not_found"
    (tmp_path / "x").write_text("mine")
    assert person.fail(*export, *out)[0] == "exists"
    assert person.fail("--workspace", "practice", "import", "json", str(tmp_path))[0] == "no_export"
    assert (tmp_path / "x").read_text() == "mine"


def test_killed_in_the_middle_nothing_looks_whole(person: Portavoce, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = person.start("--workspace", "practice", "--json", "export", "--format", "eml", "--out", str(out))
    try:
        while process.poll() is None and not list(tmp_path.glob(".out.part-*/whole/*/*.eml")):
            pass
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert not out.exists()
    assert not list(tmp_path.rglob("manifest.json"))
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".out.part-")
    done = person.tell("--workspace", "practice", "export", "--format", "eml", "--out", str(out))
    assert json.loads(Path(done["manifest"]).read_text())["counts"]["messages"] == done["messages"]
    assert list(tmp_path.iterdir()) == [out]
