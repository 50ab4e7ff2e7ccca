"""The tarball and the .deb put the program where a desktop finds it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from inbox_app import __version__
from tests.packages.conftest import ROOT, Installed

pytestmark = [
    pytest.mark.package,
    pytest.mark.timeout(600),
    pytest.mark.skipif(sys.platform != "linux", reason="made on Linux only"),
]

Use = Callable[[Path], Installed]
ID = "app.portavoce.Portavoce"


def built(pattern: str) -> Path:
    """The one package of this version."""
    (path,) = (ROOT / "dist").glob(pattern)
    return path


def check_desktop(prefix: Path) -> None:
    """What a desktop reads is there, in each size, and so are the guides that the window's sentences name."""
    assert (prefix / "share/doc/portavoce/guide/mail-providers.md").is_file()
    assert (prefix / "share/doc/portavoce/guide/it/fornitori-di-posta.md").is_file()
    assert (prefix / "share/applications" / f"{ID}.desktop").is_file()
    assert (prefix / "share/metainfo" / f"{ID}.metainfo.xml").is_file()
    icons = prefix / "share/icons/hicolor"
    assert (icons / "scalable/apps" / f"{ID}.svg").is_file()
    for size in (16, 32, 48, 128, 512):
        image = QImage(str(icons / f"{size}x{size}/apps/{ID}.png"))
        assert (image.width(), image.height()) == (size, size)
        assert image.pixelColor(size // 2, size // 8).blue() > 150


def test_the_tarball_installs_into_a_folder(installed: Use, tmp_path: Path) -> None:
    tarball = built(f"portavoce-{__version__}-linux-*.tar.xz")
    subprocess.run(["tar", "-xf", tarball, "-C", tmp_path], check=True)
    (top,) = tmp_path.iterdir()
    target = tmp_path / "a home" / ".local"
    for _twice in range(2):
        subprocess.run([top / "install", target], check=True, capture_output=True)
    check_desktop(target)
    program = target / "bin" / "portavoce"
    assert f'Exec="{program}" %u' in (target / "share/applications" / f"{ID}.desktop").read_text("utf-8").splitlines()
    assert installed(program).run("--version").stdout == f"Portavoce {__version__}\n"


def test_the_deb_holds_a_program_that_runs(installed: Use, tmp_path: Path) -> None:
    package = built(f"portavoce_{__version__}_*.deb")
    subprocess.run(["dpkg-deb", "--extract", package, tmp_path / "tree"], check=True)
    check_desktop(tmp_path / "tree/usr")
    program = tmp_path / "tree/usr/bin/portavoce"
    assert installed(program).run("--version").stdout == f"Portavoce {__version__}\n"


def test_the_deb_is_roots_and_asks_for_what_it_does_not_hold() -> None:
    package = built(f"portavoce_{__version__}_*.deb")
    listed = subprocess.check_output(["dpkg-deb", "--contents", package], text=True)
    assert all(" root/root " in line and not line.startswith("-rw-rw") for line in listed.splitlines())
    needed = subprocess.check_output(["dpkg-deb", "--field", package, "Depends"], text=True).split(", ")
    assert needed[0].startswith("libc6 (>= 2.")
    assert {"libegl1", "libglib2.0-0", "libdbus-1-3"} <= set(map(str.strip, needed))
    assert not [line for line in listed.splitlines() if line.endswith("/libglib-2.0.so.0")]
