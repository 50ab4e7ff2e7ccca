"""A window that was opened while a command syncs: it becomes the engine when that command ends."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.portavoce import Portavoce
from tests.servers.waiting import wait_until

pytestmark = [pytest.mark.ui, pytest.mark.e2e]


def test_a_window_syncs_once_the_watching_command_is_gone(tmp_path: Path) -> None:
    portavoce = Portavoce(tmp_path / "home", {"QT_QPA_PLATFORM": "offscreen"})
    portavoce.move_in()
    (row, *_more) = portavoce.tell("list", "--view", "open")["conversations"]

    with going(portavoce, "--json", "sync", "--watch") as watching:
        assert watching.stdout is not None
        assert '"accounts"' in watching.stdout.readline()
        with going(portavoce) as window:
            wait_until(lambda: "(second_engine)" in logged(portavoce), "the window to find the other at work", 60)
            watching.send_signal(signal.SIGTERM)
            watching.communicate(timeout=60)
            queued = portavoce.tell("reply", row["id"], "--text", "It is not you.", "--now")
            wait_until(lambda: state_of(portavoce, queued["outbox"]) == "delivered", "the delivery", 60)
            window.send_signal(signal.SIGTERM)
            window.communicate(timeout=60)
    assert (watching.returncode, window.returncode) == (0, 0)


@contextmanager
def going(portavoce: Portavoce, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A command that goes on running, at the longest until the end of the block."""
    with portavoce.start(*arguments) as process:
        try:
            yield process
        finally:
            process.kill()


def logged(portavoce: Portavoce) -> str:
    return "".join(path.read_text() for path in portavoce.home.glob("logs/*.log"))


def state_of(portavoce: Portavoce, wanted: str) -> str:
    (state,) = (entry["state"] for entry in portavoce.tell("outbox") if entry["id"] == wanted)
    return str(state)
