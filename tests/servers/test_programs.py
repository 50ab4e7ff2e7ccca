"""Server programs end with whoever started them, and fail with their log."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.fixtures import skipped_without_program
from tests.servers.programs import (
    ProgramMissing,
    ServerFailed,
    ServerProcess,
    find_program,
    free_port,
    greets,
)
from tests.servers.waiting import wait_until

ROOT = Path(__file__).parents[2]

# Starts a server and tells its process id, then waits to be killed.
STARTER = """
import pathlib, sys, time
from tests.servers.programs import ServerProcess
server = ServerProcess(
    "sleeper",
    ["sh", "-c", "echo ready; exec sleep 60"],
    pathlib.Path(sys.argv[1]),
    lambda: "ready" in server.log_text(),
    unprivileged=True,
)
server.start()
print(server._process.pid, flush=True)
time.sleep(60)
"""

# A run of pytest with a server that logs before and during a failing test.
FAILING = """
import pathlib, pytest
from tests.servers.programs import ServerProcess
from tests.servers.waiting import wait_until

@pytest.fixture(scope="module")
def talker(tmp_path_factory):
    command = ["sh", "-c", "echo said before; read line; echo said during the test; sleep 60"]
    server = ServerProcess("talker", command, tmp_path_factory.mktemp("talker"), lambda: True)
    server.start()
    wait_until(lambda: "before" in server.log_text(), "the first line")
    yield server
    server.kill()

def test_that_passes(talker):
    pass

def test_that_fails(talker):
    talker.write(b"go on" + bytes([10]))
    wait_until(lambda: "during" in talker.log_text(), "the second line")
    assert False
"""


def _gone(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def test_a_server_does_not_outlive_a_killed_test_process(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout is not None
        server = int(starter.stdout.readline())
        assert not _gone(server)
        starter.kill()
    wait_until(lambda: _gone(server), "the server to end")


def test_a_server_that_ends_at_once_fails_with_what_it_printed(tmp_path: Path) -> None:
    server = ServerProcess("hasty", ["sh", "-c", "echo no such luck; exit 3"], tmp_path, lambda: False)
    with pytest.raises(ServerFailed, match="no such luck"):
        server.start()


def test_a_server_is_killed_with_its_children(tmp_path: Path) -> None:
    told = tmp_path / "child"
    command = ["sh", "-c", f"sleep 60 & echo $! > {told}; wait"]
    server = ServerProcess("parent", command, tmp_path, lambda: told.exists() and told.read_text() != "")
    server.start()
    child = int(told.read_text())
    server.kill()
    assert _gone(child), "it would still hold the ports of the server that is started next"
    assert not server.running


def test_a_missing_program_is_named_with_its_package() -> None:
    with pytest.raises(ProgramMissing, match=r"no-such-server .*some-package"):
        find_program("no-such-server", "some-package")


def test_a_missing_program_skips_a_test_and_fails_it_in_continuous_integration(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CI", "false")
    with pytest.raises(pytest.skip.Exception, match="not installed"), skipped_without_program():
        find_program("no-such-server", "some-package")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="not installed"), skipped_without_program():
        find_program("no-such-server", "some-package")


def test_a_failing_test_shows_what_a_server_logged_during_it(tmp_path: Path) -> None:
    (tmp_path / "test_inner.py").write_text(FAILING)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.servers.fixtures", str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    _, shown = done.stdout.split("log of talker")
    assert "said during the test" in shown
    assert "said before" not in shown


def test_nobody_greets_on_a_free_port() -> None:
    assert not greets(free_port())
