"""The command from outside: exit codes, one JSON document, and a sentence for every failure."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from inbox_app import __version__
from tests.e2e.portavoce import Portavoce

ROOT = Path(__file__).resolve().parents[2]


def portavoce(
    *arguments: str, home: Path, given: str = "", keyring: str = "session"
) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would, with a home of its own."""
    environment = {**os.environ, "PORTAVOCE_HOME": str(home), "PORTAVOCE_KEYRING": keyring}
    return subprocess.run(
        [sys.executable, "-m", "inbox_app", *arguments],
        cwd=ROOT,
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "arguments, code, exit_code",
    [
        (["list"], "no_workspace", 1),
        (["--workspace", "nowhere", "list"], "no_workspace", 1),
        (["--workspace", "a\x01b", "list"], "wrong_use", 2),
        (["account", "add", "pigeon"], "wrong_use", 2),
        (["fly"], "wrong_use", 2),
        (["list", "--limit", "0"], "wrong_use", 2),
        (["list", "--limit", "9" * 30], "wrong_use", 2),
    ],
)
def test_a_failure_is_one_json_document_on_standard_error(
    tmp_path: Path, arguments: list[str], code: str, exit_code: int
) -> None:
    done = portavoce("--json", *arguments, home=tmp_path)
    assert done.returncode == exit_code
    assert done.stdout == ""
    said = json.loads(done.stderr)
    assert said["error"]["code"] == code
    assert said["error"]["message"].endswith((".", "?"))


@pytest.mark.parametrize("arguments", [["fly"], ["list", "--limit", "many"], ["reply"], ["--wörkspace", "x"]])
def test_wrong_use_exits_with_two(tmp_path: Path, arguments: list[str]) -> None:
    done = portavoce(*arguments, home=tmp_path)
    assert done.returncode == 2
    assert "usage" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_command_names_the_nearest_and_a_wrong_keyring_is_wrong_use(tmp_path: Path) -> None:
    said = json.loads(portavoce("--json", "lsit", home=tmp_path).stderr)["error"]["message"]
    assert "“lsit”" in said
    assert "Did you mean list" in said
    assert "--help" in said
    assert "account" not in said
    wrong = portavoce("--json", "--workspace", "w", "workspace", "create", home=tmp_path, keyring="plaintext")
    assert (wrong.returncode, json.loads(wrong.stderr)["error"]["code"]) == (2, "unknown_keyring_mode")


def test_help_lists_every_command(tmp_path: Path) -> None:
    from inbox_app.cli.catalogue import ENTRIES

    done = portavoce("--help", home=tmp_path)
    assert done.returncode == 0
    assert all(f"\n  {name} " in done.stdout for name in ENTRIES)


def test_every_entry_has_its_command(tmp_path: Path) -> None:
    from importlib import import_module

    from inbox_app.cli.catalogue import ENTRIES

    for name, entry in ENTRIES.items():
        assert name in import_module(f"inbox_app.cli.{entry.module}").COMMANDS


