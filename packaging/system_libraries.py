"""Find the system libraries that the window needs and this Linux lacks, and say how to get them.

Run as `python packaging/system_libraries.py`. The wheel of Qt brings Qt itself; what it loads from
the system is listed here (read with `readelf -d`), with the package of each family of
distributions. As root on Debian or Ubuntu the missing ones are installed.
"""

import ctypes
import os
import platform
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Library:
    """A shared library and the package that holds it, by package manager."""

    name: str
    apt: str
    dnf: str
    pacman: str
    zypper: str


DRAWING = (
    Library("libEGL.so.1", "libegl1", "libglvnd-egl", "libglvnd", "Mesa-libEGL1"),
    Library("libGL.so.1", "libgl1", "libglvnd-glx", "libglvnd", "Mesa-libGL1"),
    Library("libX11.so.6", "libx11-6", "libX11", "libx11", "libX11-6"),
    Library("libbrotlicommon.so.1", "libbrotli1", "libbrotli", "brotli", "libbrotlicommon1"),
    Library("libbrotlidec.so.1", "libbrotli1", "libbrotli", "brotli", "libbrotlidec1"),
    Library("libdbus-1.so.3", "libdbus-1-3", "dbus-libs", "dbus", "libdbus-1-3"),
    Library("libfontconfig.so.1", "libfontconfig1", "fontconfig", "fontconfig", "libfontconfig1"),
    Library("libfreetype.so.6", "libfreetype6", "freetype", "freetype2", "libfreetype6"),
    Library("libglib-2.0.so.0", "libglib2.0-0", "glib2", "glib2", "libglib-2_0-0"),
    Library("libgssapi_krb5.so.2", "libgssapi-krb5-2", "krb5-libs", "krb5", "krb5"),
    Library("libgthread-2.0.so.0", "libglib2.0-0", "glib2", "glib2", "libgthread-2_0-0"),
    Library("libstdc++.so.6", "libstdc++6", "libstdc++", "gcc-libs", "libstdc++6"),
    Library("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon", "libxkbcommon", "libxkbcommon0"),
    Library("libz.so.1", "zlib1g", "zlib", "zlib", "libz1"),
    Library("libzstd.so.1", "libzstd1", "libzstd", "zstd", "libzstd1"),
)
X11 = (
    Library("libX11-xcb.so.1", "libx11-xcb1", "libX11-xcb", "libx11", "libX11-xcb1"),
    Library("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor", "libxcb-cursor0"),
    Library("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm", "xcb-util-wm", "libxcb-icccm4"),
    Library("libxcb-image.so.0", "libxcb-image0", "xcb-util-image", "xcb-util-image", "libxcb-image0"),
    Library("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms", "libxcb-keysyms1"),
    Library("libxcb-randr.so.0", "libxcb-randr0", "libxcb", "libxcb", "libxcb-randr0"),
    Library(
        "libxcb-render-util.so.0",
        "libxcb-render-util0",
        "xcb-util-renderutil",
        "xcb-util-renderutil",
        "libxcb-render-util0",
    ),
    Library("libxcb-render.so.0", "libxcb-render0", "libxcb", "libxcb", "libxcb-render0"),
    Library("libxcb-shape.so.0", "libxcb-shape0", "libxcb", "libxcb", "libxcb-shape0"),
    Library("libxcb-shm.so.0", "libxcb-shm0", "libxcb", "libxcb", "libxcb-shm0"),
    Library("libxcb-sync.so.1", "libxcb-sync1", "libxcb", "libxcb", "libxcb-sync1"),
    Library("libxcb-util.so.1", "libxcb-util1", "xcb-util", "xcb-util", "libxcb-util1"),
    Library("libxcb-xfixes.so.0", "libxcb-xfixes0", "libxcb", "libxcb", "libxcb-xfixes0"),
    Library("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb", "libxcb", "libxcb-xkb1"),
    Library(
        "libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11", "libxkbcommon-x11-0"
    ),
)
WAYLAND = (
    Library("libwayland-client.so.0", "libwayland-client0", "libwayland-client", "wayland", "libwayland-client0"),
    Library("libwayland-cursor.so.0", "libwayland-cursor0", "libwayland-cursor", "wayland", "libwayland-cursor0"),
)
INSTALL = {
    "apt": ["apt-get", "install", "-y", "--no-install-recommends"],
    "dnf": ["dnf", "install", "-y"],
    "pacman": ["pacman", "-S", "--needed", "--noconfirm"],
    "zypper": ["zypper", "--non-interactive", "install"],
}
FAMILIES = {
    "debian": "apt", "ubuntu": "apt", "fedora": "dnf", "rhel": "dnf", "centos": "dnf",
    "arch": "pacman", "suse": "zypper", "opensuse": "zypper",
}  # fmt: skip


