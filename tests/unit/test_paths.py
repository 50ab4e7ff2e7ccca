"""Folders, workspace arguments and private files."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from inbox_app import paths
from inbox_app.paths import (
    LockTimeout,
    NotAWorkspace,
    WorkspaceKind,
    find_places,
    find_workspace,
    hide_password,
    hold_lock,
    make_private_folder,
    replace_file,
    resolve_workspace,
)

SERVER = "postgresql://anna:s3cret-word@db.example:5432/brand"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PORTAVOCE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PORTAVOCE_WORKSPACE", raising=False)
    return tmp_path / "home"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_one_folder_holds_everything_when_home_is_named(home: Path) -> None:
    places = find_places()
    folders = (places.workspaces, places.config, places.logs, places.cache, places.pictures)
    assert len(set(folders)) == 5
    assert all(folder.parent == home for folder in folders)
    assert not home.exists(), "finding a place must not make it"


def test_the_platform_decides_without_it() -> None:
    places = find_places({})
    assert places.workspaces.name == "workspaces"
    assert places.settings_file.parent == places.config
    assert all("portavoce" in str(p) for p in (places.workspaces, places.config, places.logs, places.cache))


def test_a_word_is_a_name_even_beside_a_folder_of_that_name(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bakery").mkdir()
    monkeypatch.chdir(tmp_path)
    assert resolve_workspace("bakery").folder == home / "workspaces" / "bakery"
    assert resolve_workspace("./bakery").folder == tmp_path / "bakery"
    assert resolve_workspace("bakery").name == resolve_workspace("./bakery").name == "bakery"


def test_the_reference_leads_back(tmp_path: Path) -> None:
    for argument in ("bakery", str(tmp_path / "w"), SERVER):
        address = resolve_workspace(argument)
        again = resolve_workspace(address.reference)
        assert again == address
        assert again.folder == address.folder


@pytest.mark.parametrize(
    "argument",
    [
        "",
        "  ",
        "a\0b",
        "mysql://host/db",
        "con",
        "nul.txt",
        ".hidden",
        "x" * 81,
        "a:b",
        "tab\tx",
        "end.",
    ],
)
def test_what_is_no_workspace_is_refused(argument: str) -> None:
    with pytest.raises(NotAWorkspace):
        resolve_workspace(argument)


def test_the_password_stays_in_the_url_alone() -> None:
    address = resolve_workspace(f"{SERVER}?sslmode=require&password=other-secret")
    assert address.kind is WorkspaceKind.POSTGRESQL
    assert address.url.startswith(SERVER)
    for shown in (address.reference, repr(address), str(address.folder), address.name):
        assert "s3cret-word" not in shown
        assert "other-secret" not in shown
    assert address.reference == "postgresql://anna@db.example:5432/brand?sslmode=require"
    assert address.name == "brand"


def test_a_password_with_an_at_sign_is_hidden_whole() -> None:
    assert hide_password("postgresql://a:p@ss@h/db") == "postgresql://a@h/db"


def test_refusing_an_address_does_not_repeat_its_password() -> None:
    with pytest.raises(NotAWorkspace) as caught:
        resolve_workspace("mysql://root:hunter22@h/db")
    assert "hunter22" not in str(caught.value)


def test_one_server_database_has_one_folder_however_it_is_reached() -> None:
    folder = resolve_workspace(SERVER).folder
    same = ["postgres://bruno:x@DB.example:5432/brand", f"{SERVER}?sslmode=require"]
    other = [
        "postgresql://db.example:5432/other",
        "postgresql://elsewhere/brand",
        f"{SERVER}?options=-csearch_path%3Dtwo",
        "postgresql:///brand?host=/run/a",
        "postgresql:///brand?host=/run/b",
    ]
    assert {resolve_workspace(a).folder for a in same} == {folder}
    assert len({resolve_workspace(a).folder for a in other} | {folder}) == 6


def test_argument_then_variable_then_the_last_one() -> None:
    variables = {"PORTAVOCE_HOME": "/h", "PORTAVOCE_WORKSPACE": "from-variable"}
    names = [
        address.name if address else None
        for address in (
            find_workspace("given", "last", variables),
            find_workspace(None, "last", variables),
            find_workspace(None, "last", {"PORTAVOCE_HOME": "/h"}),
            find_workspace(None, None, {"PORTAVOCE_HOME": "/h"}),
        )
    ]
    assert names == ["given", "from-variable", "last", None]


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_made_folders_are_private_and_others_are_left_alone(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir(mode=0o755)
    theirs.chmod(0o755)
    made = make_private_folder(theirs / "a" / "b")
    assert (mode(made), mode(made.parent), mode(theirs)) == (0o700, 0o700, 0o755)


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("x")
    with pytest.raises(NotADirectoryError):
        make_private_folder(tmp_path / "f")


def test_replacing_a_file_is_private_and_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "new" / "file"
    replace_file(target, b"one")
    assert (target.read_bytes(), mode(target)) == (b"one", 0o600)

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="No space"):
        replace_file(target, b"two")
    assert target.read_bytes() == b"one"
    assert [p.name for p in target.parent.iterdir()] == ["file"]


def test_a_lock_keeps_others_out_and_ends_with_its_holder(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    code = (
        "import sys; from pathlib import Path; from inbox_app.paths import hold_lock\n"
        "with hold_lock(Path(sys.argv[1])):\n print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(lock)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(paths.__file__).parents[1],
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LockTimeout), hold_lock(lock, timeout=0.05):
            pass
        holder.kill()
        holder.wait(10)
    with hold_lock(lock, timeout=5):
        pass
