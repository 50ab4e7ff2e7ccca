"""`make run` shows the window where there is a display, and does the same job as text elsewhere."""

import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def script(load_script: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    script = load_script("start")
    monkeypatch.setattr(script, "PICTURE", tmp_path / "build" / "portavoce.png")
    return script


@pytest.mark.parametrize(
    ("system", "environment", "shown"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("darwin", {}, True),
    ],
)
def test_a_display_is_recognised(script: ModuleType, system: str, environment: dict[str, str], shown: bool) -> None:
    assert script.has_display(system, environment) is shown


class Program:
    """Stands in for the command, to see in which order it is called and to let one call fail."""

    def __init__(self, failing: str = "") -> None:
        self.failing = failing
        self.called: list[str] = []

    def run(
        self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str], check: bool
    ) -> subprocess.CompletedProcess[str]:
        name = command[5]
        self.called.append(name)
        return subprocess.CompletedProcess(command, 1 if name == self.failing else 0)


def test_without_a_display_the_main_job_is_done_and_the_picture_named(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = Program()
    monkeypatch.setattr(script.subprocess, "run", program.run)
    assert script.without_a_window() == 0
    assert program.called == ["practice", "sync", "list", "picture"]
    said = capsys.readouterr().out
    assert "There is no display here" in said
    assert str(script.PICTURE) in said


def test_a_step_that_fails_ends_it_and_promises_no_picture(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = Program(failing="sync")
    monkeypatch.setattr(script.subprocess, "run", program.run)
    assert script.without_a_window() == 1
    assert program.called == ["practice", "sync"]
    assert str(script.PICTURE) not in capsys.readouterr().out
