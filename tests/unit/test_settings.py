"""Preferences: read tolerantly, saved whole, never lost."""

import json
import logging
import stat
import threading
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from inbox_app.settings import (
    REMEMBERED_WORKSPACES,
    Density,
    QuietHours,
    Settings,
    SettingsFile,
    SettingsNotSaved,
    Theme,
    parse_settings,
)

FULL = Settings(
    language="it",
    theme=Theme.DARK,
    density=Density.COMPACT,
    text_scale=1.5,
    motion=False,
    undo_seconds=30,
    notifications=False,
    quiet_hours=QuietHours(time(22), time(7, 30)),
    last_workspace="bakery",
    recent_workspaces=("bakery", "/tmp/other"),
    unknown={"from_the_future": {"deep": [1, None]}},
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


def test_everything_survives_a_restart(path: Path) -> None:
    SettingsFile(path).change(lambda _: FULL)
    assert SettingsFile(path).current == FULL
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_is_written_before_something_changes(path: Path) -> None:
    assert SettingsFile(path).current == Settings()
    assert not path.parent.exists()


def test_only_what_differs_from_the_default_is_kept(path: Path) -> None:
    SettingsFile(path).change(lambda s: replace(s, theme=Theme.DARK))
    assert json.loads(path.read_bytes()) == {"theme": "dark"}


@pytest.mark.parametrize(
    "key,value",
    [
        ("theme", "mauve"),
        ("theme", 3),
        ("undo_seconds", 9),
        ("undo_seconds", 121),
        ("undo_seconds", True),
        ("undo_seconds", "10"),
        ("text_scale", 100),
        ("notifications", "no"),
        ("quiet_hours", ["22:00"]),
        ("quiet_hours", ["late", "early"]),
        ("quiet_hours", ["22:00+01:00", "07:00"]),
        ("recent_workspaces", "bakery"),
        ("language", ""),
        ("last_workspace", {}),
    ],
)
def test_a_bad_value_falls_back_alone_and_the_file_is_set_aside(
    path: Path, key: str, value: object, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.mkdir()
    content = json.dumps({"density": "compact", key: value}).encode()
    path.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        settings = SettingsFile(path).current
    assert settings == Settings(density=Density.COMPACT)
    assert key in caplog.text
    SettingsFile(path).change(lambda s: replace(s, theme=Theme.LIGHT))
    kept = list(path.parent.glob("settings.damaged-*.json"))
    assert [k.read_bytes() for k in kept] == [content]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 200_000])
def test_a_damaged_file_costs_no_start_and_is_never_lost(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert SettingsFile(path).current == Settings()
    assert [k.read_bytes() for k in path.parent.glob("settings.damaged-*")] == [content]


def test_keys_of_a_newer_program_are_no_problem_and_stay() -> None:
    settings, problems = parse_settings(b'{"theme": "dark", "telepathy": true}')
    assert settings == Settings(theme=Theme.DARK, unknown={"telepathy": True})
    assert problems == []


def test_two_processes_do_not_undo_each_other(path: Path) -> None:
    one, two = SettingsFile(path), SettingsFile(path)
    one.change(lambda s: replace(s, theme=Theme.DARK))
    two.change(lambda s: replace(s, language="it"))
    assert one.change(lambda s: s) == Settings(theme=Theme.DARK, language="it")


def test_changes_from_many_threads_all_arrive(path: Path) -> None:
    files = [SettingsFile(path) for _ in range(4)]
    threads = [
        threading.Thread(target=file.change, args=[lambda s, n=n: s.opened(f"w{n}")]) for n, file in enumerate(files)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(SettingsFile(path).current.recent_workspaces) == {"w0", "w1", "w2", "w3"}


def test_listeners_hear_a_change_until_they_leave(path: Path) -> None:
    file, heard = SettingsFile(path), list[Settings]()
    leave = file.subscribe(heard.append)
    dark = file.change(lambda s: replace(s, theme=Theme.DARK))
    leave()
    leave()
    file.change(lambda s: replace(s, theme=Theme.LIGHT))
    assert heard == [dark]


def test_what_another_process_changed_is_told_once(path: Path) -> None:
    ours, theirs, heard = SettingsFile(path), SettingsFile(path), list[Settings]()
    ours.subscribe(heard.append)
    dark = theirs.change(lambda s: replace(s, theme=Theme.DARK, undo_seconds=30))
    assert ours.look_again() == (Settings(), dark)
    assert ours.look_again() is None
    path.unlink()
    path.mkdir()
    assert ours.look_again() is None, "what cannot be read stays as it was known"
    assert ours.current == dark
    assert heard == [dark]


def test_a_full_disk_is_told_and_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = SettingsFile(path)
    dark = file.change(lambda s: replace(s, theme=Theme.DARK))
    heard: list[Settings] = []
    file.subscribe(heard.append)

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(SettingsNotSaved) as caught:
        file.change(lambda s: replace(s, theme=Theme.LIGHT))
    assert caught.value.code == "settings_not_saved"
    assert "No space left" in caught.value.message
    assert file.current == dark == SettingsFile(path).current
    assert heard == []


def test_opening_workspaces_remembers_the_newest_once() -> None:
    settings = Settings()
    for reference in [*(f"w{n}" for n in range(REMEMBERED_WORKSPACES + 3)), "w5"]:
        settings = settings.opened(reference)
    assert settings.last_workspace == "w5"
    assert settings.recent_workspaces[:2] == ("w5", "w12")
    assert len(settings.recent_workspaces) == REMEMBERED_WORKSPACES
    assert settings.recent_workspaces.count("w5") == 1


@pytest.mark.parametrize(
    "begin,end,moment,quiet",
    [
        (22, 7, 23, True),
        (22, 7, 3, True),
        (22, 7, 7, False),
        (22, 7, 12, False),
        (9, 17, 9, True),
        (9, 17, 17, False),
        (9, 9, 9, True),
        (9, 9, 3, True),
    ],
)
def test_quiet_hours_may_pass_midnight(begin: int, end: int, moment: int, quiet: bool) -> None:
    assert QuietHours(time(begin), time(end)).cover(time(moment)) is quiet


def test_a_command_in_another_workspace_offers_it_and_opens_nothing_else_next() -> None:
    assert Settings().used("bakery").last_workspace == "bakery", "none was remembered yet"
    settings = Settings().opened("bakery").used("cafe")
    assert (settings.last_workspace, settings.recent_workspaces) == ("bakery", ("bakery", "cafe"))
    assert settings.opened("cafe").used("bakery").recent_workspaces == ("cafe", "bakery")
