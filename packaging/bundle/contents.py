"""What the bundle holds beyond what PyInstaller finds by following imports, and what it leaves out."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

PACKAGES = ("inbox_app", "connectors", "ui", "resources")
MIGRATIONS = Path("inbox_app/storage/migrations")
"""Alembic reads them as files, so they stay files."""
FOUND_BY_NAME = (
    "logging.config",  # the migrations
    "psycopg_binary",
    "qtawesome",  # for where its fonts lie
    "secretstorage",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
)
DATA_OF = ("qtawesome", "tzdata")
"""Libraries whose files that are no code come along: whoever brings such a library in names it here."""
METADATA_OF = ("keyring", "PySide6-Essentials")
"""Projects that are asked for their version or for what they plug in."""
FOUND_IN_VAIN = ("_sqlite3", "curses", "pip", "qtpy", "readline", "sqlite3", "tkinter")
FONTS = ("*/phosphor*", "*/fontawesome6-brands*")
"""Of QtAwesome's, those that are drawn from."""

UNUSED_QT = (
    # Screens without a desktop, touch tables, remote control.
    "*/platforms/libqeglfs*", "*/platforms/libqlinuxfb*", "*/platforms/libqminimal*", "*/platforms/libqvkkhr*",
    "*/platforms/libqvnc*", "*/egldeviceintegrations/*", "*/plugins/generic/*", "*libQt6EglF*",
    # Nothing is drawn by OpenGL or Vulkan.
    "*/xcbglintegrations/*", "*/libdmabuf-server*", "*/libdrm-egl-server*", "*/libvulkan-server*",
    # Its libraries must be the desktop's own; the portal gives the same dialogs.
    "*/platformthemes/libqgtk3*",
    "*/networkinformation/*",
    # Qt's own words in the ordinary dialogs are in qtbase; the rest belongs to parts that are not there.
    "*/Qt/translations/qt_*", "*/Qt/translations/[!q]*", "*/Qt/translations/qt[!b_]*",
)  # fmt: skip
OWN_LIBRARIES = (
    # Python's, of which each system has another version or none.
    "libbz2.*", "libcrypto.*", "libexpat.*", "libffi.*", "liblzma.*", "libpython*", "libssl.*", "libuuid.*",
    # What Qt wants for X11 and few desktops install by themselves.
    "libX11-xcb.*", "libxcb-*", "libxkbcommon*",
)  # fmt: skip

Datum = tuple[str, str]
Entry = tuple[str, str, str]


def own_modules(root: Path) -> Iterator[str]:
    """Yield the name of every module of ours that is imported and not read as a file."""
    for path in sorted(path for package in PACKAGES for path in (root / package).rglob("*.py")):
        inner = path.relative_to(root)
        if not _is_migration(inner):
            yield ".".join(inner.parent.parts if inner.name == "__init__.py" else inner.with_suffix("").parts)


def own_data(root: Path) -> Iterator[Datum]:
    """Yield (file, folder in the bundle) of our resources and migrations."""
    for path in sorted(path for package in PACKAGES for path in (root / package).rglob("*.*")):
        inner = path.relative_to(root)
        is_resource = inner.parts[0] == "resources" and path.suffix not in {".py", ".pyc"}
        if path.is_file() and (is_resource or (path.suffix == ".py" and _is_migration(inner))):
            yield str(path), inner.parent.as_posix()


def lean(entries: Iterable[Entry]) -> list[Entry]:
    """Without the parts of Qt and the fonts that Portavoce does not use, and without what must be the system's own."""
    return [entry for entry in entries if not (_is_unused(entry[0]) or _is_the_systems(entry))]


def only_for_development(lock: str, installed: Mapping[str, Sequence[str]]) -> list[str]:
    """Of the import packages that are installed, and the projects they come from, those that a lock does not name."""
    kept = {_plain(name) for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    return sorted(
        package
        for package, projects in installed.items()
        if package.isidentifier() and kept.isdisjoint(map(_plain, projects))
    )


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_migration(inner: Path) -> bool:
    return inner.is_relative_to(MIGRATIONS) and inner != MIGRATIONS / "__init__.py"


def _is_unused(name: str) -> bool:
    return _matches(name, UNUSED_QT) or (_matches(name, ["qtawesome/fonts/*"]) and not _matches(name, FONTS))


def _is_the_systems(entry: Entry) -> bool:
    """Whether a library comes from a folder of the system and is none that we bring along."""
    name, source, _kind = entry
    from_the_system = PurePosixPath(source).is_relative_to("/usr") or PurePosixPath(source).is_relative_to("/lib")
    beside_ours = "/" not in name and fnmatchcase(name, "lib*.so*")
    return beside_ours and from_the_system and not _matches(name, OWN_LIBRARIES)


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name.replace("\\", "/"), pattern) for pattern in patterns)
