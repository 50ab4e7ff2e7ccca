"""`settings`: every preference can be told and changed without the window, and only to what makes sense."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest

from inbox_app.cli.desk import Window
from inbox_app.cli.main import DONE, WRONG_USE, run_command
from inbox_app.i18n import set_language
from inbox_app.paths import find_places
from inbox_app.settings import SettingsFile, Theme

Say = Callable[..., int]


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Say]:
    """The command, at home in a folder of its own."""
    monkeypatch.setenv("PORTAVOCE_HOME", str(tmp_path))
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    yield lambda *words: run_command(["--json", "settings", *words], dict, cast("Window", None))
    set_language("en")


def test_what_is_set_is_told_and_kept(say: Say, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = {
        "theme": "dark", "undo_seconds": "30", "text_scale": "1.5", "quiet_hours": "22:00-07:30", "badge": "no",
        "language": "it",
    }  # fmt: skip
    for name, value in wanted.items():
        assert say("set", name, value) == DONE
    capsys.readouterr()
    assert say("list") == DONE
    told = json.loads(capsys.readouterr().out)
    assert (told["theme"], told["undo_seconds"], told["text_scale"], told["badge"]) == ("dark", 30, 1.5, False)
    assert told["quiet_hours"] == ["22:00", "07:30"]
    assert say("set", "quiet_hours") == DONE
    kept = SettingsFile(find_places().settings_file).current
    assert (kept.theme, kept.language, kept.quiet_hours) == (Theme.DARK, "it", None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"),
        ("undo_seconds", "5"),
        ("undo_seconds", "nan"),
        ("badge", "perhaps"),
        ("language", "tlh"),
        ("quiet_hours", "22:00"),
        ("quiet_hours", "22:00+01:00-07:00+01:00"),
        ("keys", "x"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    say: Say, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    assert say("set", name, value) == WRONG_USE
    assert value in capsys.readouterr().err or name == "keys"
    assert not find_places().settings_file.exists()