def test_a_home_that_cannot_be_written_gets_one_sentence(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("a file in the place of the folder")
    done = portavoce("practice", "--create-only", home=home)
    said = done.stderr.splitlines()
    assert done.returncode == 1
    assert len(said) == 2, "a line about the log, a sentence about the folder"
    assert said[0].startswith("No log is written")
    assert f"{home}/workspaces/practice cannot be written to (Not a directory)" in said[1]


def test_the_doctor_works_without_a_workspace(tmp_path: Path) -> None:
    done = portavoce("--json", "doctor", home=tmp_path)
    facts = json.loads(done.stdout)
    assert done.returncode == 0
    assert facts["workspace"] is None
    assert facts["program"] == __version__
    assert portavoce("--version", home=tmp_path).stdout == f"Portavoce {__version__}\n"
    assert facts["problems"] == []


def test_the_doctor_finds_wrong_counts_and_mends_them_when_told(tmp_path: Path) -> None:
    Portavoce(tmp_path).move_in()
    assert json.loads(portavoce("--json", "doctor", home=tmp_path).stdout)["counts"] == "ok"
    with closing(dbapi2.connect(str(next(tmp_path.rglob("*.db"))))) as database:
        database.execute("UPDATE tally SET number = number + 1 WHERE key = 'state:open'")
        database.commit()
    told = portavoce("doctor", home=tmp_path)
    assert told.returncode == 1
    assert "counts of the sidebar are not right. “portavoce doctor --mend”" in told.stdout
    assert json.loads(portavoce("--json", "doctor", "--mend", home=tmp_path).stdout)["counts"] == "mended"
    well = portavoce("doctor", home=tmp_path)
    assert well.returncode == 0
    assert "backup: none" in well.stdout


def test_a_list_needs_neither_http_nor_qt(tmp_path: Path) -> None:
    slow = {"httpx", "PySide6", "imapclient", "alembic", "keyring", "sqlalchemy.orm"}
    code = f"import sys, inbox_app.cli.inbox as _; print(sorted({slow!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_queued_answer_says_what_sends_it(tmp_path: Path) -> None:
    Portavoce(tmp_path).move_in()
    listed = json.loads(portavoce("--json", "list", "--view", "open", "--limit", "1", home=tmp_path).stdout)
    wanted = listed["conversations"][0]["id"]
    at_once = portavoce("reply", wanted, "--text", "Thank you!", "--now", home=tmp_path).stdout
    # “-” may stand behind other options, as in “reply C --to M -”.
    waiting = portavoce("reply", wanted, "--with", "x=y", "-", home=tmp_path, given="And more").stdout
    rest = r" To take it back: portavoce outbox undo \1\n"
    leaves = r"Queued as (\S+): it leaves with the next “portavoce sync” or an open window"
    assert re.fullmatch(leaves + r"\." + rest, at_once)
    assert re.fullmatch(leaves + r", not before \d\d:\d\d:\d\d\." + rest, waiting)


MAIL = ("account", "add", "email", "--set", "address=anna@example.invalid", "--set", "imap_host=127.0.0.1")


def test_an_unknown_setting_is_refused_with_the_known_names(tmp_path: Path) -> None:
    done = portavoce(*MAIL, "--set", "imap_potr=1", "--secret", "password", home=tmp_path, given="secret\n")
    assert done.returncode == 2
    assert "“imap_potr”" in done.stderr
    assert " imap_port," in done.stderr
    assert "password," not in done.stderr
    assert not (tmp_path / "workspaces").exists()


def test_what_can_be_set_is_told_channel_by_channel(tmp_path: Path) -> None:
    lines = portavoce("channels", "email", home=tmp_path).stdout.splitlines()
    said = {line.split()[1]: line for line in lines[1:]}
    assert said["address"].endswith("E-mail address; needed")
    assert said["auth"].endswith("password, oauth")
    assert said["password"].split()[0] == "--secret"
    (known,) = json.loads(portavoce("--json", "channels", "email", home=tmp_path).stdout)
    assert [one["name"] for one in known["settings"]] == [*said]
    assert portavoce("channels", "pigeon", home=tmp_path).returncode == 2


def test_a_missing_passphrase_is_said_before_a_server_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAVOCE_PASSPHRASE_FILE", "")
    done = portavoce("--json", *MAIL, "--secret", "password", home=tmp_path, given="secret\n", keyring="passphrase")
    assert done.returncode == 1
    assert json.loads(done.stderr)["error"]["code"] == "passphrase_needed"


def test_a_lost_key_is_made_anew_and_one_that_is_there_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever forgot the passphrase is in the same place as whoever lost the keyring."""
    Portavoce(tmp_path).move_in()
    word = tmp_path / "passphrase"
    monkeypatch.setenv("PORTAVOCE_PASSPHRASE_FILE", str(word))
    word.write_text("first\n")
    new_key = ("--json", "account", "new-key")
    assert portavoce(*new_key, home=tmp_path, keyring="passphrase").returncode == 1, "made at this moment: it is there"
    word.write_text("forgotten\n")
    slip = portavoce(*new_key, home=tmp_path, keyring="passphrase")
    assert (slip.returncode, json.loads(slip.stderr)["error"]["code"]) == (1, "wrong_passphrase")
    done = portavoce(*new_key, "--passphrase-forgotten", home=tmp_path, keyring="passphrase")
    assert (done.returncode, len(json.loads(done.stdout))) == (0, 6), done.stderr
    kept = portavoce(*new_key, home=tmp_path, keyring="passphrase")
    assert (kept.returncode, json.loads(kept.stderr)["error"]["code"]) == (1, "refused")


def test_a_snooze_says_until_when_and_not_into_the_past(tmp_path: Path) -> None:
    Portavoce(tmp_path).move_in()
    listed = json.loads(portavoce("--json", "list", "--view", "open", "--limit", "1", home=tmp_path).stdout)
    wanted = listed["conversations"][0]["id"]
    past = portavoce("snooze", wanted, "2020-01-31T09:00", home=tmp_path)
    assert past.returncode == 2
    assert past.stderr == "2020-01-31 09:00 is past already. Name a moment to come.\n"
    hidden = portavoce("snooze", wanted, "2999-12-31T09:00", home=tmp_path)
    assert hidden.stdout.startswith("1 conversation changed. Hidden until Tue 2999-12-31 09:00 (")


def test_an_unknown_view_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    Portavoce(tmp_path).move_in()
    done = portavoce("list", "--view", "nope", home=tmp_path)
    assert done.returncode == 2
    assert "There are: all, open, waiting, snoozed, done, unread, mine." in done.stderr


def test_the_help_of_search_names_every_operator(tmp_path: Path) -> None:
    from inbox_app.domain.search_query import Has, Is

    said = portavoce("search", "--help", home=tmp_path).stdout
    operators = ("from:", "channel:", "tag:", "is:", "has:", "after:", "before:")
    assert [one for one in (*operators, *Is, *Has) if one not in said] == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("language", ["text", "json"])
def test_an_output_that_takes_nothing_gets_a_sentence(tmp_path: Path, language: str) -> None:
    command = [sys.executable, "-m", "inbox_app", *(["--json"] if language == "json" else []), "channels"]
    environment = {**os.environ, "PORTAVOCE_HOME": str(tmp_path)}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "could not be written to the standard output (No space left on device)" in line
