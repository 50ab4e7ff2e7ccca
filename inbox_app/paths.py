"""Where our files live, what a workspace argument means, and how a private file is written.

`PORTAVOCE_HOME` puts everything into one folder: for tests, and to carry the program on a stick.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import time
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from inbox_app.sealing.key import ContentKey

PROGRAM = "portavoce"
HOME_VARIABLE = "PORTAVOCE_HOME"
WORKSPACE_VARIABLE = "PORTAVOCE_WORKSPACE"
PRACTICE = "practice"
"""The name of the workspace in which the practice room is."""
SEALED = "sealed-"
"""How the folder of an encrypted workspace begins that holds what lies beside its database; its key's id follows."""

_POSTGRESQL_SCHEMES = frozenset({"postgresql", "postgres"})
_SECRET_PARAMETERS = frozenset({"password", "sslpassword"})
_PLACE_PARAMETERS = frozenset({"host", "port", "dbname", "options"})
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")
_DEVICE_NAMES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_LONGEST_NAME = 80
_LOCK_POLL = 0.02
# Windows would turn line ends into two bytes.
_NEW_BINARY = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class NotAWorkspace(ValueError):
    """A workspace argument that is neither a folder, a name nor a PostgreSQL address."""


class LockTimeout(TimeoutError):
    """Another process held a lock longer than we were willing to wait."""


class WorkspaceKind(Enum):
    """Where a workspace keeps its rows."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


@dataclass(frozen=True, slots=True)
class WorkspaceAddress:
    """Where one workspace lives. Nothing is touched on disk by making one."""

    kind: WorkspaceKind
    folder: Path
    """The local folder: the whole workspace for SQLite; key, cache and lock for PostgreSQL."""
    reference: str
    """The argument that leads back here; safe to show and to remember (never a password)."""
    url: str = field(default="", repr=False, compare=False)
    """PostgreSQL only: the address to connect to, password included. Never shown, never saved."""
    key: ContentKey | None = field(default=None, repr=False, compare=False)
    """What opens it where it is encrypted. Never shown, never saved."""

    @property
    def name(self) -> str:
        """The short name a person knows the workspace by."""
        if self.kind is WorkspaceKind.SQLITE:
            return self.folder.name
        return unquote(urlsplit(self.reference).path.strip("/")) or PROGRAM

    @property
    def database(self) -> Path:
        """The SQLite file (none for PostgreSQL, which keeps its rows on the server)."""
        return self.folder / "workspace.db"

    @property
    def engine_lock(self) -> Path:
        """The file whose lock makes this process the one engine of the workspace."""
        return self.folder / "engine.lock"

    @property
    def key_file(self) -> Path:
        """What the keychain must remember besides the key itself."""
        return self.folder / "keychain.json"

    @property
    def content(self) -> Path:
        """Where all content beside the database is: in the folder itself, or in one of its own for each key."""
        return self.folder if self.key is None else self.folder / f"{SEALED}{self.key.id}"

    @property
    def attachments(self) -> Path:
        """Attachments by content hash."""
        return self.content / "attachments"

    @property
    def accounts(self) -> Path:
        """What connectors keep, a folder for each account."""
        return self.content / "accounts"

    @property
    def cache(self) -> Path:
        """What can be fetched again."""
        return self.content / "cache"

    @property
    def backups(self) -> Path:
        """Verified copies of the workspace."""
        return self.folder / "backups"

    @property
    def erased(self) -> Path:
        """Who was erased, as keyed digests, for copies that are older than that."""
        return self.content / "erased.json"


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of this person on this computer. Made, private, by `make_private_folder`."""

    workspaces: Path
    config: Path
    logs: Path
    cache: Path
    pictures: Path

    @property
    def settings_file(self) -> Path:
        """The preferences."""
        return self.config / "settings.json"

    @property
    def dictionaries(self) -> Path:
        """Dictionaries that the person put there, and words of their own."""
        return self.config / "dictionaries"


def holds_copies(backups: Path) -> bool:
    """Whether there is a copy to go on with."""
    return any(backups.glob("*.db")) or any(backups.glob("[!.]*/workspace.db"))


def find_places(environment: Mapping[str, str] | None = None) -> Places:
    """Return the folders the platform gives us, or those below `PORTAVOCE_HOME`."""
    home = (os.environ if environment is None else environment).get(HOME_VARIABLE)
    if home:
        root = _absolute(Path(home))
        return Places(*(root / p for p in ("workspaces", "config", "logs", "cache", "pictures")))
    from platformdirs import PlatformDirs

    ours = PlatformDirs(PROGRAM, appauthor=False)
    data = ours.user_data_path
    return Places(
        data / "workspaces",
        ours.user_config_path,
        ours.user_log_path,
        ours.user_cache_path,
        data / "pictures",
    )


