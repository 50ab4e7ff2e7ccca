"""Makes of the bundle what people install on Linux: a tarball, and a package for Debian, Ubuntu and their kin.

Run by `make package` after the bundle is built. What a desktop reads is validated by its own tools where they are
installed. https://www.debian.org/doc/debian-policy/ch-controlfields.html
"""

import gzip
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

sys.path.extend(map(str, Path(__file__).resolve().parents[1:3]))

import system_libraries

from inbox_app import __version__

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ID = "app.portavoce.Portavoce"
DESKTOP = f"{ID}.desktop"
METAINFO = f"{ID}.metainfo.xml"
BUILD = ROOT / "build" / "package"
BUNDLE = BUILD / "portavoce"
DIST = ROOT / "dist"
GUIDES = ROOT / "docs" / "guide"
CONTROL = """\
Package: portavoce
Version: {version}
Architecture: {architecture}
Maintainer: The Portavoce project <portavoce@localhost>
Installed-Size: {kibibytes}
Depends: {depends}
Recommends: gnome-keyring | kwalletmanager | keepassxc, ca-certificates, fonts-noto-color-emoji
Section: net
Priority: optional
Description: one threaded inbox for every conversation of a community
 Portavoce pulls comments and messages from the channels you connect into one
 inbox, shows each reply under the comment it answers, remembers who the people
 are, and sends your answers so that none is lost and none goes out twice.
 .
 Your data is one database on your computer.
"""
VALIDATORS: tuple[tuple[str, str, list[str], str], ...] = (
    ("desktop-file-validate", "desktop-file-utils", [], f"applications/{DESKTOP}"),
    ("appstreamcli", "appstream", ["validate", "--no-net"], f"metainfo/{METAINFO}"),
)


def run(*command: str | Path) -> None:
    """Run one step; exits with a sentence where it fails."""
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        sys.exit(f"The packages could not be made; what {Path(command[0]).name} said above tells why.")


def place(source: Path, target: Path, mode: int = 0o644) -> None:
    """Copy a file, with the rights that a package gives."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(mode)


def lay_out(prefix: Path) -> None:
    """Lay out what stands under /usr or ~/.local: the bundle, its command, what a desktop reads, and the guides."""
    shutil.copytree(BUNDLE, prefix / "lib" / "portavoce", symlinks=True)
    for library in prefix.rglob("*.so*"):
        if not library.is_symlink():
            library.chmod(0o644)
    (prefix / "bin").mkdir()
    (prefix / "bin" / "portavoce").symlink_to("../lib/portavoce/portavoce")
    place(HERE / DESKTOP, prefix / "share" / "applications" / DESKTOP)
    place(HERE / METAINFO, prefix / "share" / "metainfo" / METAINFO)
    run(sys.executable, HERE.parent / "bundle" / "icons.py", "theme", prefix / "share" / "icons" / "hicolor", ID)
    for page in sorted(GUIDES.rglob("*.md")):
        place(page, prefix / "share" / "doc" / "portavoce" / "guide" / page.relative_to(GUIDES))


def validate(share: Path) -> None:
    """Let the desktop's own tools look at what it will read."""
    for tool, package, arguments, file in VALIDATORS:
        if shutil.which(tool):
            run(tool, *arguments, share / file)
        else:
            print(f"{file} is not validated: {tool} is not installed (package {package}).", file=sys.stderr)


def make_tarball(target: Path, top: Path) -> None:
    """Pack a folder, everything owned by root."""

    def owned_by_root(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = "root"
        return member

    with tarfile.open(target, "w:xz", preset=6) as archive:
        archive.add(top, top.name, filter=owned_by_root)


def make_deb(target: Path, tree: Path, architecture: str) -> None:
    """Pack what stands in `tree/usr` with dpkg-deb, its control files added."""
    documents = tree / "usr" / "share" / "doc" / "portavoce"
    place(HERE / "copyright", documents / "copyright")
    log = gzip.compress((ROOT / "CHANGELOG.md").read_bytes(), mtime=0)
    (documents / "NEWS.gz").write_bytes(log)
    (documents / "NEWS.gz").chmod(0o644)
    files = [path for path in sorted(tree.rglob("*")) if path.is_file() and not path.is_symlink()]
    fields = {
        "version": __version__,
        "architecture": architecture,
        "kibibytes": sum(path.stat().st_size for path in files) // 1024,
        "depends": ", ".join(dependencies(tree / "usr/lib/portavoce/_internal")),
    }
    sums = "".join(f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(tree)}\n" for path in files)  # noqa: S324 -- the format's own
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN" / "control").write_text(CONTROL.format(**fields), "utf-8")
    (tree / "DEBIAN" / "md5sums").write_text(sums, "utf-8")
    run("dpkg-deb", "--root-owner-group", "-Zxz", "--build", tree, target)


def dependencies(internal: Path) -> Iterator[str]:
    """Yield the packages of the libraries that the bundle leaves to the system, and the C library it was built with."""
    name, version = platform.libc_ver()
    if name == "glibc":
        yield f"libc6 (>= {version})"
    wanted = (*system_libraries.DRAWING, *system_libraries.X11, *system_libraries.WAYLAND)
    yield from sorted({one.apt for one in wanted if not (internal / one.name).exists()})


def start_clean(folder: Path) -> Path:
    """Return an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def main() -> None:
    """Make the tarball, and the package where dpkg-deb is installed."""
    os.umask(0o022)
    DIST.mkdir(exist_ok=True)
    machine = platform.machine()
    top = start_clean(BUILD / f"portavoce-{__version__}-linux-{machine}")
    lay_out(top)
    validate(top / "share")
    place(HERE / "install", top / "install", 0o755)
    place(ROOT / "LICENSE", top / "LICENSE")
    made = [DIST / f"{top.name}.tar.xz"]
    make_tarball(made[0], top)
    if dpkg := shutil.which("dpkg"):
        architecture = subprocess.check_output([dpkg, "--print-architecture"], text=True).strip()
        tree = start_clean(BUILD / "deb")
        lay_out(tree / "usr")
        made.append(DIST / f"portavoce_{__version__}_{architecture}.deb")
        make_deb(made[1], tree, architecture)
    else:
        print("No .deb is made: dpkg is not installed.", file=sys.stderr)
    for path in made:
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
