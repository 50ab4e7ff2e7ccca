"""`.venv` follows the lock: untouched while the lock stays, made anew when it changes."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest


class Recorder:
    """Stands in for venv and pip, which take a minute: the decisions are what is tried here."""

    def __init__(self, script: ModuleType, monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
        self.script = script
        self.done: list[str] = []
        self.present: str | None = None
        for lock in script.LOCKS:
            (root / lock).write_text(f"{lock} 1")
        monkeypatch.setattr(script, "ROOT", root)
        monkeypatch.setattr(script, "FOLDER", root / ".venv")
        monkeypatch.setattr(script, "version_of", lambda _: self.present)
        monkeypatch.setattr(script, "make_environment", self.make)
        monkeypatch.setattr(script, "run_pip", self.install)

    def make(self) -> None:
        self.done.append("make")
        self.present = self.script.THIS_VERSION
        self.script.FOLDER.mkdir(exist_ok=True)
        for lock in self.script.LOCKS:
            self.script.stamp(lock).unlink(missing_ok=True)

    def install(self, lock: str) -> bool:
        self.done.append(f"install {lock}")
        return True

    def ensure(self, lock: str, *, chosen_python: bool = False) -> list[str]:
        self.done.clear()
        self.script.ensure(lock, chosen_python=chosen_python)
        return list(self.done)


@pytest.fixture
def environment(load_script: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Recorder:
    return Recorder(load_script("environment"), monkeypatch, tmp_path)


def test_a_fresh_checkout_gets_an_environment_and_a_second_run_does_nothing(
    environment: Recorder,
) -> None:
    assert environment.ensure("requirements.txt") == ["make", "install requirements.txt"]
    assert environment.ensure("requirements.txt") == []


def test_the_development_lock_is_added_to_an_environment_that_runs(environment: Recorder) -> None:
    environment.ensure("requirements.txt")
    assert environment.ensure("requirements-dev.txt") == ["install requirements-dev.txt"]
    assert environment.ensure("requirements.txt") == []


def test_a_changed_lock_makes_it_anew(environment: Recorder, tmp_path: Path) -> None:
    environment.ensure("requirements-dev.txt")
    (tmp_path / "requirements.txt").write_text("changed")
    assert environment.ensure("requirements.txt") == ["make", "install requirements.txt"]


def test_a_linked_environment_is_brought_up_to_date_in_place(environment: Recorder, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / ".venv").symlink_to(tmp_path / "shared")
    environment.present = environment.script.THIS_VERSION
    environment.ensure("requirements-dev.txt")
    (tmp_path / "requirements-dev.txt").write_text("changed")
    assert environment.ensure("requirements-dev.txt") == ["install requirements-dev.txt"]


def test_another_python_remakes_it_only_when_asked_for(environment: Recorder) -> None:
    environment.ensure("requirements.txt")
    environment.present = "3.99"
    assert environment.ensure("requirements.txt") == []
    made = environment.ensure("requirements.txt", chosen_python=True)
    assert made == ["make", "install requirements.txt"]


def test_a_broken_installation_is_a_sentence_and_is_tried_again(
    environment: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(environment.script, "run_pip", lambda _: False)
        with pytest.raises(SystemExit, match="could not install"):
            environment.ensure("requirements.txt")
    assert environment.ensure("requirements.txt") == ["install requirements.txt"]