def needed(environment: Mapping[str, str]) -> tuple[Library, ...]:
    """Return what must load: to draw at all, and for each kind of display that is there."""
    x11 = X11 if environment.get("DISPLAY") else ()
    wayland = WAYLAND if environment.get("WAYLAND_DISPLAY") else ()
    return (*DRAWING, *x11, *wayland)


def loads(name: str) -> bool:
    """Tell whether the dynamic loader finds a library."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def missing(libraries: Sequence[Library], present: Callable[[str], bool] = loads) -> list[Library]:
    """Return those that do not load, in the order given."""
    return [library for library in libraries if not present(library.name)]


def manager_of(release: Mapping[str, str]) -> str | None:
    """Return the package manager of a distribution, from the fields of its os-release."""
    names = f"{release.get('ID', '')} {release.get('ID_LIKE', '')}".replace("-", " ").split()
    return next((FAMILIES[name] for name in names if name in FAMILIES), None)


def install_command(libraries: Sequence[Library], manager: str) -> list[str]:
    """Return the command that installs the packages of these libraries."""
    packages = sorted({str(getattr(library, manager)) for library in libraries})
    return [*INSTALL[manager], *packages]


def release_of_this_system() -> dict[str, str]:
    """Return the fields of os-release, empty where there is none."""
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def describe(libraries: Sequence[Library], manager: str | None, *, as_root: bool) -> str:
    """Return what is missing and the command that installs it."""
    names = ", ".join(library.name for library in libraries)
    lines = [f"Portavoce's window needs system libraries that are missing here: {names}."]
    if manager is None:
        lines.append("Install the packages of your system that hold them, then run make again.")
    else:
        command = shlex.join(install_command(libraries, manager))
        lines.append(f"This installs them:\n\n    {'' if as_root else 'sudo '}{command}\n")
    return "\n".join(lines)


def install_with_apt(libraries: Sequence[Library]) -> None:
    """Install the packages as root; a failure is seen when the libraries still do not load."""
    patient = ["-o", "DPkg::Lock::Timeout=600"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    update = ["apt-get", "update", *patient, "-qq"]
    for command in (update, [*install_command(libraries, "apt"), *patient, "-qq"]):
        subprocess.run(command, env=environment, check=False)


def main() -> int:
    """Return 0 when all is there, or has been installed; 1 after saying what is missing."""
    lacking = missing(needed(os.environ)) if sys.platform == "linux" else []
    if not lacking:
        return 0
    manager = manager_of(release_of_this_system())
    as_root = os.geteuid() == 0
    print(describe(lacking, manager, as_root=as_root), file=sys.stderr, flush=True)
    if not (as_root and manager == "apt" and shutil.which("apt-get")):
        return 1
    print("You are root, so they are being installed now …", file=sys.stderr, flush=True)
    install_with_apt(lacking)
    # A fresh process asks the loader anew.
    again = subprocess.run([sys.executable, __file__, "--only-look"], check=False)
    return again.returncode


if __name__ == "__main__":
    if "--only-look" in sys.argv:
        sys.exit(bool(missing(needed(os.environ))))
    sys.exit(main())