def find_workspace(
    argument: str | None,
    last: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> WorkspaceAddress | None:
    """Resolve the argument, else `PORTAVOCE_WORKSPACE`, else the last one opened; None without any.

    Raises `NotAWorkspace`.
    """
    variables = os.environ if environment is None else environment
    chosen = argument or variables.get(WORKSPACE_VARIABLE) or last
    return resolve_workspace(chosen, find_places(environment)) if chosen else None


def is_missing(address: WorkspaceAddress) -> bool:
    """Whether a workspace has yet to be made, as far as that can be seen without a network."""
    return address.kind is WorkspaceKind.SQLITE and not address.database.exists()


def resolve_workspace(argument: str, places: Places | None = None) -> WorkspaceAddress:
    """Tell a folder, a name and a `postgresql://` address apart.

    A single word is always a name (a folder below the workspaces folder), whatever the current
    folder holds, so that the same word means the same workspace everywhere; `./word` is a folder.
    Raises `NotAWorkspace`.
    """
    text = argument.strip()
    where = (places or find_places()).workspaces
    if not text or "\0" in text:
        raise NotAWorkspace(argument)
    if _SCHEME.match(text):
        return _resolve_server(text, where)
    if _is_path(text):
        folder = _absolute(Path(text))
        return WorkspaceAddress(WorkspaceKind.SQLITE, folder, str(folder))
    name = unicodedata.normalize("NFC", text)
    if not _is_good_name(name):
        raise NotAWorkspace(argument)
    return WorkspaceAddress(WorkspaceKind.SQLITE, where / name, name)


def is_practice(reference: str) -> bool:
    """Whether a workspace argument leads to the practice room, by its name or by its folder. Raises `NotAWorkspace`."""
    places = find_places()
    return resolve_workspace(reference, places).folder == resolve_workspace(PRACTICE, places).folder


def make_private_folder(folder: Path) -> Path:
    """Create a folder and its missing parents for this person only (0700); return it.

    A folder that is already there keeps the permissions its owner gave it.
    """
    missing = [p for p in (folder, *folder.parents) if not p.exists()]
    for part in reversed(missing):
        part.mkdir(mode=0o700, exist_ok=True)
    if not folder.is_dir():
        raise NotADirectoryError(folder)
    return folder


def replace_file(path: Path, content: bytes) -> None:
    """Write a private file (0600) whole or not at all, also when the power fails meanwhile."""
    make_private_folder(path.parent)
    draft = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    descriptor = os.open(draft, _NEW_BINARY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        move_into_place(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def move_into_place(draft: Path, path: Path) -> None:
    """Give a finished file in the same folder its name, whole or not at all, also when the power fails meanwhile."""
    descriptor = os.open(draft, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    draft.replace(path)
    sync_folder(path.parent)


@contextlib.contextmanager
def hold_lock(path: Path, timeout: float = 10.0) -> Iterator[None]:
    """Hold an operating-system lock on a file; it ends with the process, however that ends.

    Waits at most `timeout` seconds, then raises `LockTimeout`. The file stays: removing it would
    let two processes lock two different files of one name.
    """
    make_private_folder(path.parent)
    deadline = time.monotonic() + timeout
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while not _try_lock(descriptor):
            if time.monotonic() >= deadline:
                raise LockTimeout(path)
            time.sleep(_LOCK_POLL)
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def sync_folder(folder: Path) -> None:
    """Let no power cut take back what files in a folder are called."""
    if os.name == "nt":  # Windows cannot open folders.
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path.expanduser()))  # noqa: PTH100  # resolve() would follow links


def _is_path(text: str) -> bool:
    if text in {".", ".."} or text.startswith("~"):
        return True
    return any(mark in text for mark in ("/", os.sep)) or Path(text).is_absolute()


def _is_good_name(name: str) -> bool:
    if len(name) > _LONGEST_NAME or name.startswith(".") or name.endswith((".", " ")):
        return False
    if any(unicodedata.category(c).startswith("C") or c in '<>:"/\\|?*' for c in name):
        return False
    return not _DEVICE_NAMES.match(name)


def _resolve_server(text: str, workspaces: Path) -> WorkspaceAddress:
    parts = urlsplit(text)
    if parts.scheme.lower() not in _POSTGRESQL_SCHEMES:
        raise NotAWorkspace(hide_password(text))
    url = urlunsplit(parts._replace(scheme="postgresql"))
    shown = hide_password(url)
    folder = workspaces / _server_folder_name(shown)
    return WorkspaceAddress(WorkspaceKind.POSTGRESQL, folder, shown, url)


def hide_password(url: str) -> str:
    """Return an address without its password, in the user part and among the parameters alike."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k.lower() not in _SECRET_PARAMETERS]
    netloc = f"{user.partition(':')[0]}{at}{host}"
    return urlunsplit(parts._replace(netloc=netloc, query=urlencode(kept), fragment=""))


def _server_folder_name(shown: str) -> str:
    """Name the local folder by server and database, not by user or by how we connect."""
    parts = urlsplit(shown)
    host = parts.netloc.rpartition("@")[2].lower()
    place = [pair for pair in parse_qsl(parts.query) if pair[0] in _PLACE_PARAMETERS]
    database = unquote(parts.path.strip("/"))
    mark = hashlib.sha256(repr((host, database, sorted(place))).encode()).hexdigest()[:12]
    readable = re.sub(r"[^A-Za-z0-9-]+", "-", database).strip("-")[:40] or "team"
    return f"{readable}-{mark}"
