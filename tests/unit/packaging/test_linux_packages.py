"""What the packages for Linux say of themselves."""

import configparser
import platform
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from inbox_app import __version__

PACKAGING = Path(__file__).resolve().parents[3] / "packaging"
NOT_RUN = [
    "flatpak/app.portavoce.Portavoce.yml",
    "macos/build.sh",
    "windows/build.ps1",
    "windows/portavoce.iss",
]


@pytest.fixture
def build(load_script: Callable[[str], ModuleType]) -> ModuleType:
    return load_script("linux/build")


def test_one_name_stands_everywhere(build: ModuleType) -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.read(PACKAGING / "linux" / build.DESKTOP, "utf-8")
    metainfo = ET.parse(PACKAGING / "linux" / build.METAINFO)
    assert entry["Desktop Entry"]["Icon"] == build.ID
    assert metainfo.findtext("id") == build.ID
    assert metainfo.findtext("launchable") == build.DESKTOP
    window = (PACKAGING.parent / "ui" / "main.py").read_text("utf-8")
    assert f'setDesktopFileName("{build.ID}")' in window
    flatpak = (PACKAGING / "flatpak" / f"{build.ID}.yml").read_text("utf-8")
    assert f"\nid: {build.ID}\n" in flatpak
    assert f"dist/portavoce-{__version__}-linux" in flatpak


def test_the_deb_depends_on_what_the_bundle_leaves_to_the_system(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "libc_ver", lambda: ("glibc", "2.36"))
    (tmp_path / "libxcb-cursor.so.0").touch()
    needed = list(build.dependencies(tmp_path))
    assert needed[0] == "libc6 (>= 2.36)"
    assert "libegl1" in needed
    assert "libxcb-icccm4" in needed
    assert "libxcb-cursor0" not in needed
    assert len(needed) == len(set(needed))


@pytest.mark.parametrize("recipe", NOT_RUN)
def test_a_recipe_that_was_not_run_says_so_at_its_top(recipe: str) -> None:
    head = (PACKAGING / recipe).read_text("utf-8")[:200]
    assert re.search(r"^[#;] NOT RUN YET: written from the documentation", head, re.MULTILINE)
