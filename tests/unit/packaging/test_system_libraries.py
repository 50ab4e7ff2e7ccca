"""A missing system library is named with the command of the distribution at hand."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.unit.packaging.elf import sonames_needed


@pytest.fixture
def script(load_script: Callable[[str], ModuleType]) -> ModuleType:
    return load_script("system_libraries")


@pytest.mark.parametrize(
    ("environment", "asked", "spared"),
    [
        ({}, {"libEGL.so.1", "libzstd.so.1"}, {"libxcb-cursor.so.0", "libwayland-client.so.0"}),
        ({"DISPLAY": ":0"}, {"libEGL.so.1", "libxcb-cursor.so.0"}, {"libwayland-client.so.0"}),
        ({"WAYLAND_DISPLAY": "w"}, {"libEGL.so.1", "libwayland-client.so.0"}, {"libxcb-cursor.so.0"}),
        ({"DISPLAY": ""}, {"libEGL.so.1"}, {"libxcb-cursor.so.0"}),
    ],
)
def test_what_is_needed_follows_the_display(
    script: ModuleType, environment: dict[str, str], asked: set[str], spared: set[str]
) -> None:
    names = {library.name for library in script.needed(environment)}
    assert asked <= names
    assert not spared & names


@pytest.mark.parametrize(
    ("release", "manager"),
    [
        ({"ID": "debian"}, "apt"),
        ({"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, "apt"),
        ({"ID": "fedora"}, "dnf"),
        ({"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, "dnf"),
        ({"ID": "manjaro", "ID_LIKE": "arch"}, "pacman"),
        ({"ID": "opensuse-tumbleweed", "ID_LIKE": "opensuse suse"}, "zypper"),
        ({"ID": "plan9"}, None),
        ({}, None),
    ],
)
def test_the_package_manager_is_the_distributions(
    script: ModuleType, release: dict[str, str], manager: str | None
) -> None:
    assert script.manager_of(release) == manager


def test_the_loader_decides_what_is_missing(script: ModuleType) -> None:
    invented = script.Library("libdoes-not-exist.so.9", "a", "b", "c", "d")
    real = script.Library("libc.so.6", "libc6", "glibc", "glibc", "glibc")
    assert script.missing([real, invented]) == ([invented] if sys.platform == "linux" else [real, invented])


@pytest.mark.parametrize(
    ("manager", "as_root", "command"),
    [
        ("apt", False, "sudo apt-get install -y --no-install-recommends libegl1 libglib2.0-0"),
        ("apt", True, "    apt-get install -y --no-install-recommends libegl1 libglib2.0-0"),
        ("dnf", False, "sudo dnf install -y glib2 libglvnd-egl"),
        ("pacman", False, "sudo pacman -S --needed --noconfirm glib2 libglvnd"),
        ("zypper", False, "sudo zypper --non-interactive install Mesa-libEGL1 libglib-2_0-0 libgthread-2_0-0"),
        (None, False, "Install the packages of your system that hold them"),
    ],
)
def test_the_sentence_names_libraries_and_command(
    script: ModuleType, manager: str | None, as_root: bool, command: str
) -> None:
    wanted = {"libEGL.so.1", "libglib-2.0.so.0", "libgthread-2.0.so.0"}
    libraries = [library for library in script.DRAWING if library.name in wanted]
    sentence = script.describe(libraries, manager, as_root=as_root)
    assert "libEGL.so.1, libglib-2.0.so.0, libgthread-2.0.so.0." in sentence
    assert command in sentence


@pytest.mark.skipif(sys.platform != "linux", reason="these are the libraries of Linux")
def test_the_list_covers_all_that_qt_itself_asks_for(script: ModuleType) -> None:
    import PySide6

    listed = {library.name for library in (*script.DRAWING, *script.X11, *script.WAYLAND)}
    folder = Path(PySide6.__path__[0]) / "Qt"
    brought_along = {path.name for path in (folder / "lib").iterdir()}
    for file in (
        "lib/libQt6Core.so.6", "lib/libQt6Gui.so.6", "lib/libQt6Widgets.so.6", "lib/libQt6DBus.so.6",
        "lib/libQt6Network.so.6", "plugins/platforms/libqxcb.so", "plugins/platforms/libqoffscreen.so",
        "plugins/platforms/libqwayland.so",
    ):  # fmt: skip
        asked = sonames_needed(folder / file)
        assert asked - brought_along - listed - FROM_THE_C_LIBRARY == set(), file


FROM_THE_C_LIBRARY = {
    "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1", "libc.so.6", "libdl.so.2", "libgcc_s.so.1", "libm.so.6",
    "libpthread.so.0", "libresolv.so.2", "librt.so.1", "libxcb.so.1",
}  # fmt: skip
