"""What goes into the bundle, and how its program starts."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import inbox_app.__main__ as command
from inbox_app.content import child, worker_main
from inbox_app.spelling import worker_main as spelling
from inbox_app.spelling.flag import SPELLING_FLAG

Load = Callable[[str], ModuleType]
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def contents(load_script: Load) -> ModuleType:
    return load_script("bundle/contents")


@pytest.fixture
def entry(load_script: Load) -> ModuleType:
    return load_script("bundle/entry")


def test_every_file_of_ours_is_taken_along(contents: ModuleType) -> None:
    modules = set(contents.own_modules(ROOT))
    data = {f"{folder}/{Path(file).name}" for file, folder in contents.own_data(ROOT)}
    assert {"inbox_app", "connectors.email.connector", "ui.main", "resources"} <= modules
    assert "inbox_app.storage.migrations" in modules
    assert {"inbox_app/storage/migrations/env.py", "resources/mail/providers.toml"} <= data
    assert len([name for name in data if name.startswith("inbox_app/storage/migrations/versions/v0")]) >= 3
    assert not [name for name in data if name.endswith(".pyc")]


@pytest.mark.parametrize(
    "name, source, stays",
    [
        ("libglib-2.0.so.0", "/usr/lib/x86_64-linux-gnu/libglib-2.0.so.0", False),
        ("libstdc++.so.6", "/lib/x86_64-linux-gnu/libstdc++.so.6", False),
        ("libssl.so.3", "/usr/lib/x86_64-linux-gnu/libssl.so.3", True),
        ("libxcb-cursor.so.0", "/usr/lib/x86_64-linux-gnu/libxcb-cursor.so.0", True),
        ("libpython3.11.so.1.0", "/usr/local/lib/libpython3.11.so.1.0", True),
        ("libQt6Core.so.6", "PySide6/Qt/lib/libQt6Core.so.6", True),
        ("python3.11/lib-dynload/_ssl.so", "/usr/lib/python3.11/lib-dynload/_ssl.so", True),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", "/x/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqoffscreen.so", "/x/libqoffscreen.so", True),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", "/x/libqvnc.so", False),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", "/x/libqgtk3.so", False),
        ("qtawesome/fonts/phosphor-1.3.0.ttf", "/x/phosphor-1.3.0.ttf", True),
        ("qtawesome/fonts/remixicon-2.5.0.ttf", "/x/remixicon-2.5.0.ttf", False),
        ("PySide6/Qt/translations/qtbase_it.qm", "/x/qtbase_it.qm", True),
        ("PySide6/Qt/translations/qt_it.qm", "/x/qt_it.qm", False),
        ("PySide6/Qt/translations/assistant_it.qm", "/x/assistant_it.qm", False),
        ("PySide6/Qt/translations/qtdeclarative_it.qm", "/x/qtdeclarative_it.qm", False),
    ],
)
def test_what_is_unused_or_the_systems_own_stays_out(contents: ModuleType, name: str, source: str, stays: bool) -> None:
    entry = (name, source, "BINARY")
    assert contents.lean([entry]) == ([entry] if stays else [])


def test_what_only_developers_install_stays_out(contents: ModuleType) -> None:
    lock = "httpx==0.28.1 \\\n    --hash=sha256:00\npython-dateutil==4.0.0 \\\n    # via pytest\n"
    installed = {
        "httpx": ["httpx"], "dateutil": ["python_dateutil"], "pytest": ["pytest"], "_pytest": ["pytest"],
        "jaraco": ["httpx", "pytest"], "not-a-name": ["pytest"],
    }  # fmt: skip
    assert contents.only_for_development(lock, installed) == ["_pytest", "pytest"]


@pytest.mark.parametrize(
    "before, after",
    [
        ({"LD_LIBRARY_PATH": "/bundle"}, {}),
        ({"LD_LIBRARY_PATH": "/bundle:/x", "LD_LIBRARY_PATH_ORIG": "/x"}, {"LD_LIBRARY_PATH": "/x"}),
        ({}, {}),
    ],
)
def test_a_browser_loads_its_own_libraries(entry: ModuleType, before: dict[str, str], after: dict[str, str]) -> None:
    entry.give_back_the_loader_path(before)
    assert before == after


@pytest.mark.skipif(sys.platform == "win32", reason="Python asks Windows itself")
def test_the_systems_authorities_are_trusted(entry: ModuleType, tmp_path: Path) -> None:
    bundle = tmp_path / "ca-bundle.crt"
    bundle.touch()
    asked: dict[str, str] = {}
    entry.trust_the_system(asked, [str(tmp_path / "absent"), str(bundle)])
    assert asked == {"SSL_CERT_FILE": str(bundle)}
    chosen = {"SSL_CERT_DIR": "/chosen"}
    entry.trust_the_system(chosen, [str(bundle)])
    assert chosen == {"SSL_CERT_DIR": "/chosen"}
    nowhere: dict[str, str] = {}
    entry.trust_the_system(nowhere, [])
    assert Path(nowhere["SSL_CERT_FILE"]).stat().st_size > 100_000


@pytest.mark.parametrize(
    "arguments, code",
    [([child.FROZEN_FLAG], 3), ([SPELLING_FLAG], 5), ([], 4), (["list", child.FROZEN_FLAG], 4)],
)
def test_the_program_is_the_worker_when_told_so(
    entry: ModuleType, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "as it was")
    monkeypatch.setattr(sys, "argv", ["portavoce", *arguments])
    monkeypatch.setattr(worker_main, "main", lambda: 3)
    monkeypatch.setattr(spelling, "main", lambda: 5)
    monkeypatch.setattr(command, "main", lambda: 4)
    assert entry.main() == code


def test_a_python_that_cannot_be_taken_along_is_a_sentence(load_script: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    build = load_script("bundle/build")
    monkeypatch.setattr(build.sys, "platform", "linux")
    monkeypatch.setattr(build.sysconfig, "get_config_var", {"INSTSONAME": "libpython3.11.a"}.get)
    monkeypatch.setattr(build.ctypes.util, "find_library", lambda name: None)
    with pytest.raises(SystemExit, match=r"--enable-shared; on Debian .*python3"):
        build.main()
