"""Gathers the licences of everything the bundle holds, as most of them demand of whoever passes the code on."""

import re
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LICENCE = re.compile(r"(LICEN[CS]E|COPYING|NOTICE|AUTHORS)", re.IGNORECASE)
QT = (
    "Qt and PySide6 are used under the GNU Lesser General Public License, version 3. Their libraries are files of\n"
    "their own in this bundle and may be replaced by other builds of the same version; their source is at\n"
    "https://download.qt.io/official_releases/QtForPython/.\n"
)


def bundled() -> Iterator[Distribution]:
    """Yield what requirements.txt pins and this system has installed."""
    for name in re.findall(r"^([\w.-]+)==", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE):
        try:
            yield distribution(name)
        except PackageNotFoundError:  # pinned for another system
            continue


def declared(one: Distribution) -> str:
    """The licence that a distribution declares in its metadata, in one line."""
    told = "".join((one.metadata.get_all("License-Expression") or one.metadata.get_all("License") or [""])[:1])
    classes = [text.rpartition(" :: ")[2] for text in one.metadata.get_all("Classifier") or () if "License ::" in text]
    return told.strip().split("\n")[0] or ", ".join(classes) or "see its files"


def gather(target: Path) -> None:
    """Write one folder per distribution, and a list of all."""
    target.mkdir(parents=True, exist_ok=True)
    lines = []
    for one in sorted(bundled(), key=lambda each: each.name.lower()):
        folder = target / f"{one.name}-{one.version}"
        for file in one.files or ():
            if LICENCE.match(file.name) and file.suffix not in {".py", ".pyc"}:
                folder.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file.locate(), folder / file.name)
        lines.append(f"{one.name} {one.version}: {declared(one)}")
    shutil.copyfile(ROOT / "LICENSE", target / "LICENSE")
    python = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    if python.is_file():
        shutil.copyfile(python, target / "PYTHON-LICENSE.txt")
    version = f"Python {sys.version.split()[0]}: PSF-2.0"
    (target / "LIST.txt").write_text("\n".join([version, *lines, "", QT]), "utf-8")


if __name__ == "__main__":
    gather(Path(sys.argv[1]))
