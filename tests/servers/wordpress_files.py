"""Getting a WordPress for the tests: the distribution's package, only unpacked, and the plugin that keeps it in SQLite.

Nothing is installed into the system: `apt-get download` and `npm pack` fetch two files as this machine has them set up,
and what they hold lies in the tests' cache. `python3 -m tests.servers.wordpress_files` fills it; it needs no library.
"""

from __future__ import annotations

import fcntl
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.programs import ProgramMissing, find_program

_SQLITE_PLUGIN = "@wp-playground/cli@3.1.56"
"""The package that ships `sqlite-database-integration.zip`."""
_OLDER, _WANTED = "bookworm", "trixie"
"""Debian 12 has a WordPress of 2022; the one of Debian 13 runs on its PHP."""
_PATIENCE = 300
_NEEDED = (
    ("apt-get", "apt"),
    ("dpkg", "dpkg"),
    ("npm", "npm"),
)  # fmt: skip


def wordpress_files() -> Path:
    """WordPress's files with the plugin in place, from the cache or fetched now. Raises ProgramMissing."""
    cache = Path(os.environ.get("PORTAVOCE_TESTS_CACHE", Path.home() / ".cache" / "portavoce-tests"))
    files = cache / f"wordpress-{_SQLITE_PLUGIN.rpartition('@')[2]}"
    with _alone(cache):
        if not files.exists():
            _fetch(files)
    return files


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """Of several processes that run tests one fetches and the others wait."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "wordpress.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch(files: Path) -> None:
    with tempfile.TemporaryDirectory(dir=files.parent, prefix="wordpress-") as temporary:
        place = Path(temporary)
        for name, package in _NEEDED:
            find_program(name, package)
        made = _unpack_wordpress(place)
        _unpack_plugin(place, made)
        made.rename(files)


def _unpack_wordpress(place: Path) -> Path:
    (place / "deb").mkdir()
    options = _debian_13(place) if _OLDER in _release() else []
    if options:
        _run(["apt-get", *options, "-qq", "update"], place)
    _run(["apt-get", *options, "-qq", "download", "wordpress"], place / "deb")
    (package,) = (place / "deb").glob("wordpress_*.deb")
    _run(["dpkg", "-x", str(package), str(place / "unpacked")], place)
    made = place / "unpacked" / "usr" / "share" / "wordpress"
    for path in made.rglob("*"):
        if path.is_symlink():  # libraries of other packages, which only its own pages use
            path.unlink()
    (made / "wp-config.php").write_text("<?php require getenv('PORTAVOCE_CONFIG');\n")
    return made


def _unpack_plugin(place: Path, made: Path) -> None:
    _run(["npm", "pack", "--silent", _SQLITE_PLUGIN], place)
    (package,) = place.glob("wp-playground-cli-*.tgz")
    with tarfile.open(package) as archive:
        inner = archive.extractfile("package/sqlite-database-integration.zip")
        if inner is None:
            raise ProgramMissing(f"{_SQLITE_PLUGIN} ships no SQLite plugin any more")
        with zipfile.ZipFile(io.BytesIO(inner.read())) as plugin_files:
            plugin_files.extractall(place / "plugin")
    (plugin,) = (place / "plugin").iterdir()
    target = made / "wp-content" / "plugins" / "sqlite-database-integration"
    shutil.move(plugin, target)
    shutil.copyfile(target / "db.copy", made / "wp-content" / "db.php")


def _release() -> str:
    return Path("/etc/os-release").read_text() if Path("/etc/os-release").exists() else ""


def _debian_13(place: Path) -> list[str]:
    """An apt of its own beside the system's, with the same sources under the next release's name."""
    parts = place / "sources"
    for folder in (parts, place / "state" / "lists" / "partial", place / "archives" / "partial"):
        folder.mkdir(parents=True)
    etc = Path("/etc/apt")
    for source in [*etc.glob("sources.list"), *(etc / "sources.list.d").glob("*")]:
        if source.suffix in (".list", ".sources") and _OLDER in (text := source.read_text()):
            (parts / source.name).write_text(text.replace(_OLDER, _WANTED))
    settings = {
        "Dir::Etc::sourcelist": "/dev/null",
        "Dir::Etc::sourceparts": parts,
        "Dir::State": place / "state",
        "Dir::Cache": place,
    }
    return [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]


def _run(command: list[str], folder: Path) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=_PATIENCE)
    except subprocess.CalledProcessError as failed:
        raise ProgramMissing(f"WordPress could not be fetched: {failed}\n{failed.stderr!s}") from failed
    except subprocess.TimeoutExpired as late:
        raise ProgramMissing(f"WordPress could not be fetched in time: {late}") from late


if __name__ == "__main__":
    print(f"WordPress lies in {wordpress_files()}")
