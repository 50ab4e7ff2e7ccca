"""Builds the one-folder bundle into `build/package/portavoce`, with PyInstaller, on any of the three systems.

Run by `make package` with the Python of the development environment. PyInstaller is a tool of the build alone.
"""

import ctypes.util
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TARGET = ROOT / "build" / "package"
WORK = ROOT / "build" / "pyinstaller"
PYTHONS_OWN = ("libpython*", "python3.*/lib-dynload/*.so")
NEEDS_A_LIBRARY = (
    "A bundle takes Python's own library along, and {python} has none that is shared. It is built with\n"
    "--enable-shared; on Debian and Ubuntu it is the package libpython3-dev of /usr/bin/python3.\n"
    "Then: rm -r .venv && make PYTHON=/usr/bin/python3 package"
)

NEEDS_PATCHELF = "The bundle needs patchelf, to leave no path of this machine in it: install the package of that name."


def has_shared_library() -> bool:
    """Whether this Python can be taken along: on Linux it may have been built without a library of its own."""
    if sys.platform != "linux":
        return True
    name = sysconfig.get_config_var("INSTSONAME") or ""
    places = [sysconfig.get_config_var(variable) for variable in ("LIBDIR", "LIBPL")]
    beside = any((Path(place) / name).is_file() for place in places if place and ".so" in name)
    return beside or ctypes.util.find_library(f"python{sysconfig.get_python_version()}") is not None


def run(*command: str | Path) -> None:
    """Run one step; exits with a sentence where it fails."""
    quiet = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "1"}
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=quiet, check=False)
    if done.returncode != 0:
        sys.exit("The bundle could not be built; what the step above said tells why.")


def strip_python(internal: Path) -> None:
    """Take the debugger's symbols out of Python's library, where it has them and there is a tool for it."""
    if sys.platform == "linux" and (tool := shutil.which("strip")):
        for library in internal.glob("libpython*.so*"):
            subprocess.run([tool, "--strip-debug", library], check=False)


def forget_this_machine(internal: Path) -> None:
    """Take out where Python's own libraries were on this machine: on another one anybody may own that folder."""
    if sys.platform != "linux":
        return
    patchelf = str(shutil.which("patchelf"))
    for library in [path for pattern in PYTHONS_OWN for path in internal.glob(pattern) if not path.is_symlink()]:
        told = subprocess.run([patchelf, "--print-rpath", library], capture_output=True, text=True, check=True)
        if told.stdout.startswith("/"):
            subprocess.run([patchelf, "--remove-rpath", library], check=True)


def main() -> None:
    """Draw the icon, build the bundle, add the licences."""
    if not has_shared_library():
        sys.exit(NEEDS_A_LIBRARY.format(python=sys.executable))
    if sys.platform == "linux" and shutil.which("patchelf") is None:
        sys.exit(NEEDS_PATCHELF)
    print("Building the bundle; this takes a minute or two …", flush=True)
    run(HERE / "icons.py", "system", ROOT / "build" / "icons")
    places: list[str | Path] = ["--distpath", TARGET, "--workpath", WORK]
    run("-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", *places, HERE / "portavoce.spec")
    strip_python(TARGET / "portavoce" / "_internal")
    forget_this_machine(TARGET / "portavoce" / "_internal")
    run(HERE / "licences.py", TARGET / "portavoce" / "licences")


if __name__ == "__main__":
    main()
