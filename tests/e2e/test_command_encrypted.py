"""An encrypted workspace from outside: made, used, backed up, opened by its phrase, and read by nobody else."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.e2e.portavoce import PATIENCE, ROOT, Portavoce

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

MARK = "zibibbo-marker"
BRAND = {"PORTAVOCE_WORKSPACE": "brand"}
SESSION = {"PORTAVOCE_KEYRING": "session"}


@pytest.fixture
def maria(tmp_path: Path) -> Portavoce:
    return Portavoce(tmp_path / "maria", BRAND)


def readable(folder: Path) -> list[str]:
    """The files in which something of what was written stands, in their name or their content."""
    said = (MARK.encode(), MARK.encode("utf-16-le"), MARK.encode().hex().encode())
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [str(one) for one in files if MARK in one.name or any(word in one.read_bytes() for word in said)]


def use(somebody: Portavoce, folder: Path) -> str:
    """Put the marker wherever a person can: a reply with a file, a draft, a note, a tag, a template."""
    somebody.tell("practice", "--create-only")
    first, second = (one["id"] for one in somebody.tell("list", "--limit", "2")["conversations"])
    file = folder / f"{MARK}.txt"
    file.write_text(f"{MARK} " * 30_000)
    somebody.tell("reply", first, "--text", f"{MARK} in a reply", "--attach", str(file), "--now")
    somebody.tell("sync")
    (draft,) = somebody.tell("draft", "save", second, "--text", f"{MARK} in a draft", "--attach", str(file))
    assert [one["name"] for one in draft["files"]] == [file.name]
    member = somebody.tell("member", "list")["members"][0]["id"]
    somebody.tell("member", "note", member, f"{MARK} in a note")
    somebody.tell("tag", first, f"+{MARK}")
    somebody.tell("template", "add", MARK, "--text", f"{MARK} in a template")
    somebody.tell("backup")
    file.unlink()
    return str(first)


def test_nothing_that_was_written_is_readable_on_the_disk(maria: Portavoce, tmp_path: Path) -> None:
    maria.tell("workspace", "create", "--encrypted")
    first = use(maria, tmp_path)
    assert readable(maria.home) == []
    # The reply; and by the note about a member each of their conversations.
    hits = maria.tell("search", MARK)["hits"]
    assert Counter(one["found_by"] for one in hits) == {"message": 1, "note": 4}
    assert [one["conversation"] for one in hits if one["found_by"] == "message"] == [first]
    assert MARK in str(maria.tell("show", first))
    assert maria.tell("doctor")["problems"] == []


def test_encrypted_later_and_plain_again(maria: Portavoce, tmp_path: Path) -> None:
    first = use(maria, tmp_path)
    shown = maria.tell("show", first)
    assert readable(maria.home)
    phrase = maria.tell("workspace", "encrypt")["phrase"]
    assert readable(maria.home) == []
    assert maria.tell("show", first) == shown
    renewed = maria.tell("workspace", "new-key")["phrase"]
    assert renewed != phrase
    assert maria.tell("show", first) == shown
    assert maria.fail("workspace", "encrypt")[0] == "refused"
    assert maria.tell("workspace", "decrypt") == {"workspace": "brand", "encrypted": False}
    assert maria.tell("show", first) == shown
    maria.tell("sync")
    assert maria.tell("doctor")["problems"] == []


def test_the_phrase_opens_it_on_another_computer_and_no_other_does(maria: Portavoce, tmp_path: Path) -> None:
    phrase = maria.tell("workspace", "create", "--encrypted")["phrase"]
    maria.tell("practice", "--create-only")
    other = Portavoce(tmp_path / "other", BRAND)
    (other.home / "passphrase").write_text("another one\n")
    folder = other.home / "workspaces" / "brand"
    shutil.copytree(maria.home / "workspaces" / "brand", folder)
    (folder / "keychain.json").unlink()
    next(folder.glob("sealed-*/key.sealed")).unlink()
    locked = ("list",)
    code, sentence = other.fail(*locked)
    assert code == "workspace_locked"
    assert "recovery phrase" in sentence
    wrong = ("0" if phrase[0] != "0" else "1") + phrase[1:]
    unlock = ("workspace", "unlock")
    assert other.fail(*unlock, given=f"{wrong}\n")[0] == "wrong_phrase"
    assert "has 4" in other.fail(*unlock, given="ABCD\n")[1]
    stranger = maria.tell("--workspace", "stranger", "workspace", "create", "--encrypted")["phrase"]
    assert "another workspace" in other.fail(*unlock, given=f"{stranger}\n")[1]
    assert other.tell(*unlock, given=f"{phrase.lower()}\n") == {"workspace": "brand", "kept": True}
    assert other.tell(*locked)["conversations"] == maria.tell(*locked)["conversations"]


def test_a_session_keeps_no_key_and_says_so(maria: Portavoce, tmp_path: Path) -> None:
    phrase = maria.tell("workspace", "create", "--encrypted")["phrase"]
    session = Portavoce(maria.home, {**BRAND, **SESSION})
    assert session.fail("list")[0] == "workspace_locked"
    told = session.tell("workspace", "unlock", given=f"{phrase}\n")
    assert told == {"workspace": "brand", "kept": False}
    assert session.fail("--workspace", "other", "workspace", "create", "--encrypted")[0] == "refused"
    assert "Nothing was changed" in session.fail("--workspace", "other", "workspace", "create", "--encrypted")[1]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no terminals of this kind")
def test_at_a_terminal_the_phrase_is_typed_back_and_asked_for(maria: Portavoce) -> None:
    session = Portavoce(maria.home, {**BRAND, **SESSION})
    phrase = ""

    def answer(said: str) -> str | None:
        nonlocal phrase
        if "Type it back" in said:
            phrase = next(line.strip() for line in said.splitlines() if line.count("-") == 13)
            return phrase
        return phrase if "Recovery phrase of" in said else None

    code, said = at_terminal(session, answer, "workspace", "create", "--encrypted")
    assert (code, phrase != "") == (0, True), said
    code, said = at_terminal(session, answer, "--json", "list")
    assert (code, '"conversations": []' in said) == (0, True), said
    assert phrase not in said


def at_terminal(somebody: Portavoce, answer: object, *arguments: str) -> tuple[int, str]:
    """Run the command at a terminal of its own and answer what it asks, each question once."""
    ours, theirs = pty.openpty()
    run = subprocess.Popen(
        [sys.executable, "-m", "inbox_app", *arguments],
        cwd=ROOT, env=somebody.environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    assert callable(answer)
    said, fresh = "", ""
    while True:
        try:
            piece = os.read(ours, 4096).decode()
        except OSError:
            break
        if not piece:
            break
        said, fresh = said + piece, fresh + piece
        if fresh.rstrip(" ").endswith(":") and (typed := answer(fresh)) is not None:
            fresh = ""
            os.write(ours, f"{typed}\n".encode())
    os.close(ours)
    return run.wait(PATIENCE), said


def test_a_backup_of_it_is_sealed_and_restored_with_the_key_or_the_phrase(maria: Portavoce, tmp_path: Path) -> None:
    made = maria.tell("workspace", "create", "--encrypted")
    maria.tell("practice", "--create-only")
    out = tmp_path / "elsewhere"
    assert maria.tell("backup", "--out", str(out))["encrypted"] is True
    listed = maria.tell("list")["conversations"]
    other = Portavoce(tmp_path / "other", BRAND)
    assert other.fail("--workspace", "back", "restore", str(out))[0] == "backup_locked"
    own = maria.tell("backup", "--list") or [maria.tell("backup")]
    maria.tell("--workspace", "beside", "restore", own[0]["path"])
    assert maria.tell("--workspace", "beside", "list")["conversations"] == listed
    maria.tell("restore", str(out), "--over")
    assert maria.tell("list")["conversations"] == listed
    assert maria.tell("doctor")["encryption"] != "none"
    assert made["phrase"] not in "".join(path.read_text("utf-8", "replace") for path in maria.home.rglob("*.log"))


def test_the_window_and_a_command_use_it_side_by_side(maria: Portavoce) -> None:
    maria.tell("workspace", "create", "--encrypted")
    maria.tell("practice", "--create-only")
    with maria.start("sync", "--watch") as watching:
        try:
            assert watching.stdout is not None
            watching.stdout.readline()
            assert maria.tell("list", "--limit", "1")["conversations"]
            assert maria.fail("workspace", "decrypt")[0] in {"second_engine", "workspace_in_use"}
        finally:
            watching.terminate()
            watching.communicate(timeout=PATIENCE)
    maria.tell("workspace", "decrypt")
